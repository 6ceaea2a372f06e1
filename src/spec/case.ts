import { headIn, platformFor, type CaseHead } from './case-head.ts';
import { completeCallbacks, type CaseContext } from './context.ts';
import { columnsIn } from './columns.ts';
import { declarationsFor, type Declarations } from './declarations.ts';
import { fieldsOf, listIn, mapIn, reportUnknownKey } from './fields.ts';
import { CASE_HEAD, CASE_OF_STEPS, STEP_SHAPES } from './shapes.ts';
import { lowerBlock, verbOf } from './steps.ts';
import { Scope } from './scope.ts';
import type { Problems } from './problems.ts';
import type { Step } from './suite.ts';
import type { SuiteDraft } from './suite-draft.ts';
import { TableDraft } from './table-draft.ts';
import { openRows, tableOf, type Rows } from './table.ts';
import { entryOf, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** The file a case stands in. */
export interface Home {
  readonly spec: string;
  readonly file: string;
  /** Told of each table file the spec reads. */
  readonly readsTable: (file: string) => void;
}

/** One entry under `cases:`; checked whole, and added to the suite when it has no fault. */
export async function addCase(entry: Entry, home: Home, draft: SuiteDraft): Promise<void> {
  const { problems } = draft;
  const name = draft.name(home.spec, entry.key, entry.keySpan);
  const map = mapIn(entry.value, 'a map with steps, or with the keys of one step', problems);
  if (map === null) return;
  const parts = partsOf(map, draft);
  if (parts === null) return;
  const declarations = declarationsOf(draft, parts.head);
  if (parts.each === null) {
    const steps = lowerSteps(parts.steps, null, declarations, problems);
    if (problems.count === 0 && name !== null)
      draft.cases.push({ kind: 'case', ...draft.common(name, parts.head, steps) });
    return;
  }
  const rows = await openRows(parts.each, home, problems);
  if (rows === null) return;
  const table = await lowerTable(parts.steps, rows, declarations, problems);
  if (table === null || name === null || problems.count > 0) return;
  const common = draft.common(name, parts.head, table.steps);
  draft.cases.push(tableOf(common, rows, table.draft, table.count));
}

function declarationsOf(draft: SuiteDraft, { when }: CaseHead): Declarations {
  const platform = platformFor(when, draft.declarations.platform);
  const same = platform === draft.declarations.platform;
  return same ? draft.declarations : declarationsFor(platform, draft.declarations);
}

interface Parts {
  readonly head: CaseHead;
  readonly steps: readonly SpecNode[];
  readonly each: Entry | null;
}

const HEAD_KEYS = Object.keys(CASE_HEAD.shape);
const CASE_SHAPES = new Map(
  Object.entries(STEP_SHAPES).map(
    ([verb, shape]) => [verb, { shape: { ...shape.shape, ...CASE_HEAD.shape } }] as const,
  ),
);

/** A case is steps, or one step whose keys stand beside the case's own. */
function partsOf(map: MapNode, draft: SuiteDraft): Parts | null {
  const { problems } = draft;
  const own = map.entries.filter((entry) => !HEAD_KEYS.includes(entry.key));
  const about = { ...map, entries: map.entries.filter((entry) => HEAD_KEYS.includes(entry.key)) };
  const head = headIn(fieldsOf(about, CASE_HEAD, 'a case', problems), problems);
  const each = entryOf(map, 'each');
  const steps = entryOf(map, 'steps');
  if (steps !== null) {
    fieldsOf(map, CASE_OF_STEPS, 'a case that has "steps"', problems);
    const list = listIn(steps.value, 'a list of steps', problems);
    if (list?.length === 0)
      problems.add('wrong-shape', steps.value, 'Expected at least one step, found an empty list.');
    return list === null ? null : { head, steps: list, each };
  }
  const step: MapNode = { ...map, entries: own };
  const verb = verbOf(own.length === 0 ? map : step, problems);
  const shape = verb === null ? undefined : CASE_SHAPES.get(verb);
  if (verb === null || shape === undefined) return null;
  const keys = Object.keys(shape.shape);
  const known = own.filter((entry) => keys.includes(entry.key));
  for (const entry of own) {
    if (!known.includes(entry)) reportUnknownKey(entry, keys, `a case that has "${verb}"`, problems);
  }
  return { head, steps: [{ ...step, entries: known }], each };
}

export function lowerSteps(
  nodes: readonly SpecNode[],
  table: TableDraft | null,
  declarations: Declarations,
  problems: Problems,
): readonly Step[] {
  const context: CaseContext = {
    declarations,
    problems,
    table,
    callbacks: [],
    death: null,
  };
  const scope = new Scope(declarations.constants);
  const steps = lowerBlock(nodes, null, scope, context);
  completeCallbacks(context.callbacks);
  return steps;
}

/** Lowered once to find what differs from row to row, and again when all rows are known. */
async function lowerTable(
  nodes: readonly SpecNode[],
  rows: Rows,
  declarations: Declarations,
  problems: Problems,
): Promise<{ steps: readonly Step[]; draft: TableDraft; count: number } | null> {
  const table = new TableDraft(rows.columns.map((column) => column.key));
  lowerSteps(nodes, table, declarations, problems);
  const used = new Set<string>();
  for (const node of nodes) columnsIn(node, (column) => used.add(column));
  const count = await rows.check(table, used, problems);
  if (problems.count > 0) return null;
  table.finish();
  return { steps: lowerSteps(nodes, table, declarations, problems), draft: table, count };
}
