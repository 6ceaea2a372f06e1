/** A run as text: stable key order, one case and one deviation a line, so that a git diff reads. */
import { outcomes, type CaseResult } from '../judge/outcome.ts';
import type { Tally } from '../judge/column.ts';
import type { Column, Run } from './run.ts';

/** The result file. Durations and stderr stand in `evidence`: a rerun without change is the same outside it. */
export function runToJson(run: Run): string {
  const sections: [string, unknown][] = [
    ['schema', run.schema],
    ['abide', run.abide],
    ['platform', run.platform],
    ['subject', run.subject],
    ['specs', run.specs],
    ['complete', run.complete],
    ['interrupted', run.interrupted],
    ['columns', new Lines(run.columns.map(columnFacts))],
    ['notRun', new Lines(run.notRun)],
    ['header', run.header],
    ['cases', new Lines(run.entries.map((entry) => ({ ...entry, outcomes: outcomesOf(run, entry.key) })))],
    ['deviations', new Lines(run.columns.flatMap((column) => column.results.map((each) => deviation(column, each))))],
    ['evidence', new Lines(run.columns.flatMap(evidence))],
    ['footer', footer(run)],
  ];
  const texts = sections.map(([key, value]) => `${JSON.stringify(key)}: ${section(value)}`);
  return `{\n${texts.join(',\n')}\n}\n`;
}

/** A list written with one element a line. */
class Lines {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

function section(value: unknown): string {
  if (!(value instanceof Lines)) return JSON.stringify(value);
  return value.items.length === 0 ? '[]' : `[\n${value.items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
}

function columnFacts(column: Column): unknown {
  const { id, caller, language, ffi, engine, reference, versions, planned, played } = column;
  const { troubles, layouts, stale } = column;
  const facts = { id, caller, language, ffi, engine, reference, versions, planned, played };
  return { ...facts, troubles: troubles.map(({ what, why, final }) => ({ what, why, final })), layouts, stale };
}

/** By column: the counts that are not zero, and `unexpected` when there are any. */
function outcomesOf(run: Run, key: string): Record<string, Record<string, number>> {
  const byColumn: Record<string, Record<string, number>> = {};
  for (const column of run.columns) {
    const tally = column.tallies.get(key);
    if (tally !== undefined) byColumn[column.id] = counts(tally);
  }
  return byColumn;
}

function counts(tally: Tally): Record<string, number> {
  const pairs = outcomes.map((outcome): [string, number] => [outcome, tally.counts[outcome]]);
  const all: [string, number][] = [...pairs, ['unexpected', tally.unexpected]];
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

function deviation(column: Column, result: CaseResult): unknown {
  return { column: column.id, ...result, stderr: undefined };
}

function evidence(column: Column): unknown[] {
  const withOutput = column.results.filter((each) => each.stderr !== '');
  return [
    { column: column.id, durationMs: Math.round(column.durationMs) },
    ...withOutput.map((each) => ({ column: column.id, key: each.key, stderr: each.stderr })),
  ];
}

function footer(run: Run): unknown {
  return {
    cases: run.entries.length,
    deviations: run.columns.reduce((sum, column) => sum + column.results.length, 0),
  };
}
