// @ts-check
/** The interface as C declarations: typedefs, prototypes, and the descriptors the runtime reads by. */
import { isIdentifier, literal, Names } from './names.mjs';

/**
 * @typedef {{ kind: string, name: string, size: number, signed: boolean, to: Node, const: boolean, of: Node, length: number, ref: string }} Node
 * @typedef {{ name: string, type: Node }} Field
 * @typedef {{ name: string, value: string, fields: Field[] }} Variant
 * @typedef {{ kind: string, fields: Field[], members: Field[], packed?: number, align?: number, repr: Node, tag: Node, form: string, variants: Variant[], layout: Node, params: Field[], returns: Node }} Declaration
 * @typedef {{ symbol: string, params: Field[], returns: Node }} FunctionDeclaration
 * @typedef {{ symbol: string, type: Node }} GlobalDeclaration
 * @typedef {{ types: Record<string, Declaration>, functions: Record<string, FunctionDeclaration>, globals: Record<string, GlobalDeclaration>, tables: Record<string, { steps: any[] }>, missing?: string[] }} Header
 */

/** A case (not the whole program) that cannot be written in C; the message is for its author. */
export class CannotWrite extends Error {}

/** @type {Record<string, string>} */
const INTEGERS = {
  i8: 'int8_t', i16: 'int16_t', i32: 'int32_t', i64: 'int64_t', i128: '__int128', isize: 'ptrdiff_t',
  u8: 'uint8_t', u16: 'uint16_t', u32: 'uint32_t', u64: 'uint64_t', u128: 'unsigned __int128', usize: 'size_t',
  c_char: 'char', c_schar: 'signed char', c_uchar: 'unsigned char', c_short: 'short', c_ushort: 'unsigned short',
  c_int: 'int', c_uint: 'unsigned int', c_long: 'long', c_ulong: 'unsigned long',
  c_longlong: 'long long', c_ulonglong: 'unsigned long long',
}; // prettier-ignore

const SYMBOL = /^[A-Za-z0-9_.$@?]+$/;

/** What has members in the order of memory. @param {Declaration} declaration @returns {Field[]} */
export const membersOf = (declaration) => declaration.fields ?? declaration.members ?? [];

/** Everything that the interface is called in C. */
export class Interface {
  /** @param {Header} header */
  constructor(header) {
    this.header = header;
    this.missing = new Set(header.missing ?? []);
    this.names = new Names();
    /** @type {Map<string, string>} symbol or declared name → C name */
    this.functionNames = new Map();
    /** @type {Map<string, string>} */
    this.globalNames = new Map();
    /** @type {Map<string, string>} */
    this.typeNames = new Map();
    /** @type {Map<string, string>} */
    this.descriptorNames = new Map();
    /** @type {Map<string, Map<string, string>>} ref → wire name of a field or variant → C name */
    this.memberNames = new Map();
    this.nameSymbols();
    this.nameTypes();
  }

  nameSymbols() {
    const { functions, globals } = this.header;
    /** @type {[Map<string, string>, string, string][]} */
    const all = [
      ...Object.entries(functions).map(
        ([name, { symbol }]) => /** @type {any} */ ([this.functionNames, name, symbol]),
      ),
      ...Object.entries(globals).map(
        ([name, { symbol }]) => /** @type {any} */ ([this.globalNames, name, symbol]),
      ),
    ];
    const later = all.filter(([names, name, symbol]) => {
      if (!isIdentifier(symbol) || this.names.has(symbol)) return true;
      names.set(name, this.names.take(symbol));
      return false;
    });
    for (const [names, name] of later) names.set(name, this.names.take(name));
  }

  nameTypes() {
    const descriptors = new Names();
    for (const name of [...Object.keys(INTEGERS), 'void', 'bool', 'f32', 'f64']) descriptors.taken.add(name);
    const entries = Object.entries(this.header.types);
    for (const [ref, declaration] of entries) {
      if (declaration.kind !== 'tagged') continue;
      const name = this.names.take(ref);
      this.typeNames.set(ref, name).set(declaration.layout.ref, name);
    }
    for (const [ref, declaration] of entries) {
      const name = this.typeNames.get(ref) ?? this.names.take(ref);
      this.typeNames.set(ref, name);
      const wanted = descriptors.has(ref) ? `${ref}_` : ref;
      this.descriptorNames.set(ref, `abide_type_${descriptors.take(wanted)}`);
      const inner = declaration.variants === undefined ? new Names() : this.names;
      const prefix = declaration.variants === undefined ? '' : `${name}_`;
      const names = (declaration.variants ?? membersOf(declaration)).map((each) => each.name);
      this.memberNames.set(ref, new Map(names.map((each) => [each, inner.take(prefix + each)])));
    }
  }

  /** @param {string} ref */
  declaration(ref) {
    const declaration = this.header.types[ref];
    if (declaration === undefined) throw new CannotWrite(`the type ${ref} is not declared in the plan`);
    return declaration;
  }

  /** @param {string} ref @param {string} name */
  member(ref, name) {
    const found = this.memberNames.get(ref)?.get(name);
    if (found === undefined) throw new CannotWrite(`${ref} has no ${name}`);
    return found;
  }

