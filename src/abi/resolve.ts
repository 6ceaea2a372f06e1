/** Declared names followed to what they mean, and the facts of integers on a platform. */
import type { Platform } from './platform.ts';
import type { Field, IntName, IntType, PointerType, TaggedDecl, Type, TypeDecl, TypeTable } from './type.ts';

/** Follows transparent names to the type that stands for them in the ABI; `Option<>` around one is kept. */
export function resolve(type: Type, table: TypeTable): Type {
  let found = type;
  const seen = new Set<string>();
  while (found.kind === 'named' && !seen.has(found.name)) {
    const decl = table.get(found.name);
    if (decl?.kind !== 'transparent') return found;
    seen.add(found.name);
    found = found.nullable ? withNull(decl.of) : decl.of;
  }
  return found;
}

function withNull(type: Type): Type {
  return 'nullable' in type ? { ...type, nullable: true } : type;
}

/** The declaration a type comes down to; null for what has none. */
export function declOf(type: Type, table: TypeTable): TypeDecl | null {
  const found = resolve(type, table);
  return found.kind === 'named' ? (table.get(found.name) ?? null) : null;
}

/** The callee only reads what such a pointer points at. */
export function isConst(pointer: PointerType): boolean {
  return pointer.form === 'const' || pointer.form === 'ref';
}

export function intSize(name: IntName, platform: Platform): number {
  switch (name) {
    case 'i8':
    case 'u8':
    case 'c_char':
    case 'c_schar':
    case 'c_uchar':
      return 1;
    case 'i16':
    case 'u16':
    case 'c_short':
    case 'c_ushort':
      return 2;
    case 'i32':
    case 'u32':
    case 'c_int':
    case 'c_uint':
      return 4;
    case 'i64':
    case 'u64':
    case 'c_longlong':
    case 'c_ulonglong':
      return 8;
    case 'i128':
    case 'u128':
      return 16;
    case 'isize':
    case 'usize':
      return platform.pointerWidth / 8;
    case 'c_long':
    case 'c_ulong':
      return platform.longWidth / 8;
  }
}

export function intSigned(name: IntName, platform: Platform): boolean {
  if (name === 'c_char') return platform.charSigned;
  return name.startsWith('i') || (name.startsWith('c_') && !name.startsWith('c_u'));
}

export function intRange(name: IntName, platform: Platform): { min: bigint; max: bigint } {
  const bits = BigInt(intSize(name, platform) * 8);
  if (!intSigned(name, platform)) return { min: 0n, max: (1n << bits) - 1n };
  return { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n };
}

/** The names under which the parts of a data-carrying enum stand in the plan. */
export const layoutName = (name: string): string => `${name}__layout`;
const payloadName = (name: string): string => `${name}__payload`;
export const variantName = (name: string, variant: string): string => `${name}__${variant}`;
export const TAG_FIELD = 'tag__';
export const PAYLOAD_FIELD = 'payload__';

/** The table, and for every data-carrying enum the structs and unions that have its memory layout. */
export function expandTable(table: TypeTable): TypeTable {
  const expanded = new Map(table);
  for (const [name, decl] of table) {
    if (decl.kind !== 'tagged') continue;
    for (const [part, partDecl] of decl.form === 'union' ? unionForm(name, decl) : structsForm(name, decl)) {
      expanded.set(part, partDecl);
    }
  }
  return expanded;
}

/** `repr(C)`, `repr(C, uN)`: the tag, then an aligned union of the payloads. */
function unionForm(name: string, decl: TaggedDecl): [string, TypeDecl][] {
  const full = decl.variants.filter((variant) => variant.fields.length > 0);
  const tag: Field = { name: TAG_FIELD, type: plainInt(decl.tag) };
  if (full.length === 0) return [[layoutName(name), struct([tag])]];
  const members = full.map((variant) => ({
    name: variant.name,
    type: named(variantName(name, variant.name)),
  }));
  return [
    ...full.map((variant): [string, TypeDecl] => [variantName(name, variant.name), struct(variant.fields)]),
    [payloadName(name), { kind: 'union', members }],
    [layoutName(name), struct([tag, { name: PAYLOAD_FIELD, type: named(payloadName(name)) }])],
  ];
}

/** `repr(uN)`: a union of structs that each begin with the tag. */
function structsForm(name: string, decl: TaggedDecl): [string, TypeDecl][] {
  const tag: Field = { name: TAG_FIELD, type: plainInt(decl.tag) };
  const members = decl.variants.map((each) => ({
    name: each.name,
    type: named(variantName(name, each.name)),
  }));
  return [
    ...decl.variants.map((each): [string, TypeDecl] => [
      variantName(name, each.name),
      struct([tag, ...each.fields]),
    ]),
    [layoutName(name), { kind: 'union', members }],
  ];
}

function struct(fields: readonly Field[]): TypeDecl {
  return { kind: 'struct', fields, packed: null, align: null };
}

function named(name: string): Type {
  return { kind: 'named', name, nullable: false };
}

function plainInt(type: IntType): IntType {
  return { ...type, nonzero: false, nullable: false };
}
