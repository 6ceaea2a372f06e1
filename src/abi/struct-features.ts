/** What is special about a struct that is passed or returned by value. */
import type { Layouts } from './layout.ts';
import { resolve } from './resolve.ts';
import type { StructDecl, Type, TypeTable } from './type.ts';

const IN_REGISTERS = 16;
/** More leaves than this tell no new feature; an array of a million elements costs nothing. */
const MOST_LEAVES = 64;

interface Contents {
  readonly leaves: Type[];
  packed: boolean;
  aligned: boolean;
  nested: boolean;
  array: boolean;
  union: boolean;
  pointer: boolean;
  bytes: number;
}

export function structFeatures(
  name: string,
  decl: StructDecl,
  way: 'param' | 'return',
  table: TypeTable,
  layouts: Layouts,
): readonly string[] {
  const { size } = layouts.named(name);
  const inside = contentsOf(decl, table, layouts);
  const kinds = new Set(inside.leaves.map((leaf) => leaf.kind));
  const sizeClass = size <= IN_REGISTERS ? 'small' : 'large';
  const found: readonly (readonly [boolean, string])[] = [
    [true, way === 'return' ? `struct.by-value.return.${sizeClass}` : `struct.by-value.${sizeClass}`],
    [size <= IN_REGISTERS && !Number.isInteger(Math.log2(size)), 'struct.by-value.odd-size'],
    [floatCount(inside.leaves) === 2, 'struct.by-value.float-pair'],
    [floatCount(inside.leaves) === 3, 'struct.by-value.float-triple'],
    [floatCount(inside.leaves) === 4, 'struct.by-value.float-quad'],
    [
      kinds.has('float') && (kinds.has('int') || kinds.has('pointer') || kinds.has('bool')),
      'struct.by-value.mixed',
    ],
    [inside.nested, 'struct.by-value.nested'],
    [inside.array, 'struct.by-value.array'],
    [inside.packed, 'struct.by-value.packed'],
    [inside.aligned, 'struct.by-value.aligned'],
    [inside.bytes < size, 'struct.by-value.padded'],
    [inside.union, 'union.by-value.in-struct'],
    [inside.pointer, 'pointer.in-struct'],
  ];
  return found.filter(([is]) => is).map(([, feature]) => feature);
}

/** How many floats there are when there is nothing else, and all of one width; else 0. */
function floatCount(leaves: readonly Type[]): number {
  const [first] = leaves;
  const same = leaves.every(
    (leaf) => leaf.kind === 'float' && first?.kind === 'float' && leaf.name === first.name,
  );
  return same ? leaves.length : 0;
}

function contentsOf(decl: StructDecl, table: TypeTable, layouts: Layouts): Contents {
  const contents: Contents = {
    leaves: [],
    packed: false,
    aligned: false,
    nested: false,
    array: false,
    union: false,
    pointer: false,
    bytes: 0,
  };
  addStruct(contents, decl, table, layouts, 1);
  return contents;
}

/** `times`: how often this struct stands in the whole, for the count of bytes. */
function addStruct(
  contents: Contents,
  decl: StructDecl,
  table: TypeTable,
  layouts: Layouts,
  times: number,
): void {
  contents.packed ||= decl.packed !== null;
  contents.aligned ||= decl.align !== null;
  for (const field of decl.fields) addLeaf(contents, field.type, table, layouts, times);
}

function addLeaf(contents: Contents, type: Type, table: TypeTable, layouts: Layouts, times: number): void {
  const found = resolve(type, table);
  if (found.kind === 'array') {
    contents.array = true;
    const walked = Math.min(found.length, Math.max(1, MOST_LEAVES - contents.leaves.length));
    for (let i = 0; i < walked; i++) {
      // The last one walked stands for all that are not.
      const weight = i === walked - 1 ? found.length - i : 1;
      addLeaf(contents, found.of, table, layouts, times * weight);
    }
    return;
  }
  const decl = found.kind === 'named' ? table.get(found.name) : undefined;
  if (decl?.kind === 'struct') {
    contents.nested = true;
    addStruct(contents, decl, table, layouts, times);
    return;
  }
  contents.union ||= decl?.kind === 'union';
  contents.pointer ||= found.kind === 'pointer';
  contents.bytes += layouts.of(found).size * times;
  // A C-like enum travels as its integer.
  contents.leaves.push(decl?.kind === 'enum' ? decl.repr : found);
}