  /**
   * A declaration of `name` with this type; with an empty name, the type itself.
   * @param {Node} node @param {string} name @param {boolean} isConst @returns {string}
   */
  declare(node, name = '', isConst = false) {
    const qualifier = isConst ? 'const ' : '';
    switch (node.kind) {
      case 'pointer': {
        const inner = `*${isConst ? 'const ' : ''}${name}`;
        return this.declare(node.to, node.to.kind === 'array' ? `(${inner})` : inner, node.const);
      }
      case 'array':
        return this.declare(node.of, `${name}[${Number(node.length)}]`, isConst);
      default:
        return `${qualifier}${this.base(node)}${name === '' ? '' : ' '}${name}`;
    }
  }

  /** @param {Node} node */
  base(node) {
    if (node.kind === 'void') return 'void';
    if (node.kind === 'bool') return 'bool';
    if (node.kind === 'float') return node.size === 4 ? 'float' : 'double';
    if (node.kind === 'int') return INTEGERS[node.name] ?? fail(`there is no integer type ${node.name}`);
    return this.typeNames.get(node.ref) ?? fail(`the type ${node.ref} is not declared in the plan`);
  }

  /** `uint8_t a, Point b`. @param {Field[]} params @param {string[]} names */
  parameters(params, names) {
    return params.length === 0
      ? 'void'
      : params.map((each, i) => this.declare(each.type, names[i])).join(', ');
  }

  /** Names for parameters that hide nothing. @param {Field[]} params @param {Names} scope */
  parameterNames(params, scope = new Names(this.names)) {
    return params.map((each) => scope.take(each.name));
  }

  /** `extern …;` @param {string} name */
  prototype(name) {
    const { symbol, params, returns } =
      this.header.functions[name] ?? fail(`the function ${name} is not declared`);
    const c = this.functionNames.get(name) ?? '';
    const inner = `${c}(${this.parameters(params, this.parameterNames(params))})`;
    return `extern ${this.declare(returns, inner)}${this.label(c, symbol)};`;
  }

  /** @param {string} name */
  globalDeclaration(name) {
    const { symbol, type } = this.header.globals[name] ?? fail(`the global ${name} is not declared`);
    const c = this.globalNames.get(name) ?? '';
    return `extern ${this.declare(type, c)}${this.label(c, symbol)};`;
  }

  /** @param {string} c @param {string} symbol */
  label(c, symbol) {
    return c === symbol ? '' : ` ABIDE_SYMBOL(${literal(symbol)})`;
  }

  /** Not exported, or not to be named in C at all. @param {string} symbol */
  isMissing(symbol) {
    return this.missing.has(symbol) || !SYMBOL.test(symbol);
  }

  /** Where a field of a variant stands: `payload__.Circle.r`. @param {string} ref @param {string} variant @param {string} field */
  payload(ref, variant, field) {
    const { form, layout } = this.declaration(ref);
    const outer = form === 'union' ? this.memberRef(layout.ref, 'payload__') : layout.ref;
    const path = `${this.member(outer, variant)}.${this.member(this.memberRef(outer, variant), field)}`;
    return form === 'union' ? `${this.member(layout.ref, 'payload__')}.${path}` : path;
  }

  /** Where the tag stands. @param {string} ref @param {string} variant */
  tag(ref, variant) {
    const { form, layout } = this.declaration(ref);
    if (form === 'union') return this.member(layout.ref, 'tag__');
    return `${this.member(layout.ref, variant)}.${this.member(this.memberRef(layout.ref, variant), 'tag__')}`;
  }

  /** @param {string} ref @param {string} name */
  memberRef(ref, name) {
    const found = membersOf(this.declaration(ref)).find((each) => each.name === name);
    return found?.type.ref ?? fail(`${ref} has no ${name}`);
  }

  /** Declared names that a type leads to, what is inside before what is around it. @param {Node[]} nodes */
  reach(nodes) {
    /** @type {Set<string>} */
    const seen = new Set();
    /** @type {string[]} */
    const order = [];
    /** @param {Node} node */
    const visit = (node) => {
      if (node.kind === 'pointer') return visit(node.to);
      if (node.kind === 'array') return visit(node.of);
      if (node.ref === undefined || seen.has(node.ref)) return;
      seen.add(node.ref);
      partsOf(this.declaration(node.ref)).forEach(visit);
      order.push(node.ref);
    };
    nodes.forEach(visit);
    return order;
  }

  /** Whether a type needs 128-bit integers, which not every compiler has. @param {Node[]} nodes @returns {boolean} */
  needs128(nodes) {
    /** @param {Node} node @returns {boolean} */
    const wide = (node) =>
      node.kind === 'pointer' ? wide(node.to) : node.kind === 'array' ? wide(node.of) : node.size === 16;
    return nodes.some(wide) || this.reach(nodes).some((ref) => partsOf(this.declaration(ref)).some(wide));
  }

  /** Whether its bytes are all there is to it: no pointer in it. @param {Node} node @returns {boolean} */
  isData(node) {
    if (node.kind === 'array') return this.isData(node.of);
    if (['pointer', 'callback', 'opaque', 'void'].includes(node.kind)) return false;
    return node.ref === undefined || partsOf(this.declaration(node.ref)).every((each) => this.isData(each));
  }
}

/** @param {Declaration} declaration @returns {Node[]} */
export function partsOf(declaration) {
  if (declaration.kind === 'enum') return [declaration.repr];
  if (declaration.kind === 'tagged') return [declaration.layout];
  if (declaration.kind === 'callback')
    return [...declaration.params.map((each) => each.type), declaration.returns];
  return membersOf(declaration).map((each) => each.type);
}

/** @param {string} message @returns {never} */
export function fail(message) {
  throw new CannotWrite(message);
}
