/** The closed vocabulary of ABI capabilities: the rows of the compatibility table, in display order. */
export interface Feature {
  readonly name: string;
  readonly group: string;
  /** One sentence for a reader of the table. */
  readonly about: string;
  /** True: found by featuresOf; false: only ever declared by the author of a case. */
  readonly derived: boolean;
}

type Line = readonly [name: string, about: string];

function group(title: string, derived: boolean, lines: readonly Line[]): readonly Feature[] {
  return lines.map(([name, about]) => ({ name, group: title, about, derived }));
}

export const FEATURES: readonly Feature[] = [
  ...group('Scalars', true, [
    ['integer.8-bit', 'An 8-bit integer is passed or returned.'],
    ['integer.16-bit', 'A 16-bit integer is passed or returned.'],
    ['integer.32-bit', 'A 32-bit integer is passed or returned.'],
    ['integer.64-bit', 'A 64-bit integer is passed or returned.'],
    ['integer.128-bit', 'A 128-bit integer is passed or returned.'],
    ['integer.pointer-width', 'An integer as wide as a pointer (isize, usize) is passed or returned.'],
    ['integer.c-alias', "An integer of C's own types (c_int, c_long, c_char) is passed or returned."],
    ['integer.non-zero', 'An integer that is never zero is passed or returned.'],
    [
      'integer.dirty-upper-bits',
      'A narrow value is returned while the unused bits of the register hold rubbish.',
    ],
    ['float.f32', 'A 32-bit float is passed or returned.'],
    ['float.f64', 'A 64-bit float is passed or returned.'],
    ['float.nan-payload', 'A NaN keeps its sign and payload bits.'],
    ['bool', 'A bool is passed or returned.'],
  ]),
  ...group('Parameters', true, [
    ['params.many', 'Seven or more parameters, so that some go over the stack.'],
    ['params.mixed-registers', 'Integers and floats mixed in one signature of three or more parameters.'],
  ]),
  ...group('Structs', true, [
    ['struct.by-value.small', 'A struct of at most 16 bytes is passed by value.'],
    ['struct.by-value.large', 'A struct of more than 16 bytes is passed by value.'],
    ['struct.by-value.return.small', 'A struct of at most 16 bytes is returned by value.'],
    ['struct.by-value.return.large', 'A struct of more than 16 bytes is returned, through a hidden pointer.'],
    ['struct.by-value.odd-size', 'A struct by value whose size (up to 16 bytes) is no power of two.'],
    ['struct.by-value.float-pair', 'A struct of two floats of one width by value.'],
    ['struct.by-value.float-triple', 'A struct of three floats of one width by value.'],
    ['struct.by-value.float-quad', 'A struct of four floats of one width by value.'],
    ['struct.by-value.mixed', 'A struct with integers and floats by value.'],
    ['struct.by-value.nested', 'A struct inside a struct by value.'],
    ['struct.by-value.array', 'A struct with an array inside by value.'],
    ['struct.by-value.packed', 'A packed struct by value.'],
    ['struct.by-value.aligned', 'A struct with a raised alignment by value.'],
    ['struct.by-value.padded', 'A struct with padding between or behind its fields by value.'],
    ['struct.by-value.after-registers', 'A struct by value behind five or more other parameters.'],
    ['struct.by-value.several', 'Two or more structs or unions by value in one call.'],
    ['struct.by-value.before-pointer', 'A struct by value with a pointer parameter behind it.'],
    ['struct.by-pointer', 'A pointer to a struct is passed or returned.'],
    ['struct.by-pointer.packed', 'A packed struct behind a pointer.'],
    ['struct.by-pointer.aligned', 'A struct with a raised alignment behind a pointer.'],
    ['struct.array', 'An array of structs behind a pointer.'],
    ['struct.transparent', 'A transparent struct stands for its only field.'],
  ]),
  ...group('Unions and enums', true, [
    ['union.by-value', 'A union is passed or returned by value.'],
    ['union.by-value.float-first', 'A union of floats and integers by value, a float declared first.'],
    ['union.by-value.in-struct', 'A struct that contains a union by value.'],
    ['union.by-pointer', 'A pointer to a union is passed or returned.'],
    ['enum.c-like', 'An enum without data is passed or returned.'],
    ['enum.tagged.c', 'An enum with data as repr(C): a tag, then a union of the payloads.'],
    [
      'enum.tagged.primitive',
      'An enum with data as repr(u8) and its like: a union of structs that begin with the tag.',
    ],
    ['enum.tagged.by-value', 'An enum with data is passed or returned by value.'],
    ['enum.tagged.by-pointer', 'A pointer to an enum with data is passed or returned.'],
  ]),
  ...group('Nullable values', true, [
    ['nullable.reference', 'Option<&T> or Option<NonNull<T>>: None is the null pointer.'],
    ['nullable.box', 'Option<Box<T>>: None is the null pointer.'],
    ['nullable.callback', 'Option of a function pointer: None is the null pointer.'],
    ['nullable.non-zero', 'Option<NonZero>: None is zero.'],
  ]),
  ...group('Pointers and memory', true, [
    ['pointer.in', 'Memory that the library reads.'],
    ['pointer.out', 'Memory that the library fills.'],
    ['pointer.in-out', 'Memory that the library reads and changes.'],
    ['pointer.array', 'Several elements behind one pointer.'],
    ['pointer.to-pointer', 'A pointer to a pointer.'],
    ['pointer.null', 'A null pointer is passed.'],
    ['pointer.into-memory', 'An address inside memory that was handed over before.'],
    ['pointer.address', 'A raw address that nobody dereferences.'],
    ['pointer.in-struct', 'A struct that contains pointers.'],
    ['pointer.returned', 'Memory behind a returned pointer is read.'],
    ['pointer.untyped', 'Bytes behind an untyped pointer.'],
    ['memory.named', 'Memory that stays in one place across several calls.'],
    ['memory.collection', "The language's garbage collection runs between calls."],
  ]),
  ...group('Strings', true, [
    ['string.native.argument', "The FFI's own string type is passed."],
    ['string.native.return', "A returned C string is read as the FFI's own string type."],
    ['string.in-memory', 'Text in memory that the caller owns.'],
    ['string.out', 'Text that the library writes into memory of the caller, or hands out through a pointer.'],
    ['string.in-struct', 'Text behind a pointer in a struct.'],
    ['string.bytes', 'Bytes with a length.'],
    ['string.utf16', 'Text in 16-bit units.'],
  ]),
  ...group('Callbacks', true, [
    ['callback.call', 'The library calls a function of the caller.'],
    ['callback.null', 'Null where a function could stand.'],
    ['callback.user-data', 'A pointer travels through the library back to the callback.'],
    ['callback.struct', 'A callback takes or returns a struct by value.'],
    ['callback.string', 'A callback takes a C string.'],
    ['callback.stored', 'A callback is kept and used by a later call.'],
    ['callback.many', 'A callback is called so often that only its first and last call are kept.'],
    ['callback.re-entrant', 'A callback calls the library again.'],
    ['callback.raises', 'A callback raises an error of its language.'],
    [
      'callback.foreign-thread',
      "A callback is called from a thread that the language's runtime did not start.",
    ],
    ['callback.after-return', 'A callback is called after the call that was given it has returned.'],
    ['callback.after-collection', 'A callback survives a garbage collection.'],
    ['callback.dropped', "A callback is freed by the FFI's own means."],
    ['function-pointer.returned', 'The library returns a function pointer.'],
    ['function-pointer.called', 'A function pointer that came from the library is called.'],
    ['function-pointer.passed', "A pointer to the library's own function is handed to it."],
  ]),
  ...group('Handles, state and symbols', true, [
    ['handle.opaque', 'A pointer to a type that the caller cannot see into.'],
    ['ownership.release', "What the library allocated is given back to the library's own function."],
    ['ownership.box', 'A Box crosses the boundary.'],
    ['global.read', 'A global is read.'],
    ['global.write', 'A global is written.'],
    ['global.address', 'The address of a global is taken.'],
    ['symbol.found', 'A symbol is found by its name.'],
    ['symbol.missing', 'A symbol that is not exported is not found.'],
    ['errno', 'The C error number is read after a call.'],
  ]),
  ...group('Handles, state and symbols', false, [
    ['state.last-error', 'The library remembers its last error, code and message.'],
    ['state.thread-local', 'Every thread has its own state in the library.'],
  ]),
  ...group('Threads and repetition', true, [
    ['thread', 'Several threads call the library at the same time.'],
    ['repeat', 'The same call many times over, so that the FFI takes its fast path.'],
  ]),
  ...group('Death', true, [
    ['panic.abort', 'A panic that reaches the boundary aborts the process.'],
    ['process.death', 'The library ends the process, and the harness says how.'],
  ]),
  ...group('Death', false, [
    ['panic.contained', 'A panic is stopped at the boundary and comes back as a status.'],
  ]),
  ...group('Misuse', true, [['misuse.invalid-enum', 'A value that is none of the variants.']]),
  ...group('Misuse', false, [
    ['misuse.null', 'Null where the contract forbids it is refused.'],
    ['misuse.misaligned', 'A misaligned pointer is refused.'],
    ['misuse.length', 'An impossible length or index is refused.'],
    ['misuse.use-after-free', 'A handle that was freed is refused.'],
    ['misuse.double-free', 'A second free is refused.'],
    ['misuse.wrong-handle', 'A handle of another kind is refused.'],
    ['misuse.invalid-utf-8', 'Text that is not UTF-8 is refused.'],
  ]),
];

const NAMES: ReadonlySet<string> = new Set(FEATURES.map((feature) => feature.name));

export function isFeature(name: string): boolean {
  return NAMES.has(name);
}

export function featureNames(): readonly string[] {
  return [...NAMES];
}
