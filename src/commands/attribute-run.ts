import { attribute, type Witness } from '../judge/attribute.ts';
import type { CaseResult } from '../judge/outcome.ts';
import type { Column } from '../results/run.ts';

/** Lays every deviation to the library, a caller or an engine, now that all callers are heard. */
export function attributeRun(columns: readonly Column[]): Column[] {
  const seen = columns.map((column) => new Map(column.results.map((result) => [result.key, result])));
  return columns.map((column) => ({
    ...column,
    results: column.results.map((result) => ({
      ...result,
      attribution: attributionOf(column, result, columns, seen),
    })),
  }));
}

function attributionOf(
  own: Column,
  result: CaseResult,
  columns: readonly Column[],
  seen: readonly ReadonlyMap<string, CaseResult>[],
): CaseResult['attribution'] {
  const witnesses = columns.flatMap((column, index): Witness[] => {
    const theirs = seen[index]?.get(result.key) ?? null;
    if (theirs === null && !column.tallies.has(result.entry)) return [];
    return [{ caller: column.id, engine: column.engine, reference: column.reference, result: theirs }];
  });
  const self = witnesses.find((each) => each.caller === own.id);
  return self === undefined ? null : attribute(self, witnesses);
}
