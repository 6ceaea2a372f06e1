/** `${column}` in the values of a case that has rows. */
import { flowValue } from './cells.ts';
import { parseColumn } from './references.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source.ts';
import type { Entry, SpecNode } from './tree.ts';

/** A row's values, by column. */
export type Cells = ReadonlyMap<string, SpecNode>;

export function hasColumn(node: SpecNode): boolean {
  if (node.kind === 'text') return node.text.startsWith('${') && parseColumn(node.text) !== null;
  if (node.kind === 'list') return node.items.some(hasColumn);
  return node.kind === 'map' && node.entries.some((entry) => hasColumn(entry.value));
}

/** Every `${column}` below a node, with its place. */
export function columnsIn(node: SpecNode, found: (column: string, span: Span) => void): void {
  if (node.kind === 'text') {
    const column = parseColumn(node.text);
    if (column !== null) found(column, node);
  } else if (node.kind === 'list') node.items.forEach((item) => columnsIn(item, found));
  else if (node.kind === 'map') node.entries.forEach((entry) => columnsIn(entry.value, found));
}

/** The node with a row's values in the places of its columns. */
export function withCells(node: SpecNode, cells: Cells, problems: Problems): SpecNode {
  if (node.kind === 'text') {
    const column = parseColumn(node.text);
    return column === null ? node : (cells.get(column) ?? node);
  }
  if (!hasColumn(node)) return node;
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item) => withCells(item, cells, problems)) };
  if (node.kind !== 'map') return node;
  return { ...node, entries: node.entries.map((entry) => entryWithCells(entry, cells, problems)) };
}

const TEXT_FORMS: readonly string[] = ['$text', '$bytes', '$utf16'];
/** What is an integer, a name or a map whatever the type. */
const PLAIN_KEYS: readonly string[] = [
  '$bits',
  '$out',
  '$address',
  '$raw',
  '$zero',
  '$at',
  'offset',
  'count',
  'ulps',
  'rest',
];

/** Behind some keys no type tells what a cell is. */
function entryWithCells(entry: Entry, cells: Cells, problems: Problems): Entry {
  const value = withCells(entry.value, cells, problems);
  if (value.kind !== 'cell') return { ...entry, value };
  const { source, start, end } = value;
  if (TEXT_FORMS.includes(entry.key))
    return { ...entry, value: { kind: 'text', text: value.text, source, start, end } };
  if (!PLAIN_KEYS.includes(entry.key)) return { ...entry, value };
  return { ...entry, value: flowValue(value, problems) ?? { kind: 'null', source, start, end } };
}
