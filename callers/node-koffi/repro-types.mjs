// @ts-check
/** Plan types as koffi's type names, and the declarations they need. */
import koffi from 'koffi';
import { CannotWrite, keyText, listText, quoted } from './repro-code.mjs';
import { isChar, memberName, Refusal, Types } from './types.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./types.mjs').Declaration} Declaration
 */

/** @type {Readonly<Record<string, string>>} */
const INTEGERS = {
  isize: 'intptr_t',
  usize: 'size_t',
  c_schar: 'int8_t',
  c_uchar: 'unsigned char',
  c_ushort: 'unsigned short',
  c_uint: 'unsigned int',
  c_ulong: 'unsigned long',
  c_longlong: 'long long',
  c_ulonglong: 'unsigned long long',
};

const KEYWORDS = new Set(
  'auto bool char const double enum float int long register return short signed sizeof static struct typedef union unsigned void volatile'.split(
    ' ',
  ),
);

const PLAIN = /^[A-Za-z]\w*$/u;

/** @param {string} name */
const integerName = (name) =>
  INTEGERS[name] ??
  name
    .replace(/^c_/u, '')
    .replace(/^i(\d+)$/u, 'int$1_t')
    .replace(/^u(\d+)$/u, 'uint$1_t');

/** A type and a name, as C puts them together. @param {string} type @param {string} name */
const declarator = (type, name) => (type.endsWith('*') ? `${type}${name}` : `${type} ${name}`).trimEnd();

/** The types that a program declares, in order. */
export class TypeNames {
  /** @type {string[]} */
  declarations = [];
  /** koffi's own answers: sizes, offsets, and what it refuses. */
  native;
  #declared;
  /** @type {Map<string, string>} */
  #names = new Map();
  #taken = new Set(Object.keys(koffi.types));
  /** The structs whose members are being written → has something in them pointed back? @type {Map<string, boolean>} */
  #open = new Map();

  /** @param {Record<string, Declaration>} declared */
  constructor(declared) {
    this.#declared = declared;
    this.native = new Types(declared, { write: () => undefined });
  }

  /** The name of a type, declared. @param {Node} node @returns {string} */
  name(node) {
    switch (node.kind) {
      case 'void':
      case 'bool':
        return node.kind;
      case 'float':
        return node.size === 4 ? 'float' : 'double';
      case 'int':
        this.native.of(node);
        return integerName(node.name);
      case 'pointer':
        return this.#pointer(node);
      case 'array':
        throw new CannotWrite('an array can be no parameter and no result');
      case 'callback':
        return `${this.prototype(node.ref)} *`;
      case 'tagged':
        return this.name(this.native.declared(node.ref, 'tagged').layout);
      default:
        return this.#declare(node.ref);
    }
  }

  /** A parameter's: text goes in as koffi's own string. @param {Node} node */
  argument(node) {
    return node.kind === 'pointer' && node.const && isChar(node.to) ? 'const char *' : this.name(node);
  }

  /** The expression of a type, arrays too. @param {Node} node @returns {string} */
  expression(node) {
    if (node.kind !== 'array') return quoted(this.name(node));
    if (isChar(node.of)) return `koffi.array('char', ${node.length}, 'Typed')`;
    if (node.of.kind === 'array') return `koffi.array(${this.expression(node.of)}, ${node.length})`;
    const of = this.name(node.of);
    return quoted(of.endsWith('*') ? `${of}[${node.length}]` : `${of} [${node.length}]`);
  }

  /** @param {import('./types.mjs').PointerNode} node */
  #pointer({ to, const: constant }) {
    if (to.kind === 'void' || to.kind === 'array' || isChar(to) || !this.#isKnown(to)) return 'void *';
    const of = this.name(to);
    const prefix = constant && !of.endsWith('*') ? 'const ' : '';
    return `${prefix}${of}${of.endsWith('*') ? '' : ' '}*`;
  }

