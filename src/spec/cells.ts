/** A cell of a CSV table, read by the type it stands for. */
import type { Type } from '../abi/type.ts';
import { resolved, type Declarations } from './declarations.ts';
import { Problems } from './problems.ts';
import { readYaml } from './read-yaml.ts';
import { TextSource, type Source } from './source.ts';
import type { CellNode, SpecNode } from './tree.ts';

/** The node itself, or what a cell means; null, with the reason among the problems, when it means nothing. */
export function cellValue(
  node: SpecNode,
  type: Type,
  declarations: Declarations,
  problems: Problems,
): SpecNode | null {
  if (node.kind !== 'cell') return node;
  if (isText(type, declarations) && node.text !== 'null' && !/^(?:\$|\{ ?\$)/u.test(node.text)) {
    const { source, start, end } = node;
    return { kind: 'text', text: node.text, source, start, end };
  }
  return flowValue(node, problems);
}

function isText(type: Type, declarations: Declarations): boolean {
  const to = type.kind === 'pointer' ? resolved(type.to, declarations) : null;
  return to?.kind === 'int' && to.name === 'c_char';
}

/** One YAML flow value. The plain ones are most of a table, so they skip the parser. */
export function flowValue(cell: CellNode, problems: Problems): SpecNode | null {
  const { source, start, end } = cell;
  const text = cell.text.trim();
  const span = { source, start, end };
  if (/^(?:[-+]?\d{1,60}|0x[0-9a-fA-F]{1,60})$/u.test(text)) {
    return { kind: 'int', value: BigInt(text.replace('+', '')), written: text, ...span };
  }
  if (/^(?:[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?|[-+]?\.inf|\.nan)$/u.test(text)) {
    return { kind: 'decimal', written: text, ...span };
  }
  if (text === 'true' || text === 'false') return { kind: 'bool', value: text === 'true', ...span };
  if (text === 'null') return { kind: 'null', ...span };
  if (/^[$A-Za-z_][\w.]*$/u.test(text)) return { kind: 'text', text, ...span };
  if (text === '') {
    problems.add('missing-cell', cell, 'Expected a value, found an empty cell.', {
      help: 'Only where text is wanted an empty cell is the empty text.',
    });
    return null;
  }
  return parsed(cell, text, problems);
}

/** Positions inside the cell are those of the record it stands in. */
function parsed(cell: CellNode, text: string, problems: Problems): SpecNode | null {
  const own = new Problems();
  const node = readYaml(new TextSource(cell.source.file, text), own);
  if (own.count === 0 && node !== null) return moved(node, cell.source, cell.start);
  const why = own.all[0]?.message ?? 'It cannot be read.';
  problems.add('yaml-syntax', cell, `Expected a value as YAML writes it on one line. ${why}`);
  return null;
}

function moved(node: SpecNode, source: Source, by: number): SpecNode {
  const at = { source, start: node.start + by, end: node.end + by };
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item) => moved(item, source, by)), ...at };
  if (node.kind !== 'map') return { ...node, ...at };
  const entries = node.entries.map((entry) => ({
    key: entry.key,
    keySpan: { source, start: entry.keySpan.start + by, end: entry.keySpan.end + by },
    value: moved(entry.value, source, by),
  }));
  return { ...node, entries, ...at };
}
