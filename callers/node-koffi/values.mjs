// @ts-check
/** Wire values ↔ native values, by the type they stand for. */
import { isUtf8 } from 'node:buffer';
import koffi from 'koffi';
import { makeCallback } from './callbacks.mjs';
import { hex, scratch, text, UNTOUCHED, wideText } from './memory.mjs';
import { byKoffi, isByte, isChar, memberName } from './types.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./types.mjs').IntNode} IntNode
 * @typedef {import('./types.mjs').NamedNode} NamedNode
 * @typedef {import('./types.mjs').PointerNode} PointerNode
 * @typedef {import('./types.mjs').Tagged} Tagged
 * @typedef {import('./memory.mjs').Place} Place
 * @typedef {import('./scope.mjs').Frame} Frame
 * @typedef {any} Wire JSON as the plan has it
 * @typedef {any} Native what koffi takes and gives: number, bigint, string, object, array
 */

/** @param {Wire} wire @param {string} key */
export const isForm = (wire, key) => typeof wire === 'object' && wire !== null && key in wire;

/** A wire value as koffi takes it. `name` is what memory made for it is called; `argument`: it is handed to a function.
 * @param {Frame} frame @param {Node} node @param {Wire} wire @param {string} name @returns {Native} */
export function toNative(frame, node, wire, name, argument = false) {
  if (isForm(wire, '$ref')) return referred(frame, node, wire);
  switch (node.kind) {
    case 'int':
      return integer(node, wire);
    case 'enum':
      return integer(frame.types.declared(node.ref, 'enum').repr, wire);
    case 'float':
      return number(wire);
    case 'bool':
      return typeof wire === 'boolean' ? wire : Number(wire);
    case 'pointer':
    case 'callback':
      return pointer(frame, node, wire, name, argument);
    case 'array':
      if (isForm(wire, '$bytes')) return Buffer.from(wire.$bytes, 'hex');
      return wire.map((/** @type {Wire} */ each) => toNative(frame, node.of, each, name));
    case 'struct':
      return record(frame, frame.types.fields(node.ref), wire, name);
    case 'union':
      return union(frame, node, wire, name);
    case 'tagged':
      return tagged(frame, frame.types.declared(node.ref, 'tagged'), wire, name);
    default:
      throw new Error(`no value can be of type ${node.kind}`);
  }
}

/** Writes a wire value to native memory, typed. @param {Frame} frame @param {Node} node @param {Wire} wire
 * @param {bigint} address @param {string} name */
export function store(frame, node, wire, address, name) {
  const type = frame.types.of(node);
  const value = toNative(frame, node, wire, name);
  byKoffi('call', () => koffi.encode(address, type, value));
}

/** @param {Frame} frame @param {Node} node @param {bigint} address @returns {Native} */
export function load(frame, node, address) {
  const type = frame.types.of(node);
  return byKoffi('call', () => koffi.decode(address, type));
}

/** @param {IntNode} node @param {Wire} wire */
function integer({ size }, wire) {
  if (size === 8) return BigInt(wire);
  const value = Number(wire);
  if (!Number.isInteger(value)) throw new Error(`${JSON.stringify(wire)} is no integer`);
  return value;
}

const bits = new DataView(new ArrayBuffer(8));

/** @param {string} wire */
function number(wire) {
  if (wire.length === 8) {
    bits.setUint32(0, Number.parseInt(wire, 16));
    return bits.getFloat32(0);
  }
  bits.setBigUint64(0, BigInt(`0x${wire}`));
  return bits.getFloat64(0);
}

/** @param {Frame} frame @param {Field[]} fields @param {Wire} wire @param {string} name */
function record(frame, fields, wire, name) {
  /** @type {Record<string, Native>} */
  const out = {};
  for (const field of fields) {
    out[memberName(field.name)] = toNative(frame, field.type, wire[field.name], `${name}.${field.name}`);
  }
  return out;
}

/** @param {Frame} frame @param {NamedNode} node @param {Wire} wire @param {string} name */
function union(frame, node, wire, name) {
  if (isForm(wire, '$bytes')) {
    const { address, bytes } = scratch(frame.types.size(node));
    bytes.set(Buffer.from(wire.$bytes, 'hex').subarray(0, bytes.length));
    return load(frame, node, address);
  }
  const [member, value] = Object.entries(wire)[0] ?? [];
  const field = frame.types.fields(node.ref).find((each) => each.name === member);
  if (field === undefined) throw new Error(`${node.ref} has no member ${member}`);
  return record(frame, [field], { [field.name]: value }, name);
}

