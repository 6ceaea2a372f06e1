/** Features that follow from a signature alone. */
import { structFeatures } from './struct-features.ts';
import type { Layouts } from './layout.ts';
import { declOf, resolve } from './resolve.ts';
import type { Signature } from './lower.ts';
import type { Field, IntName, PointerType, Type, TypeTable } from './type.ts';

export type Way = 'param' | 'return';

const REGISTER_PARAMS = 6;
const BEFORE_SPILLED_STRUCT = 5;

/** Features of a call with this signature; `layouts` are the reference platform's. */
export function signatureFeatures(
  signature: Pick<Signature, 'params' | 'returns'>,
  table: TypeTable,
  layouts: Layouts,
): ReadonlySet<string> {
  const found = new Set<string>();
  const { params, returns } = signature;
  for (const { type } of params) addTypeFeatures(found, type, 'param', table, layouts);
  addTypeFeatures(found, returns, 'return', table, layouts);
  if (params.length > REGISTER_PARAMS) found.add('params.many');
  if (params.length >= 3 && mixed(params, table)) found.add('params.mixed-registers');
  addOrderFeatures(found, params, table);
  return found;
}

function mixed(params: readonly Field[], table: TypeTable): boolean {
  const kinds = params.map((param) => resolve(param.type, table).kind);
  return (
    kinds.includes('float') && kinds.some((kind) => kind === 'int' || kind === 'pointer' || kind === 'bool')
  );
}

function addOrderFeatures(found: Set<string>, params: readonly Field[], table: TypeTable): void {
  const structs = params.map((param) => declOf(param.type, table)?.kind === 'struct');
  const aggregates = params.filter((param) => {
    const kind = declOf(param.type, table)?.kind;
    return kind === 'struct' || kind === 'union' || kind === 'tagged';
  });
  if (aggregates.length > 1) found.add('struct.by-value.several');
  if (structs.lastIndexOf(true) >= BEFORE_SPILLED_STRUCT) found.add('struct.by-value.after-registers');
  const first = structs.indexOf(true);
  const pointerBehind = params.some(
    (param, index) => first >= 0 && index > first && resolve(param.type, table).kind === 'pointer',
  );
  if (pointerBehind) found.add('struct.by-value.before-pointer');
}

export function addTypeFeatures(
  found: Set<string>,
  type: Type,
  way: Way,
  table: TypeTable,
  layouts: Layouts,
): void {
  if (type.kind === 'named' && table.get(type.name)?.kind === 'transparent') found.add('struct.transparent');
  const resolved = resolve(type, table);
  switch (resolved.kind) {
    case 'void':
    case 'array':
      return;
    case 'bool':
      found.add('bool');
      return;
    case 'float':
      found.add(`float.${resolved.name}`);
      return;
    case 'int':
      intFeatures(resolved.name).forEach((name) => found.add(name));
      if (resolved.nonzero) found.add('integer.non-zero');
      if (resolved.nullable) found.add('nullable.non-zero');
      return;
    case 'pointer':
      addPointerFeatures(found, resolved, table);
      return;
    case 'named':
      addNamedFeatures(found, resolved, way, table, layouts);
  }
}

function intFeatures(name: IntName): readonly string[] {
  const alias = name.startsWith('c_') ? ['integer.c-alias'] : [];
  return [...alias, ...intWidth(name)];
}

/** `c_long` has no width of its own: 32 bits on Windows. */
function intWidth(name: IntName): readonly string[] {
  if (name === 'isize' || name === 'usize') return ['integer.pointer-width'];
  const fixed = /^[iu](?<bits>[0-9]+)$/.exec(name)?.groups?.['bits'];
  if (fixed !== undefined) return [`integer.${fixed}-bit`];
  if (name.endsWith('char')) return ['integer.8-bit'];
  if (name.endsWith('short')) return ['integer.16-bit'];
  if (name.endsWith('int')) return ['integer.32-bit'];
  return name.endsWith('longlong') ? ['integer.64-bit'] : [];
}

function addPointerFeatures(found: Set<string>, pointer: PointerType, table: TypeTable): void {
  if (pointer.form === 'box') found.add('ownership.box');
  if (pointer.nullable && pointer.form === 'box') found.add('nullable.box');
  if (pointer.nullable && /^(?:ref|nonnull)/.test(pointer.form)) found.add('nullable.reference');
  const to = resolve(pointer.to, table);
  if (to.kind === 'pointer') found.add('pointer.to-pointer');
  const decl = to.kind === 'array' ? declOf(to.of, table) : declOf(to, table);
  switch (decl?.kind) {
    case 'opaque':
      found.add('handle.opaque');
      return;
    case 'struct':
      found.add('struct.by-pointer');
      if (decl.packed !== null) found.add('struct.by-pointer.packed');
      if (decl.align !== null) found.add('struct.by-pointer.aligned');
      if (decl.fields.some((field) => resolve(field.type, table).kind === 'pointer'))
        found.add('pointer.in-struct');
      return;
    case 'union':
      found.add('union.by-pointer');
      return;
    case 'tagged':
      found
        .add(decl.form === 'union' ? 'enum.tagged.c' : 'enum.tagged.primitive')
        .add('enum.tagged.by-pointer');
      return;
    default:
      // A handle may come out through a pointer to a pointer.
      if (to.kind === 'pointer' && declOf(to.to, table)?.kind === 'opaque') found.add('handle.opaque');
  }
}

function addNamedFeatures(
  found: Set<string>,
  type: Type & { kind: 'named' },
  way: Way,
  table: TypeTable,
  layouts: Layouts,
): void {
  const decl = table.get(type.name);
  switch (decl?.kind) {
    case 'struct':
      structFeatures(type.name, decl, way, table, layouts).forEach((name) => found.add(name));
      return;
    case 'union': {
      found.add('union.by-value');
      const kinds = decl.members.map((member) => resolve(member.type, table).kind);
      if (kinds[0] === 'float' && kinds.some((kind) => kind !== 'float'))
        found.add('union.by-value.float-first');
      return;
    }
    case 'enum':
      found.add('enum.c-like');
      return;
    case 'tagged':
      found
        .add(decl.form === 'union' ? 'enum.tagged.c' : 'enum.tagged.primitive')
        .add('enum.tagged.by-value');
      return;
    case 'callback':
      if (type.nullable) found.add('nullable.callback');
      if (way === 'return') found.add('function-pointer.returned');
      return;
    default:
      return;
  }
}

/** Features of being called with this signature. */
export function callbackFeatures(
  params: readonly Field[],
  returns: Type,
  table: TypeTable,
): readonly string[] {
  const found: string[] = [];
  const byValue = [...params.map((param) => param.type), returns].map((type) => declOf(type, table)?.kind);
  if (byValue.some((kind) => kind === 'struct' || kind === 'union' || kind === 'tagged')) {
    found.push('callback.struct');
  }
  const pointees = params
    .map((param) => resolve(param.type, table))
    .map((type) => (type.kind === 'pointer' ? type.to : null));
  if (pointees.some((to) => to?.kind === 'void')) found.push('callback.user-data');
  if (pointees.some((to) => to?.kind === 'int' && to.name === 'c_char')) found.push('callback.string');
  return found;
}