  /** Does koffi accept this type? @param {Node} node */
  #isKnown(node) {
    if ('ref' in node && this.#open.has(node.ref)) return true;
    try {
      this.native.of(node);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** The name of a callback's prototype; `calls`: for calling such a pointer, with text as koffi's string.
   * @param {string} ref @param {boolean} [calls] @returns {string} */
  prototype(ref, calls = false) {
    const { params, returns } = this.native.declared(ref, 'callback');
    const types = params.map(({ type }) => (calls ? this.argument(type) : this.name(type)));
    const differs = calls && params.some(({ type }, index) => this.name(type) !== types[index]);
    const key = differs ? `${ref} called` : ref;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    // A function type that was written inline has a name that only abide can read.
    const name = this.#fresh(key, /^fn_\w*_[0-9a-f]{8}$/u.test(ref) ? 'Callback' : ref);
    this.declarations.push(this.#prototypeText('koffi.proto', name, this.name(returns), params, types));
    return name;
  }

  /** @param {string} symbol @param {string} returns @param {Field[]} params */
  functionText(symbol, returns, params) {
    const types = params.map(({ type }) => this.argument(type));
    return this.#prototypeText('library.func', symbol, returns, params, types);
  }

  /** @param {string} maker @param {string} name @param {string} returns @param {Field[]} params @param {string[]} types */
  #prototypeText(maker, name, returns, params, types) {
    const named = types.map((type, index) => declarator(type, this.#parameter(params[index]?.name ?? '')));
    const text = `${maker}('${declarator(returns, name)}(${named.join(', ')})')`;
    if (PLAIN.test(name) && text.length <= 110) return text;
    const list = listText('[', types.map(quoted), ']');
    return `${maker}(${quoted(name)}, ${quoted(returns)}, ${list})`;
  }

  /** koffi takes prototypes without names of parameters as well. @param {string} name */
  #parameter(name) {
    return PLAIN.test(name) && !KEYWORDS.has(name) && !this.#taken.has(name) ? name : '';
  }

  /** @param {string} key @param {string} wanted */
  #fresh(key, wanted) {
    const stem = memberName(wanted.replace(/[^A-Za-z0-9_]/gu, '_'));
    let name = stem;
    for (let count = 2; this.#taken.has(name); count++) name = `${stem}${count}`;
    this.#taken.add(name);
    this.#names.set(key, name);
    return name;
  }

  /** @param {string} ref */
  #declare(ref) {
    const known = this.#names.get(ref);
    if (known !== undefined) {
      if (this.#open.has(ref)) this.#open.set(ref, true);
      return known;
    }
    const declaration = this.#declared[ref];
    if (declaration === undefined) throw new CannotWrite(`the plan declares no type ${ref}`);
    const name = this.#fresh(ref, ref);
    this.#open.set(ref, false);
    const first = this.declarations.length;
    const text = this.#declarationText(name, declaration);
    const pointedAt = this.#open.get(ref);
    this.#open.delete(ref);
    if (pointedAt) this.declarations.splice(first, 0, `koffi.opaque('${name}')`);
    this.declarations.push(pointedAt ? text.replace(`'${name}'`, `koffi.type('${name}')`) : text);
    return name;
  }

  /** @param {string} name @param {Declaration} declaration @returns {string} */
  #declarationText(name, declaration) {
    switch (declaration.kind) {
      case 'opaque':
        return `koffi.opaque('${name}')`;
      case 'struct':
        return this.#struct(name, declaration);
      case 'union':
        return this.#record(
          'koffi.union',
          name,
          declaration.members.map(({ type }) => this.expression(type)),
          declaration.members,
        );
      case 'enum': {
        const values = declaration.variants.map((each) => `${keyText(each.name)}: ${numberText(each.value)}`);
        const start = `koffi.enumeration('${name}', `;
        return `${start}${listText('{ ', values, ' }', start.length)}, '${this.name(declaration.repr)}')`;
      }
      default:
        throw new CannotWrite(`${name} is no type with a name of its own`);
    }
  }

  /** @param {string} name @param {Declaration & { kind: 'struct' }} declaration */
  #struct(name, { fields, packed, align }) {
    const types = fields.map(({ type }, index) => {
      const text = this.expression(type);
      const natural = koffi.alignof(this.native.of(type));
      if (packed !== undefined && packed > 1) return `[${Math.min(packed, natural)}, ${text}]`;
      return align !== undefined && index === 0 ? `[${Math.max(align, natural)}, ${text}]` : text;
    });
    return this.#record(packed === 1 ? 'koffi.pack' : 'koffi.struct', name, types, fields);
  }

  /** @param {string} maker @param {string} name @param {string[]} types @param {Field[]} fields */
  #record(maker, name, types, fields) {
    const members = fields.map((field, index) => `${keyText(memberName(field.name))}: ${types[index] ?? ''}`);
    const start = `${maker}('${name}', `;
    return `${start}${listText('{ ', members, ' }', start.length + 2)})`;
  }
}

/** @param {string} value */
export const numberText = (value) => (Number.isSafeInteger(Number(value)) ? value : `${value}n`);
