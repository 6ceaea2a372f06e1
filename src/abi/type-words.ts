/** The words of the type grammar, and what to say to those who write another language's words. */
import type { IntName, Type } from './type.ts';

const INT_NAMES: readonly IntName[] = [
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'isize',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'usize',
  'c_char',
  'c_schar',
  'c_uchar',
  'c_short',
  'c_ushort',
  'c_int',
  'c_uint',
  'c_long',
  'c_ulong',
  'c_longlong',
  'c_ulonglong',
];

const FIXED_INTS = new Set<IntName>(INT_NAMES.filter((name) => !name.startsWith('c_')));

function int(name: IntName, nonzero = false): Type {
  return { kind: 'int', name, nonzero, nullable: false };
}

/** Words that are a whole type by themselves. */
export const SIMPLE_TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...INT_NAMES.map((name): [string, Type] => [name, int(name)]),
  ...[...FIXED_INTS].map((name): [string, Type] => [nonZeroAlias(name), int(name, true)]),
  ['f32', { kind: 'float', name: 'f32' }],
  ['f64', { kind: 'float', name: 'f64' }],
  ['c_float', { kind: 'float', name: 'f32' }],
  ['c_double', { kind: 'float', name: 'f64' }],
  ['bool', { kind: 'bool' }],
  ['c_void', { kind: 'void' }],
]);

/** `NonZeroU8`, `NonZeroUsize`… */
function nonZeroAlias(name: IntName): string {
  return `NonZero${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** `NonZero<u8>` is the same as `NonZeroU8`; the `c_*` aliases have no such form. */
export function nonZero(name: string): Type | null {
  const found = SIMPLE_TYPES.get(name);
  return found?.kind === 'int' && !found.nonzero && FIXED_INTS.has(found.name) ? int(found.name, true) : null;
}

export const GENERIC_WORDS = ['Option', 'Box', 'NonNull', 'NonZero'] as const;

/** Every built-in type word, for suggestions and for editors. */
export const TYPE_WORDS: readonly string[] = [...SIMPLE_TYPES.keys(), ...GENERIC_WORDS];

/** Module paths that may stand in front of a type word. */
export const MODULE_PATHS: ReadonlySet<string> = new Set(
  ['core', 'std'].flatMap((root) =>
    ['ffi', 'ptr', 'num', 'option', 'primitive'].map((module) => `${root}::${module}`),
  ),
)
  .add('std::os::raw')
  .add('std::boxed')
  .add('libc');

/** What people write from habit, and what to write instead. */
export const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map<string, string>([
  ['int', 'Write c_int (the C type) or i32.'],
  ['unsigned', 'Write c_uint (the C type) or u32.'],
  ['signed', 'Write c_int (the C type) or i32.'],
  ['long', 'Write c_long, or i64 where the width is fixed.'],
  ['short', 'Write c_short or i16.'],
  ['float', 'Write f32.'],
  ['double', 'Write f64.'],
  ['char', 'Write c_char for a C character, u32 for a Rust char: char has no C type.'],
  ['size_t', 'Write usize.'],
  ['ssize_t', 'Write isize.'],
  ['intptr_t', 'Write isize.'],
  ['uintptr_t', 'Write usize.'],
  ['void', 'Write "*mut c_void" for a pointer, and leave `returns` out for a function that returns nothing.'],
  ['str', 'Text crosses the boundary as "*const c_char", or as a pointer and a length.'],
  ['String', 'Text crosses the boundary as "*mut c_char" with a function that frees it.'],
  ['CString', 'Text crosses the boundary as "*mut c_char" with a function that frees it.'],
  ['CStr', 'Text crosses the boundary as "*const c_char".'],
  ['Vec', 'A Vec has no C layout: pass a pointer and a length.'],
  ['dyn', 'A trait object has no C layout: pass a pointer to an opaque type.'],
  ['Result', 'A Result has no C layout: return a status code and write through an out pointer.'],
  ['Rc', 'An Rc has no C layout: pass a pointer to an opaque type.'],
  ['Arc', 'An Arc has no C layout: pass a pointer to an opaque type.'],
  ['Self', 'Write the name of the declared type.'],
  ...[8, 16, 32, 64].flatMap((bits): [string, string][] => [
    [`int${bits}_t`, `Write i${bits}.`],
    [`uint${bits}_t`, `Write u${bits}.`],
  ]),
]);