/** @param {Frame} frame @param {Tagged} type @param {Wire} wire @param {string} name */
function tagged(frame, { tag, form, variants, layout }, wire, name) {
  if (isForm(wire, '$raw')) {
    const raw = { tag__: integer(tag, wire.$raw) };
    const first = form === 'structs' ? frame.types.fields(layout.ref)[0] : undefined;
    return first === undefined ? raw : { [memberName(first.name)]: raw };
  }
  const [chosen, fields] = Object.entries(wire)[0] ?? [];
  const variant = variants.find((each) => each.name === chosen);
  if (variant === undefined) throw new Error(`${layout.ref} has no variant ${chosen}`);
  const head = { tag__: integer(tag, variant.value) };
  const payload = record(frame, variant.fields, fields, name);
  const member = memberName(variant.name);
  if (form === 'structs') return { [member]: { ...head, ...payload } };
  return variant.fields.length === 0 ? head : { ...head, payload__: { [member]: payload } };
}

/** @param {Frame} frame @param {PointerNode | NamedNode} node @param {Wire} wire @param {string} name
 * @param {boolean} argument @returns {Native} */
function pointer(frame, node, wire, name, argument) {
  const { memory } = frame.play;
  const constant = node.kind === 'pointer' && node.const;
  if (wire === null) return null;
  if (isForm(wire, '$address')) return memory.supply(BigInt(wire.$address));
  if (isForm(wire, '$callback')) return makeCallback(frame, wire.$callback, name);
  /** @type {bigint} */
  let address;
  if (isForm(wire, '$at')) {
    address = frame.memory(wire.$at).address + BigInt(wire.offset ?? 0);
  } else if (node.kind !== 'pointer') {
    throw new Error(`${name} is a callback: memory cannot stand for it`);
  } else if (isForm(wire, '$text')) {
    const bytes = Buffer.from(wire.$text, 'hex');
    const text = Buffer.concat([bytes, Buffer.alloc(1)]);
    if (argument && constant && isChar(node.to)) return isUtf8(bytes) ? bytes.toString('utf8') : text;
    address = fresh(frame, node.to, text.length, name, { $bytes: text.toString('hex') }, false);
  } else {
    const out = isForm(wire, '$out');
    const from = out ? (wire.from ?? []) : wire;
    const count = out ? Number(wire.$out) : 0;
    address = fresh(frame, node.to, count, name, from, out);
  }
  memory.give(address, constant);
  return address;
}

/** New memory for at least `count` pointees, that begins with these.
 * @param {Frame} frame @param {Node} to @param {number} count @param {string} name @param {Wire} values
 * @param {boolean} patterned */
function fresh(frame, to, count, name, values, patterned) {
  const untyped = to.kind === 'void' || to.kind === 'opaque';
  const [size, align] = untyped ? [1, 1] : [frame.types.size(to), frame.types.align(to)];
  const needed = isForm(values, '$bytes') ? values.$bytes.length / 2 : values.length * size;
  const block = frame.play.memory.allocate(Math.max(count * size, needed), align, name);
  if (patterned) block.fill();
  storeAll(frame, to, values, block);
  return block.address;
}

/** Fills the beginning of a block. @param {Frame} frame @param {Node} node @param {Wire} values
 * @param {Place['block']} block */
export function storeAll(frame, node, values, block) {
  if (isForm(values, '$bytes')) {
    block.data.set(Buffer.from(values.$bytes, 'hex'));
    return;
  }
  values.forEach((/** @type {Wire} */ each, /** @type {number} */ index) => {
    store(frame, node, each, block.address + BigInt(index * frame.types.size(node)), block.name);
  });
}

/** What a name stands for, as a value of this type. @param {Frame} frame @param {Node} node @param {Wire} wire */
function referred(frame, node, wire) {
  const isAddress = node.kind === 'pointer' || node.kind === 'callback';
  const { value, place, node: from } = frame.resolve(wire);
  if (!isAddress) return node.kind === 'int' && node.size === 8 ? BigInt(value) : value;
  // Named memory that is no pointer itself can only mean its address here.
  const inMemory = place !== null && from.kind !== 'pointer' && from.kind !== 'callback';
  if (value === null) return null;
  const address = inMemory ? place.address : BigInt(value);
  frame.play.memory.give(address, node.kind === 'pointer' && node.const);
  return address;
}

/** A native value as the journal shows it. `place` is where it stands, when it stands in memory the driver owns.
 * @param {Frame} frame @param {Node} node @param {Native} value @param {Wire} read @param {Place | null} place
 * @returns {unknown} */
