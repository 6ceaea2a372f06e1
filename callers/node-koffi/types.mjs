// @ts-check
/** Plan types → koffi's own types, built when a case first needs them; what koffi says of their layout is journaled. */
import koffi from 'koffi';

/**
 * @typedef {import('koffi').TypeObject} NativeType
 * @typedef {{ kind: 'int', name: string, size: number, signed: boolean }} IntNode
 * @typedef {{ kind: 'pointer', to: Node, const: boolean }} PointerNode
 * @typedef {{ kind: 'struct' | 'union' | 'enum' | 'tagged' | 'opaque' | 'callback', ref: string }} NamedNode
 * @typedef {{ kind: 'void' } | { kind: 'bool' } | { kind: 'float', name: string, size: number } | IntNode
 *   | PointerNode | { kind: 'array', of: Node, length: number } | NamedNode} Node
 * @typedef {{ name: string, type: Node }} Field
 * @typedef {{ name: string, value: string, fields: Field[] }} Variant
 * @typedef {{ kind: 'tagged', tag: IntNode, form: 'union' | 'structs', variants: Variant[], layout: NamedNode }} Tagged
 * @typedef {{ kind: 'struct', fields: Field[], packed?: number, align?: number } | { kind: 'union', members: Field[] }
 *   | { kind: 'enum', repr: IntNode, variants: { name: string, value: string }[] } | Tagged
 *   | { kind: 'callback', params: Field[], returns: Node } | { kind: 'opaque' }} Declaration
 * @typedef {{ write(line: object): void }} Journal
 */

/** Something koffi (`ffi`) or, where koffi has nothing to try, this driver cannot do. */
export class Refusal extends Error {
  /** @param {'ffi' | 'driver'} by @param {'bind' | 'call'} at @param {string} why */
  constructor(by, at, why) {
    super(why);
    this.by = by;
    this.at = at;
  }
}

/** A symbol that the library does not export. */
export class Missing extends Error {
  /** @param {string} symbol */
  constructor(symbol) {
    super(symbol);
    this.symbol = symbol;
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** Runs a function of koffi's; what it throws is a refusal in its own words.
 * @template T @param {'bind' | 'call'} at @param {() => T} run */
export function byKoffi(at, run) {
  try {
    return run();
  } catch (error) {
    throw new Refusal('ffi', at, messageOf(error));
  }
}

/** @type {Readonly<Record<string, string>>} */
const ODD_INTEGERS = { isize: 'intptr_t', usize: 'size_t', c_schar: 'int8' };

/** koffi's integer type, undefined where it has none. @param {string} name @returns {NativeType | undefined} */
function integerType(name) {
  const regular = name
    .replace(/^c_/u, '')
    .replace(/^i(?=\d)/u, 'int')
    .replace(/^u(?=\d)/u, 'uint');
  /** @type {Readonly<Record<string, NativeType>>} */
  const types = koffi.types;
  return types[ODD_INTEGERS[name] ?? regular];
}

const POINTER = koffi.type('void *');
export const TEXT = koffi.type('const char *');

/** @param {Node} node */
export const isChar = (node) => node.kind === 'int' && node.name === 'c_char';

/** The sequences that stand as `$bytes` on the wire. @param {Node} node */
export const isByte = (node) => node.kind === 'int' && node.size === 1;

/** koffi wants identifiers, and takes `_` for padding; the fields of a tuple are named by numbers.
 * @param {string} name */
export const memberName = (name) => (/^(?:\p{XID_Start}|_[^_])/u.test(name) ? name : `_${name}`);

export class Types {
  /** @type {Map<string, NativeType | Refusal>} */
  #built = new Map();
  /** Structs being built → their forward declaration, null while nothing has pointed at them. @type {Map<string, NativeType | null>} */
  #open = new Map();
  /** @type {Set<string>} */
  #names = new Set(Object.keys(koffi.types));
  /** @type {WeakMap<Node, NativeType>} */
  #ofNode = new WeakMap();
  #declarations;
  #journal;

  /** @param {Record<string, Declaration>} declarations @param {Journal} journal */
  constructor(declarations, journal) {
    this.#declarations = declarations;
    this.#journal = journal;
  }

  /** @param {string} ref */
  #declaration(ref) {
    const found = this.#declarations[ref];
    if (found === undefined) throw new Error(`the plan declares no type ${ref}`);
    return found;
  }

  /** A declaration that must be of this kind. @template {Declaration['kind']} K @param {string} ref @param {K} kind */
  declared(ref, kind) {
    const found = this.#declaration(ref);
    if (found.kind !== kind) throw new Error(`${ref} is a ${found.kind}, not a ${kind}`);
    return /** @type {Extract<Declaration, { kind: K }>} */ (found);
  }

  /** The fields of a struct, the members of a union. @param {string} ref */
  fields(ref) {
    const found = this.#declaration(ref);
    return found.kind === 'union' ? found.members : this.declared(ref, 'struct').fields;
  }

  /** The type of a value that is returned, handed to a callback or stands in memory. @param {Node} node */
  of(node) {
    let type = this.#ofNode.get(node);
    if (type === undefined) {
      type = this.#make(node);
      this.#ofNode.set(node, type);
    }
    return type;
  }

  /** The type of a parameter: here a `const char *` is koffi's string, which takes addresses as well. @param {Node} node */
  argument(node) {
    return node.kind === 'pointer' && node.const && isChar(node.to) ? TEXT : this.of(node);
  }

  /** @param {Node} node */
  size(node) {
    return koffi.sizeof(this.of(node));
  }

  /** @param {Node} node */
  align(node) {
    return koffi.alignof(this.of(node));
  }

  /** @param {NamedNode} node @param {string} field */
  offset(node, field) {
    const member = this.of(node).members?.[memberName(field)];
    if (member === undefined) throw new Error(`${node.ref} has no field ${field}`);
    return member.offset;
  }

  /** A prototype: of callbacks as they are registered, or (`calls`) of a function pointer to be called.
   * @param {string} ref */
  prototype(ref, calls = false) {
    const { params, returns } = this.declared(ref, 'callback');
    const result = this.of(returns);
    const types = params.map(({ type }) => (calls ? this.argument(type) : this.of(type)));
    const name = this.#name(calls ? `${ref}_call` : ref);
    return byKoffi('bind', () => koffi.proto(name, result, types));
  }

  /** @param {Node} node @returns {NativeType} */
  #make(node) {
    switch (node.kind) {
      case 'void':
        return koffi.types.void;
      case 'bool':
        return koffi.types.bool;
      case 'float':
        return node.size === 4 ? koffi.types.float : koffi.types.double;
      case 'int': {
        const type = integerType(node.name);
        if (type === undefined)
          throw new Refusal('driver', 'bind', `koffi has no integer type for ${node.name}`);
        return type;
      }
      case 'pointer':
        return this.#pointer(node.to);
      case 'array': {
        const of = this.of(node.of);
        // A char array would come as a string, which not every array of bytes is.
        return byKoffi('bind', () => koffi.array(of, node.length, isChar(node.of) ? 'Typed' : null));
      }
      default:
        return this.#type(node.ref);
    }
  }

