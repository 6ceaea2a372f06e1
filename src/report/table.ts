/** The table feature × caller, the model that every form of it is made from. */
import { outcomes, zeros, type Outcome } from '../judge/outcome.ts';
import type { Column, Run } from '../results/run.ts';

export interface TableModel {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly totals: readonly Cell[];
}

export interface TableColumn {
  readonly id: string;
  readonly versions: string;
}

export interface TableRow {
  readonly feature: string;
  readonly cells: readonly Cell[];
}

/** Cases that use a feature in one caller. `worst` is the worst outcome that occurred; null: no case was played. */
export interface Cell {
  readonly passed: number;
  readonly total: number;
  readonly worst: Outcome | null;
  /** Everything that did not pass is explained by a known issue or a declared refusal. */
  readonly asExpected: boolean;
}

/** `featureOrder`: all features in display order; those without a case are left out. */
export function tableOf(run: Run, featureOrder: readonly string[]): TableModel {
  const used = new Set(run.entries.flatMap((entry) => entry.features));
  const rows = featureOrder
    .filter((feature) => used.has(feature))
    .map((feature) => ({ feature, cells: run.columns.map((column) => cellOf(run, column, feature)) }));
  return {
    columns: run.columns.map((column) => ({ id: column.id, versions: versionWords(column) })),
    rows,
    totals: run.columns.map((column) => cellOf(run, column, null)),
  };
}

function cellOf(run: Run, column: Column, feature: string | null): Cell {
  const counts = zeros();
  let unexpected = 0;
  for (const entry of run.entries) {
    if (feature !== null && !entry.features.includes(feature)) continue;
    const tally = column.tallies.get(entry.key);
    if (tally === undefined) continue;
    for (const outcome of outcomes) counts[outcome] += tally.counts[outcome];
    unexpected += tally.unexpected;
  }
  const total = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
  const worst = outcomes.findLast((outcome) => counts[outcome] > 0) ?? null;
  return { passed: counts.pass, total, worst, asExpected: unexpected === 0 };
}

/** `12/12`, `10/12 crash`, `0/3 unsupported (known)`. */
export function cellWords(cell: Cell): string {
  if (cell.worst === null) return 'not run';
  const ratio = `${cell.passed}/${cell.total}`;
  if (cell.worst === 'pass') return ratio;
  return `${ratio} ${cell.worst}${cell.asExpected ? ' (known)' : ''}`;
}

function versionWords(column: Column): string {
  const { ffi, runtime } = column.versions;
  return [ffi, runtime].filter((each) => each !== undefined).join(', ');
}
