// @ts-check
/** Values of the plan as C: constants, initialisers, guarded memory. */
import { literal } from './names.mjs';
import { CannotWrite, fail, membersOf } from './types.mjs';
import { partOf } from './scope.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./body.mjs').Body} Body */

/** A table whose rows hold more than a program can read at run time; they are written out instead. */
export class NeedsRows extends CannotWrite {}

/** @param {any} wire @param {string} key */
const has = (wire, key) =>
  wire !== null && typeof wire === 'object' && !Array.isArray(wire) && Object.hasOwn(wire, key);

/** @param {any} wire */
export function bytesOf(wire) {
  if (typeof wire !== 'string' || !/^([0-9a-f]{2})*$/.test(wire))
    fail('bytes must be pairs of lower-case hex digits');
  return Buffer.from(wire, 'hex');
}

/** @param {Node} node @param {any} text */
export function integer(node, text) {
  if (typeof text !== 'string' || !/^-?\d+$/.test(text))
    fail(`expected an integer, found ${JSON.stringify(text)}`);
  const value = BigInt(text);
  if (node.size === 16) return wideInteger(node, value);
  if (value < 0n) {
    if (value === -(2n ** 63n)) return 'INT64_MIN';
    if (value === -(2n ** 31n)) return 'INT32_MIN';
    return value > -(2n ** 31n) ? String(value) : `INT64_C(${value})`;
  }
  if (value < 2n ** 31n) return String(value);
  if (node.signed) return `INT64_C(${value})`;
  return value < 2n ** 32n ? `${value}U` : `UINT64_C(${value})`;
}

/** @param {Node} node @param {bigint} value */
function wideInteger(node, value) {
  const bits = BigInt.asUintN(128, value);
  const hex = (/** @type {bigint} */ half) => `UINT64_C(0x${half.toString(16)})`;
  const whole = `((unsigned __int128)${hex(bits >> 64n)} << 64 | ${hex(bits & (2n ** 64n - 1n))})`;
  return node.signed ? `(__int128)${whole}` : whole;
}

