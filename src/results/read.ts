import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostic.ts';
import type { Tally } from '../judge/column.ts';
import { isUnexpected, outcomes, zeros } from '../judge/outcome.ts';
import { resultFile, type ResultFile } from './file-schema.ts';
import { RUN_SCHEMA, type Column, type Run } from './run.ts';

/** The keys of the cases that deviated unexpectedly in the run that the file holds. */
export async function failedKeys(path: string): Promise<ReadonlySet<string>> {
  const run = await readRun(path);
  const results = run.columns.flatMap((column) => column.results);
  return new Set(results.filter(isUnexpected).map((each) => each.key));
}

/** A result file as the run it was written from. Throws a DiagnosticError for what is no such file, cut off or newer. */
export async function readRun(path: string): Promise<Run> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  const schema = z.object({ schema: z.number() }).safeParse(value);
  if (schema.success && schema.data.schema > RUN_SCHEMA) {
    throw unreadable(path, `it has schema ${schema.data.schema}, this abide reads up to ${RUN_SCHEMA}`);
  }
  const parsed = resultFile.safeParse(value);
  if (!parsed.success) throw unreadable(path, 'it is not a result file of abide');
  const file = parsed.data;
  if (file.deviations.length !== file.footer.deviations || file.cases.length !== file.footer.cases) {
    throw unreadable(path, 'its footer counts other numbers than it holds');
  }
  return runOf(file);
}

function runOf(file: ResultFile): Run {
  const { abide, platform, subject, specs, complete, interrupted, notRun, header } = file;
  const entries = file.cases.map(({ outcomes: _, ...entry }) => entry);
  const columns = file.columns.map((column) => columnOf(column, file));
  const head = { schema: RUN_SCHEMA, abide, platform, subject, specs, complete, interrupted } as const;
  return { ...head, entries, columns, notRun, header };
}

function columnOf(column: ResultFile['columns'][number], file: ResultFile): Column {
  const evidence = file.evidence.filter((each) => each.column === column.id);
  const stderr = new Map(evidence.map((each) => [each.key, each.stderr ?? '']));
  return {
    ...column,
    troubles: column.troubles.map((each) => ({ ...each, exit: null, stderr: '' })),
    tallies: new Map(
      file.cases.flatMap((entry) => {
        const counts = entry.outcomes[column.id];
        return counts === undefined ? [] : [[entry.key, tallyOf(counts)] as const];
      }),
    ),
    results: file.deviations
      .filter((each) => each.column === column.id)
      .map(({ column: _, ...each }) => ({ ...each, stderr: stderr.get(each.key) ?? '' })),
    durationMs: evidence.find((each) => each.durationMs !== undefined)?.durationMs ?? 0,
  };
}

function tallyOf(counted: Readonly<Record<string, number>>): Tally {
  const counts = zeros();
  for (const outcome of outcomes) counts[outcome] = counted[outcome] ?? 0;
  return { counts, unexpected: counted['unexpected'] ?? 0 };
}

function unreadable(path: string, words: string): DiagnosticError {
  const message = `the results in ${path} cannot be read: ${words}`;
  const help = 'Every run of abide leaves such a file behind; make it again.';
  return new DiagnosticError([
    { code: 'results-unreadable', severity: 'error', message, location: null, help },
  ]);
}