export function observe(frame, node, value, read, place) {
  if (place?.untouched(frame.types.size(node))) return UNTOUCHED;
  switch (node.kind) {
    case 'int':
    case 'enum':
      return String(value);
    case 'float':
      return floatBits(node.size, value);
    case 'bool':
      return value;
    case 'pointer':
      return read === null ? frame.play.memory.symbol(value) : follow(frame, node, value, read);
    case 'callback':
      return frame.play.memory.symbol(value);
    case 'array': {
      if (isByte(node.of)) return { $bytes: hex(value) };
      const size = frame.types.size(node.of);
      const each = read?.elements ?? null;
      return Array.from(value, (item, index) =>
        observe(frame, node.of, item, each, place?.at(index * size) ?? null),
      );
    }
    case 'struct':
      return observeFields(frame, node, frame.types.fields(node.ref), value, read, place);
    case 'union':
      return observeUnion(frame, node, value, read, place);
    case 'tagged':
      return observeTagged(frame, frame.types.declared(node.ref, 'tagged'), value, read, place);
    default:
      throw new Error(`no value can be of type ${node.kind}`);
  }
}

/** @param {number} size @param {number} value */
function floatBits(size, value) {
  if (size === 4) {
    bits.setFloat32(0, value);
    return bits.getUint32(0).toString(16).padStart(8, '0');
  }
  bits.setFloat64(0, value);
  return bits.getBigUint64(0).toString(16).padStart(16, '0');
}

/** @param {Frame} frame @param {NamedNode} node @param {Field[]} fields @param {Native} value @param {Wire} read
 * @param {Place | null} place */
function observeFields(frame, node, fields, value, read, place) {
  /** @type {Record<string, unknown>} */
  const out = {};
  for (const { name, type } of fields) {
    const at = place?.at(frame.types.offset(node, name)) ?? null;
    out[name] = observe(frame, type, value[memberName(name)], read?.fields?.[name] ?? null, at);
  }
  return out;
}

/** @param {Frame} frame @param {NamedNode} node @param {Native} value @param {Wire} read @param {Place | null} place */
function observeUnion(frame, node, value, read, place) {
  if (read === null) {
    const { address, bytes } = scratch(frame.types.size(node));
    const type = frame.types.of(node);
    byKoffi('call', () => koffi.encode(address, type, value));
    return { $bytes: hex(bytes) };
  }
  const fields = frame.types.fields(node.ref).filter(({ name }) => name === read.member);
  return observeFields(frame, node, fields, value, { fields: { [read.member]: read.read } }, place);
}

/** @param {Frame} frame @param {Tagged} type @param {Native} value @param {Wire} read @param {Place | null} place */
function observeTagged(frame, { form, variants, layout }, value, read, place) {
  const members = frame.types.fields(layout.ref);
  const tag = String((form === 'structs' ? value[memberName(members[0]?.name ?? '')] : value).tag__);
  const variant = variants.find((each) => each.value === tag);
  if (variant === undefined) return { $raw: tag };
  if (variant.fields.length === 0) return { [variant.name]: {} };
  const union = form === 'structs' ? layout : /** @type {NamedNode} */ (members[1]?.type);
  const payload = frame.types.fields(union.ref).find(({ name }) => name === variant.name)?.type;
  const held = (form === 'structs' ? value : value.payload__)[memberName(variant.name)];
  const at = form === 'structs' ? place : (place?.at(frame.types.offset(layout, 'payload__')) ?? null);
  return {
    [variant.name]: observeFields(frame, /** @type {NamedNode} */ (payload), variant.fields, held, read, at),
  };
}

/** What a pointer points at. @param {Frame} frame @param {PointerNode} node @param {bigint | null} address
 * @param {Wire} read */
function follow(frame, { to }, address, read) {
  if (address === null || address === 0n) return null;
  const place = frame.play.memory.place(address);
  if (place === null) frame.play.aboutToRead();
  if (isForm(read, 'text')) return text(address, place);
  if (isForm(read, 'utf16')) return wideText(address, place);
  if (!isForm(read, 'items')) throw new Error(`a pointer cannot be read by ${JSON.stringify(read)}`);
  const count = frame.count(read.items);
  const bytes = to.kind === 'void' || isByte(to);
  const size = bytes ? 1 : frame.types.size(to);
  if (place?.untouched(count * size)) return UNTOUCHED;
  if (bytes) return { $bytes: hex(new Uint8Array(koffi.view(address, count))) };
  return Array.from({ length: count }, (_, index) => {
    const value = load(frame, to, address + BigInt(index * size));
    return observe(frame, to, value, read.each ?? null, place?.at(index * size) ?? null);
  });
}
