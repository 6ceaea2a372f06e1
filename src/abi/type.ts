/**
 * The C ABI type model: what a Rust `extern "C"` signature can say.
 * Types are platform-independent here; size, alignment and offsets come from layout.ts.
 */

/** A type as written in a signature, a field or a step. */
export type Type =
  | { readonly kind: 'void' }
  | IntType
  | { readonly kind: 'float'; readonly name: 'f32' | 'f64' }
  | { readonly kind: 'bool' }
  | PointerType
  | { readonly kind: 'array'; readonly of: Type; readonly length: number }
  | { readonly kind: 'named'; readonly name: string; readonly nullable: boolean };

/** An integer. `nonzero`: `NonZero*`; `nullable`: `Option<NonZero*>`, where zero is `None`. */
export interface IntType {
  readonly kind: 'int';
  readonly name: IntName;
  readonly nonzero: boolean;
  readonly nullable: boolean;
}

/**
 * A thin pointer. `form` tells how Rust spells it; `nullable` whether null is allowed by the type
 * (raw pointers and every `Option<>`).
 */
export interface PointerType {
  readonly kind: 'pointer';
  readonly to: Type;
  readonly form: 'const' | 'mut' | 'ref' | 'ref mut' | 'box' | 'nonnull';
  readonly nullable: boolean;
}

export type IntName =
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'isize'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'usize'
  | 'c_char'
  | 'c_schar'
  | 'c_uchar'
  | 'c_short'
  | 'c_ushort'
  | 'c_int'
  | 'c_uint'
  | 'c_long'
  | 'c_ulong'
  | 'c_longlong'
  | 'c_ulonglong';

export interface Field {
  readonly name: string;
  readonly type: Type;
}

/** What a name under `types:` declares. */
export type TypeDecl =
  | StructDecl
  | { readonly kind: 'transparent'; readonly of: Type }
  | { readonly kind: 'union'; readonly members: readonly Field[] }
  | EnumDecl
  | TaggedDecl
  | CallbackDecl
  | { readonly kind: 'opaque' };

/** `#[repr(C)] struct`; `packed` and `align` as in `repr(C, packed(n))`, `repr(C, align(n))`. */
export interface StructDecl {
  readonly kind: 'struct';
  readonly fields: readonly Field[];
  readonly packed: number | null;
  readonly align: number | null;
}

/** A C-like enum. `repr` is `c_int` for `enum: C` without a negative or a wide value. */
export interface EnumDecl {
  readonly kind: 'enum';
  readonly repr: IntType;
  readonly variants: readonly { readonly name: string; readonly value: bigint }[];
}

/**
 * A data-carrying enum. `form` `union`: `repr(C)` and `repr(C, uN)`, a tag, then an aligned union of
 * the payloads; `structs`: `repr(uN)`, a union of structs that each begin with the tag.
 */
export interface TaggedDecl {
  readonly kind: 'tagged';
  readonly tag: IntType;
  readonly form: 'union' | 'structs';
  readonly variants: readonly {
    readonly name: string;
    readonly value: bigint;
    readonly fields: readonly Field[];
  }[];
}

/** `extern "C" fn(…) -> R`. */
export interface CallbackDecl {
  readonly kind: 'callback';
  readonly params: readonly Field[];
  readonly returns: Type;
}

/** Declared names and what they mean. Inline `extern "C" fn` types are hoisted into it by the parser. */
export type TypeTable = ReadonlyMap<string, TypeDecl>;
