/** Features that follow from the values a case hands over. */
import type { Wire } from '../plan/wire.ts';
import { declOf, isConst, resolve } from './resolve.ts';
import type { PointerType, Type, TypeDecl, TypeTable } from './type.ts';

/** Where a value stands: a parameter itself, or inside a struct, an array or memory. */
type Depth = 'argument' | 'inside';

export interface ScriptedCallback {
  readonly script: { readonly [key: string]: unknown };
  readonly type: TypeDecl | null;
}

/** What the walk over a value found. */
export interface ValueFinder {
  readonly found: Set<string>;
  readonly table: TypeTable;
  /** Is this the name of a callback that an earlier value made? */
  isCallback(name: string): boolean;
  callback(callback: ScriptedCallback): void;
}

type WireMap = { readonly [key: string]: Wire | number };

export function isMap(value: unknown): value is WireMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly Wire[] {
  return Array.isArray(value);
}

export function addValueFeatures(finder: ValueFinder, type: Type, value: Wire | number, depth: Depth): void {
  if (isMap(value) && '$callback' in value && isMap(value['$callback'])) {
    finder.callback({ script: value['$callback'], type: declOf(type, finder.table) });
    return;
  }
  if (isMap(value) && typeof value['$ref'] === 'string' && finder.isCallback(value['$ref'])) {
    finder.found.add('callback.stored');
    return;
  }
  const resolved = resolve(type, finder.table);
  switch (resolved.kind) {
    case 'float':
      if (typeof value === 'string' && hasNanPayload(value)) finder.found.add('float.nan-payload');
      return;
    case 'pointer':
      addPointerValue(finder, resolved, value, depth);
      return;
    case 'array':
      if (isList(value)) for (const each of value) addValueFeatures(finder, resolved.of, each, 'inside');
      return;
    case 'named':
      addNamedValue(finder, finder.table.get(resolved.name), value);
      return;
    default:
      return;
  }
}

function addNamedValue(finder: ValueFinder, decl: TypeDecl | undefined, value: Wire | number): void {
  switch (decl?.kind) {
    case 'callback':
      if (value === null) finder.found.add('callback.null');
      return;
    case 'enum':
      if (typeof value === 'string' && !decl.variants.some((each) => each.value.toString() === value)) {
        finder.found.add('misuse.invalid-enum');
      }
      return;
    case 'struct':
    case 'union':
      if (isMap(value)) addFields(finder, decl.kind === 'struct' ? decl.fields : decl.members, value);
      return;
    case 'tagged':
      if (!isMap(value)) return;
      if ('$raw' in value) finder.found.add('misuse.invalid-enum');
      for (const variant of decl.variants) {
        const payload = value[variant.name];
        if (isMap(payload)) addFields(finder, variant.fields, payload);
      }
      return;
    default:
      return;
  }
}

function addFields(
  finder: ValueFinder,
  fields: readonly { name: string; type: Type }[],
  value: WireMap,
): void {
  for (const field of fields) {
    const inner = value[field.name];
    if (inner !== undefined) addValueFeatures(finder, field.type, inner, 'inside');
  }
}

function addPointerValue(
  finder: ValueFinder,
  pointer: PointerType,
  value: Wire | number,
  depth: Depth,
): void {
  const { found, table } = finder;
  if (value === null) {
    found.add('pointer.null');
  } else if (isList(value)) {
    addPointees(finder, pointer, value);
  } else if (isMap(value)) {
    if ('$out' in value) addOut(finder, pointer, value);
    if ('$bytes' in value) addBytes(finder, pointer);
    if ('$at' in value) found.add('pointer.into-memory');
    if ('$address' in value) found.add('pointer.address');
    if ('$text' in value) {
      const native = depth === 'argument' && isConst(pointer) && isCChar(resolve(pointer.to, table));
      found.add(
        native ? 'string.native.argument' : depth === 'inside' ? 'string.in-struct' : 'string.in-memory',
      );
    }
  }
}

function addOut(finder: ValueFinder, pointer: PointerType, value: WireMap): void {
  finder.found.add('from' in value ? 'pointer.in-out' : 'pointer.out');
  if (resolve(pointer.to, finder.table).kind === 'void') finder.found.add('pointer.untyped');
  if (typeof value['$out'] === 'number' && value['$out'] > 1) addSeveral(finder, pointer);
  const from = value['from'];
  if (isList(from)) for (const each of from) addValueFeatures(finder, pointer.to, each, 'inside');
}

function addBytes(finder: ValueFinder, pointer: PointerType): void {
  const to = resolve(pointer.to, finder.table);
  finder.found.add(isConst(pointer) ? 'pointer.in' : 'pointer.in-out');
  if (to.kind === 'void') finder.found.add('pointer.untyped');
  else finder.found.add(isCChar(to) ? 'string.in-memory' : 'string.bytes');
}

function addPointees(finder: ValueFinder, pointer: PointerType, values: readonly Wire[]): void {
  finder.found.add(isConst(pointer) ? 'pointer.in' : 'pointer.in-out');
  if (values.length > 1) addSeveral(finder, pointer);
  const to = resolve(pointer.to, finder.table);
  // On the wire UTF-16 is its units, the NUL included.
  if (to.kind === 'int' && to.name === 'u16' && values.at(-1) === '0') finder.found.add('string.utf16');
  for (const each of values) addValueFeatures(finder, pointer.to, each, 'inside');
}

function addSeveral(finder: ValueFinder, pointer: PointerType): void {
  finder.found.add('pointer.array');
  if (declOf(pointer.to, finder.table)?.kind === 'struct') finder.found.add('struct.array');
}

function isCChar(type: Type): boolean {
  return type.kind === 'int' && type.name === 'c_char';
}

const DEFAULT_NANS = new Set(['7fc00000', '7ff8000000000000']);

/** A NaN other than the one every language makes by itself. */
function hasNanPayload(bits: string): boolean {
  if (!/^(?:[0-9a-f]{8}|[0-9a-f]{16})$/.test(bits) || DEFAULT_NANS.has(bits)) return false;
  const value = BigInt(`0x${bits}`);
  const [exponent, fraction] =
    bits.length === 8 ? [0xffn << 23n, (1n << 23n) - 1n] : [0x7ffn << 52n, (1n << 52n) - 1n];
  return (value & exponent) === exponent && (value & fraction) !== 0n;
}
