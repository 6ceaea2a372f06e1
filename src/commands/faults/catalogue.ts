/** The seeded faults of a crate: faults.yaml, and a patch for each of its entries beside it. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { DiagnosticError, type Diagnostic, type Location } from '../../diagnostic.ts';
import { deviationKinds, outcomes, type DeviationKind, type Outcome } from '../../judge/outcome.ts';
import { readYamlFile } from '../../yaml-file.ts';

/** One mistake of a library's author, and how callers must see it. */
export interface Fault {
  readonly name: string;
  /** One sentence. */
  readonly mistake: string;
  /** A unified diff against the crate's folder. */
  readonly patch: string;
  /** Patterns of the cases to play. */
  readonly run: readonly string[];
  /** Key of the case that must catch it. */
  readonly caught: string;
  readonly as: Outcome;
  /** Kind of the first deviation; null: any, as for a death. */
  readonly what: DeviationKind | null;
}

const text = z.string().min(1).max(1000);

const entry = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u, 'expected small letters and digits with - between them'),
  mistake: text,
  run: z.array(text).min(1),
  caught: text,
  as: z.enum(outcomes).exclude(['pass', 'unsupported']),
  what: z.enum(deviationKinds).optional(),
});

const file = z.strictObject({ abide: z.literal(1), faults: z.array(entry).min(1) });

/** Throws a DiagnosticError; a patch that no entry names is an error too, for nothing would ever try it. */
export async function readFaults(path: string): Promise<readonly Fault[]> {
  const shown = relative(process.cwd(), path) || path;
  const reference = 'README.md, "See what is caught",';
  const { value, locate } = await readYamlFile({ path, shown, schema: file, code: 'faults', reference });
  const folder = dirname(path);
  const problems: Diagnostic[] = [];
  const names = new Set<string>();
  value.faults.forEach(({ name }, index) => {
    const location = locate(['faults', index, 'name']);
    if (names.has(name))
      problems.push(problem('faults-value', `there are two faults named ${name}`, location));
    else if (!existsSync(patchOf(folder, name)))
      problems.push(problem('patch-missing', `there is no ${name}.patch beside this file`, location));
    names.add(name);
  });
  for (const each of (await readdir(folder)).sort()) {
    if (!each.endsWith('.patch') || names.has(each.slice(0, -'.patch'.length))) continue;
    problems.push(
      problem('patch-unnamed', `no fault is named as the file ${each} is`, locate(['faults'], 'key')),
    );
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return value.faults.map((each) => ({
    ...each,
    patch: patchOf(folder, each.name),
    what: each.what ?? null,
  }));
}

function patchOf(folder: string, name: string): string {
  return join(folder, `${name}.patch`);
}

function problem(code: Diagnostic['code'], message: string, location: Location): Diagnostic {
  return { code, severity: 'error', message, location };
}
