import { DiagnosticError } from '../diagnostic.ts';
import { type Cells } from './columns.ts';
import { headOf } from './fields.ts';
import { Problems, listed } from './problems.ts';
import { slugOf } from './slug.ts';
import { locationOf, type Span } from './source.ts';
import type { Case, Row, Table } from './suite.ts';
import type { TableDraft } from './table-draft.ts';
import { findTable, readTable } from './table-file.ts';
import { entryOf, inWords, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

const BATCH = 1000;
const MOST_ERRORS = 100;
/** The column that names a row. */
const NAME = 'case';

/** The rows of one case, to be gone through more than once. */
export interface Rows {
  /** The columns that are values, with their places. */
  readonly columns: readonly { readonly key: string; readonly keySpan: Span }[];
  /** Checks every row against what the case makes of it; how many there are. `used`: columns that the case names. */
  check(table: TableDraft, used: ReadonlySet<string>, problems: Problems): Promise<number>;
  all(problems: Problems): AsyncIterable<MapNode>;
  readonly named: boolean;
}

interface Home {
  readonly file: string;
  readonly readsTable: (file: string) => void;
}

/** What `each:` gives; null, with the reason among the problems, when there is no first row. */
export async function openRows(each: Entry, home: Home, problems: Problems): Promise<Rows | null> {
  const { value } = each;
  if (value.kind !== 'text' && value.kind !== 'list') {
    const message = `Expected a list of rows or the name of a table, found ${inWords(value)}.`;
    problems.add('wrong-shape', headOf(value), message);
    return null;
  }
  const file = value.kind === 'text' ? await findTable(value.text, home.file, value, problems) : null;
  if (value.kind === 'text' && file === null) return null;
  if (file !== null) home.readsTable(file.file);
  const all = (into: Problems): AsyncIterable<MapNode> =>
    file !== null ? readTable(file, into) : inlineRows(value.kind === 'list' ? value.items : [], into);

  const opening = new Problems(MOST_ERRORS);
  for await (const first of all(opening)) {
    const columns = first.entries.filter((entry) => entry.key !== NAME);
    const named = entryOf(first, NAME) !== null;
    return {
      columns,
      named,
      all,
      check: async (table, used, into) => {
        reportUnused(columns, used, into);
        return await checkRows({ columns, named, all }, table, into);
      },
    };
  }
  problems.take(opening.all);
  if (opening.count === 0)
    problems.add('empty-table', value, 'Expected a table with at least one row, found none.');
  return null;
}

async function* inlineRows(items: readonly SpecNode[], problems: Problems): AsyncGenerator<MapNode> {
  for (const item of items) {
    if (item.kind === 'map') yield item;
    else
      problems.add(
        'wrong-shape',
        item,
        `Expected a map of columns and values for the row, found ${inWords(item)}.`,
      );
  }
}

async function checkRows(rows: Omit<Rows, 'check'>, table: TableDraft, problems: Problems): Promise<number> {
  const own = new Problems(MOST_ERRORS);
  const names = new Map<string, Span>();
  let count = 0;
  let last: MapNode | null = null;
  for await (const row of rows.all(own)) {
    count++;
    last = row;
    const cells = cellsOf(row, rows, own);
    reportName(row, rows, names, own);
    if (cells !== null) table.learn(cells, row, own);
  }
  problems.take(own.all);
  if (own.uncollected > 0) {
    problems.add('more-row-errors', last, `${own.uncollected} more errors in the rows of this table.`);
  }
  return count;
}

function reportUnused(columns: Rows['columns'], used: ReadonlySet<string>, problems: Problems): void {
  for (const { key, keySpan } of columns) {
    if (used.has(key)) continue;
    problems.add('unused-column', keySpan, `No step uses the column ${quoted(key)}.`, {
      help: `Write "\${${key}}" where its value is wanted, or leave the column out.`,
    });
  }
}

/** The row's values; null when it has not just the columns of the first. */
function cellsOf(row: MapNode, rows: Omit<Rows, 'check'>, problems: Problems): Cells | null {
  const cells = new Map<string, SpecNode>();
  const unknown: Entry[] = [];
  for (const entry of row.entries) {
    if (entry.key !== NAME && !rows.columns.some((column) => column.key === entry.key)) unknown.push(entry);
    else if (entry.key !== NAME) cells.set(entry.key, entry.value);
  }
  for (const entry of unknown) {
    const known = listed(rows.columns.map((column) => column.key));
    const message = `The first row has no column ${quoted(entry.key)}.`;
    problems.add('unknown-column', entry.keySpan, message, { help: `It has ${known}.` });
  }
  const missing = rows.columns.filter((column) => !cells.has(column.key));
  if (missing.length > 0) {
    const names = listed(missing.map((column) => quoted(column.key)));
    problems.add('missing-cell', headOf(row), `The row lacks a value for ${names}.`);
  }
  return missing.length + unknown.length === 0 ? cells : null;
}

/** The name in a row's `case` column; null when it has none. */
function nameOf(row: MapNode): { readonly slug: string; readonly entry: Entry } | null {
  const entry = entryOf(row, NAME);
  if (entry === null) return null;
  const { value } = entry;
  const text =
    value.kind === 'text' || value.kind === 'cell'
      ? value.text
      : value.kind === 'int' || value.kind === 'decimal'
        ? value.written
        : '';
  return { slug: slugOf(text), entry };
}

function reportName(
  row: MapNode,
  rows: Omit<Rows, 'check'>,
  names: Map<string, Span>,
  problems: Problems,
): void {
  const name = nameOf(row);
  if ((name !== null) !== rows.named) {
    const at = name === null ? headOf(row) : name.entry.keySpan;
    problems.add('missing-cell', at, 'Expected a name in the column "case" of every row, or of none.');
  }
  if (name === null) return;
  const at = name.entry.value;
  if (!/[\p{L}\p{N}]/u.test(name.slug)) {
    problems.add('bad-slug', at, `Expected a row name with a letter or a digit, found ${inWords(at)}.`);
    return;
  }
  const first = names.get(name.slug);
  if (first === undefined) names.set(name.slug, at);
  else {
    const related = [{ message: 'first here', at: first }];
    problems.add('duplicate-row', at, `Another row is called ${quoted(name.slug)} already.`, { related });
  }
}

export function tableOf(common: Omit<Case, 'kind'>, rows: Rows, table: TableDraft, rowCount: number): Table {
  return {
    ...common,
    kind: 'table',
    columns: rows.columns.map((column) => column.key),
    rowCount,
    rows: () => batches(common.key, rows, table),
  };
}

/** The rows once more; they were checked, so a fault now means that the file has changed. */
async function* batches(key: string, rows: Rows, table: TableDraft): AsyncGenerator<readonly Row[]> {
  const problems = new Problems(MOST_ERRORS);
  let batch: Row[] = [];
  let number = 0;
  for await (const row of rows.all(problems)) {
    const cells = cellsOf(row, rows, problems);
    const slots = cells === null ? undefined : table.row(cells, problems);
    number++;
    if (slots === undefined) throw new DiagnosticError(problems.all);
    batch.push({ key: `${key}.${nameOf(row)?.slug ?? number}`, slots, location: locationOf(headOf(row)) });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (problems.count > 0) throw new DiagnosticError(problems.all);
  if (batch.length > 0) yield batch;
}
