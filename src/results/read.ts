import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostic.ts';
import { RUN_SCHEMA } from './run.ts';

/** As much of a result file as a later run asks for. */
const resultFile = z.object({
  schema: z.number(),
  deviations: z.array(z.object({ column: z.string(), key: z.string(), known: z.unknown() })),
  footer: z.object({ cases: z.number(), deviations: z.number() }),
});

/** The keys of the cases that deviated unexpectedly in the run that the file holds. */
export async function failedKeys(path: string): Promise<ReadonlySet<string>> {
  const file = await readResultFile(path);
  return new Set(file.deviations.filter((each) => each.known === null).map((each) => each.key));
}

async function readResultFile(path: string): Promise<z.infer<typeof resultFile>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw unreadable(path, words, 'run abide once without --failed; it leaves the file behind');
  }
  const parsed = resultFile.safeParse(value);
  if (!parsed.success) throw unreadable(path, 'it is not a result file of abide', 'name a file that abide wrote');
  if (parsed.data.schema > RUN_SCHEMA) {
    const words = `it has schema ${parsed.data.schema}, this abide reads up to ${RUN_SCHEMA}`;
    throw unreadable(path, words, 'use the newer abide');
  }
  if (parsed.data.deviations.length !== parsed.data.footer.deviations) {
    throw unreadable(path, 'its footer counts more deviations than it holds', 'make it again');
  }
  return parsed.data;
}

function unreadable(path: string, words: string, help: string): DiagnosticError {
  const message = `the results in ${path} cannot be read: ${words}`;
  return new DiagnosticError([
    { code: 'results-unreadable', severity: 'error', message, location: null, help },
  ]);
}