/** @param {Body} body @param {Node} node @param {any} bits */
function float(body, node, bits) {
  if (typeof bits !== 'string' || !/^[0-9a-f]+$/.test(bits) || bits.length !== node.size * 2)
    fail('expected the bits of a float');
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`) << BigInt(64 - node.size * 8));
  const value = node.size === 4 ? view.getFloat32(0) : view.getFloat64(0);
  return body.file.words.float(bits, value);
}

/** @param {Body} body @param {Node} node @param {any} wire */
function enumeration(body, node, wire) {
  const { types } = body.file;
  const { variants, repr } = types.declaration(node.ref);
  const variant = variants.find((each) => BigInt(each.value) === BigInt(wire));
  if (variant !== undefined) return types.member(node.ref, variant.name);
  return `(${types.base(node)})${integer(repr, wire)}`;
}

/**
 * A C expression with this value. `name` is what memory made for it is called; what must stand
 * before it is written to the body.
 * @param {Body} body @param {Node} node @param {any} wire @param {string} name @returns {string}
 */
export function value(body, node, wire, name) {
  if (has(wire, '$slot')) return slot(body, node, wire, name);
  if (has(wire, '$ref')) return reference(body, node, wire);
  switch (node.kind) {
    case 'int':
      return integer(node, wire);
    case 'enum':
      return enumeration(body, node, wire);
    case 'float':
      return float(body, node, wire);
    case 'bool':
      return typeof wire === 'boolean' ? String(wire) : fail('expected true or false');
    case 'pointer':
      return body.file.pointers.pointer(body, node, wire, name);
    case 'callback':
      return body.file.pointers.functionPointer(body, node, wire, name);
    case 'struct':
      if (isPlain(body, node, wire))
        return `(${body.file.types.base(node)})${initialiser(body, node, wire, name)}`;
  }
  if (node.kind === 'array' || node.kind === 'void' || node.kind === 'opaque')
    fail(`a ${node.kind} is no value`);
  const c = body.names.take(node.ref.toLowerCase());
  body.emit(`${body.file.types.declare(node, c)};`);
  store(body, c, node, wire, name);
  return c;
}

/** Whether C can write it as `{…}`: arrays cannot be copied from elsewhere there. @param {Body} body @param {Node} node @param {any} wire @returns {boolean} */
function isPlain(body, node, wire) {
  if (node.kind === 'array') {
    if (has(wire, '$ref') || has(wire, '$slot') || node.length === 0) return false;
    return !Array.isArray(wire) || wire.every((each) => isPlain(body, node.of, each));
  }
  if (node.kind !== 'struct' || has(wire, '$ref') || has(wire, '$slot')) return true;
  const fields = membersOf(body.file.types.declaration(node.ref));
  return fields.length > 0 && fields.every((each) => isPlain(body, each.type, wire[each.name]));
}

/** `{.x = 1, .y = {2, 3}}`. @param {Body} body @param {Node} node @param {any} wire @param {string} name @returns {string} */
function initialiser(body, node, wire, name) {
  if (node.kind === 'array') {
    const items = has(wire, '$bytes') ? [...bytesOf(wire.$bytes)].map((byte) => byteOf(node.of, byte)) : wire;
    if (!Array.isArray(items) || items.length !== node.length) fail(`expected ${node.length} elements`);
    return `{${items.map((each) => initialiser(body, node.of, each, name)).join(', ')}}`;
  }
  if (node.kind !== 'struct' || has(wire, '$ref') || has(wire, '$slot')) return value(body, node, wire, name);
  const fields = membersOf(body.file.types.declaration(node.ref)).map((each) => {
    if (!has(wire, each.name)) fail(`${node.ref} needs a value for ${each.name}`);
    const inner = initialiser(body, each.type, wire[each.name], `${name}.${each.name}`);
    return `.${body.file.types.member(node.ref, each.name)} = ${inner}`;
  });
  return `{${fields.join(', ')}}`;
}

/** @param {Node} node @param {number} byte */
const byteOf = (node, byte) => String(node.signed ? (byte << 24) >> 24 : byte);

/** Statements that put a value where `lvalue` is. @param {Body} body @param {string} lvalue @param {Node} node @param {any} wire @param {string} name @returns {void} */
export function store(body, lvalue, node, wire, name) {
  const { types } = body.file;
  if (has(wire, '$slot')) return fillFromSlot(body, lvalue, node, wire);
  if (node.kind === 'array') return storeArray(body, lvalue, node, wire, name);
  if (has(wire, '$ref')) return body.emit(`${lvalue} = ${reference(body, node, wire)};`);
  if (node.kind === 'struct' && !isPlain(body, node, wire)) {
    for (const each of membersOf(types.declaration(node.ref))) {
      const inner = `${lvalue}.${types.member(node.ref, each.name)}`;
      store(body, inner, each.type, wire[each.name], `${name}.${each.name}`);
    }
    return;
  }
  if (node.kind === 'union') return storeUnion(body, lvalue, node, wire, name);
  if (node.kind === 'tagged') return storeTagged(body, lvalue, node, wire, name);
  body.emit(`${lvalue} = ${value(body, node, wire, name)};`);
}

/** @param {Body} body @param {string} lvalue @param {Node} node @param {any} wire @param {string} name */
function storeArray(body, lvalue, node, wire, name) {
  if (has(wire, '$ref')) {
    const { bound, path } = body.lookUp(wire);
    const from = partOf(body.file.types, bound, path);
    const source = from.node.kind === 'pointer' ? from.lvalue : from.address;
    body.emit(body.file.words.copy(lvalue, source, `sizeof(${body.file.types.declare(node)})`));
  } else if (has(wire, '$bytes')) {
    const bytes = bytesOf(wire.$bytes);
    body.emit(body.file.words.copy(lvalue, literal(bytes), bytes.length));
  } else {
    if (!Array.isArray(wire)) fail('expected a list');
    wire.forEach((each, i) => store(body, `${lvalue}[${i}]`, node.of, each, name));
  }
}

/** @param {Body} body @param {string} lvalue @param {Node} node @param {any} wire @param {string} name */
function storeUnion(body, lvalue, node, wire, name) {
  const { types } = body.file;
  body.emit(body.file.words.zero(lvalue));
  if (has(wire, '$bytes')) {
    const bytes = bytesOf(wire.$bytes);
    body.emit(body.file.words.copy(`&${lvalue}`, literal(bytes), bytes.length));
    return;
  }
  const [member, inner] = Object.entries(wire)[0] ?? fail(`${node.ref} needs one member`);
  const { type } =
    membersOf(types.declaration(node.ref)).find((each) => each.name === member) ??
    fail(`${node.ref} has no ${member}`);
  store(body, `${lvalue}.${types.member(node.ref, member)}`, type, inner, `${name}.${member}`);
}

/** @param {Body} body @param {string} lvalue @param {Node} node @param {any} wire @param {string} name */
function storeTagged(body, lvalue, node, wire, name) {
  const { types } = body.file;
  const { variants, tag } = types.declaration(node.ref);
  const [key, payload] = Object.entries(wire)[0] ?? fail(`${node.ref} needs one variant`);
  const variant = variants.find((each) => each.name === key);
  body.emit(body.file.words.zero(lvalue));
  const where = `${lvalue}.${types.tag(node.ref, variant?.name ?? variants[0]?.name ?? '')}`;
  if (key === '$raw') return body.emit(`${where} = ${integer(tag, payload)};`);
  if (variant === undefined) fail(`${node.ref} has no variant ${key}`);
  body.emit(`${where} = ${types.member(node.ref, key)};`);
  for (const each of variant.fields) {
    const inner = `${lvalue}.${types.payload(node.ref, key, each.name)}`;
    store(body, inner, each.type, payload[each.name], `${name}.${each.name}`);
  }
}

/** @param {Body} body @param {Node} node @param {any} wire @param {string} name */
function slot(body, node, wire, name) {
  if (node.kind === 'pointer') return body.file.pointers.slotPointer(body, node, wire, name);
  const c = body.names.take(name.split('.').at(-1) ?? 'slot');
  body.emit(`${body.file.types.declare(node, c)};`);
  fillFromSlot(body, c, node, wire);
  return c;
}

/** @param {Body} body @param {string} lvalue @param {Node} node @param {any} wire */
function fillFromSlot(body, lvalue, node, wire) {
  if (!body.file.types.isData(node)) throw new NeedsRows(`slot ${wire.$slot} is not plain data`);
  body.emit(`abide_slot(${Number(wire.$slot)}, ${body.file.descriptors.of(node)}, &${lvalue});`);
}

/** What is bound, as a value of the type that is wanted. @param {Body} body @param {Node} node @param {any} wire */
function reference(body, node, wire) {
  const { types } = body.file;
  const { bound, path } = body.lookUp(wire);
  const wanted = types.declare(node);
  if (node.kind === 'pointer' && path.length === 0 && bound.pointer !== undefined) {
    return cast(wanted, types.declare(pointerTo(pointeeOf(bound.node))), bound.pointer);
  }
  const part = partOf(types, bound, path);
  const found = types.declare(part.node);
  if (part.node.kind === 'array' && node.kind === 'pointer') return `(${wanted})${part.lvalue}`;
  if (node.kind === 'pointer' && ['struct', 'union', 'tagged'].includes(part.node.kind))
    return `(${wanted})&${part.lvalue}`;
  if (found === wanted) return part.lvalue;
  if (node.kind === 'callback' && part.node.kind === 'callback')
    return `(${wanted})(${body.file.words.anyFunction})${part.lvalue}`;
  const isAddress = (/** @type {string} */ kind) => kind === 'pointer' || kind === 'callback';
  if (isAddress(node.kind) && isAddress(part.node.kind) && node.kind === part.node.kind)
    return `(${wanted})${part.lvalue}`;
  if (isAddress(node.kind) || isAddress(part.node.kind)) {
    if (part.node.kind === 'pointer' && !isAddress(node.kind) && node.kind !== 'int')
      return `*${part.lvalue}`;
    return `(${wanted})(uintptr_t)${part.lvalue}`;
  }
  if (part.node.ref !== undefined && node.ref !== part.node.ref && part.node.kind !== 'enum')
    fail(`${found} cannot stand for ${wanted}`);
  return `(${wanted})${part.lvalue}`;
}

/** @param {string} wanted @param {string} found @param {string} expression */
const cast = (wanted, found, expression) => (wanted === found ? expression : `(${wanted})${expression}`);

/** What the address of named memory points to: an array's is that of its first element. @param {Node} node */
export const pointeeOf = (node) => (node.kind === 'array' ? node.of : node);

/** @param {Node} node @param {boolean} isConst @returns {Node} */
export const pointerTo = (node, isConst = false) =>
  /** @type {any} */ ({ kind: 'pointer', to: node, const: isConst });