  /** What koffi cannot point at it can still carry an address of. @param {Node} to */
  #pointer(to) {
    if (to.kind === 'void' || isChar(to)) return POINTER;
    if ('ref' in to && this.#open.has(to.ref)) return koffi.pointer(this.#forward(to.ref));
    try {
      return koffi.pointer(this.of(to));
    } catch (error) {
      if (error instanceof Refusal) return POINTER;
      throw error;
    }
  }

  /** @param {string} ref */
  #forward(ref) {
    const forward = this.#open.get(ref) ?? koffi.opaque(this.#name(ref));
    this.#open.set(ref, forward);
    return forward;
  }

  /** @param {string} ref */
  #type(ref) {
    const built = this.#built.get(ref) ?? this.#attempt(ref);
    this.#built.set(ref, built);
    if (built instanceof Refusal) throw built;
    return built;
  }

  /** @param {string} ref */
  #attempt(ref) {
    this.#open.set(ref, null);
    try {
      return this.#build(ref, this.#declaration(ref));
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    } finally {
      this.#open.delete(ref);
    }
  }

  /** @param {string} ref @param {Declaration} declaration @returns {NativeType} */
  #build(ref, declaration) {
    switch (declaration.kind) {
      case 'struct':
        return this.#layout(ref, this.#struct(ref, declaration));
      case 'union': {
        const members = Object.fromEntries(
          declaration.members.map(({ name, type }) => [memberName(name), this.of(type)]),
        );
        return this.#layout(
          ref,
          byKoffi('bind', () => koffi.union(this.#named(ref), members)),
        );
      }
      case 'enum': {
        const values = Object.fromEntries(
          declaration.variants.map(({ name, value }) => [name, BigInt(value)]),
        );
        const repr = this.of(declaration.repr);
        return byKoffi('bind', () => koffi.enumeration(this.#name(ref), values, repr));
      }
      case 'tagged':
        return this.of(declaration.layout);
      case 'callback':
        return koffi.pointer(this.prototype(ref));
      case 'opaque':
        return koffi.opaque(this.#name(ref));
    }
  }

  /** @param {string} ref @param {Declaration & { kind: 'struct' }} declaration */
  #struct(ref, { fields, packed, align }) {
    const members = Object.fromEntries(
      fields.map(({ name, type }, index) => {
        const member = this.of(type);
        const natural = koffi.alignof(member);
        if (packed !== undefined) return [memberName(name), [Math.min(packed, natural), member]];
        // koffi aligns members, not structs; the first one lends the struct its alignment.
        if (align !== undefined && index === 0) return [memberName(name), [Math.max(align, natural), member]];
        return [memberName(name), member];
      }),
    );
    const make = packed === 1 ? koffi.pack : koffi.struct;
    return byKoffi('bind', () => make(this.#named(ref), members));
  }

  /** The forward declaration that something points at, else a name. @param {string} ref @returns {any} */
  #named(ref) {
    return this.#open.get(ref) ?? this.#name(ref);
  }

  /** Type names are global in koffi and shared with its own. @param {string} ref */
  #name(ref) {
    const stem = memberName(ref.replace(/[^\p{XID_Continue}]/gu, '_'));
    let name = stem;
    for (let count = 2; this.#names.has(name); count++) name = `${stem}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** @param {string} ref @param {NativeType} type */
  #layout(ref, type) {
    const names = this.fields(ref).map(({ name }) => [name, type.members?.[memberName(name)]?.offset]);
    const layout = {
      size: koffi.sizeof(type),
      align: koffi.alignof(type),
      offsets: Object.fromEntries(names),
    };
    this.#journal.write({ layout: { [ref]: layout } });
    return type;
  }
}
