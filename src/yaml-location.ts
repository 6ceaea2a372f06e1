/** Where in the text of a YAML file a value stands. */
import { isMap, isNode, isScalar, isSeq, type Document, type LineCounter } from 'yaml';
import type { Location } from './diagnostic.ts';

export type Path = readonly PropertyKey[];
export type Span = Omit<Location, 'file'>;

export function spanOf(lines: LineCounter, start: number, end: number): Span {
  const { line, col } = lines.linePos(start);
  const lineEnd = (lines.lineStarts[line] ?? end + 1) - 1;
  return { line, column: col, length: Math.max(1, Math.min(end, lineEnd) - start) };
}

/** The node at `path`, or the nearest one around it; with `key` the key of that entry. */
export function locatePath(document: Document, lines: LineCounter, path: Path, part: 'key' | 'value'): Span {
  let node: unknown = document.contents;
  let shown = node;
  path.forEach((step, index) => {
    const entry = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const wantsKey = part === 'key' && index === path.length - 1;
    node = entry !== undefined ? entry.value : isSeq(node) ? node.items[Number(step)] : undefined;
    shown = (wantsKey ? entry?.key : node) ?? entry?.key ?? shown;
  });
  const range = isNode(shown) ? shown.range : undefined;
  return range ? spanOf(lines, range[0], range[1]) : { line: 1, column: 1, length: 1 };
}
