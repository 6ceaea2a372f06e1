// @ts-check
/** Values for pointers: text, guarded memory, addresses; and for function pointers. */
import { literal } from './names.mjs';
import { fail } from './types.mjs';
import { bytesOf, NeedsRows, pointerTo, store, value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./body.mjs').Body} Body */

/** @param {any} wire @param {string} key */
const has = (wire, key) =>
  wire !== null && typeof wire === 'object' && !Array.isArray(wire) && Object.hasOwn(wire, key);

/** Text in an argument is the language's own string; a name with a dot is a field's. @param {Node} node @param {string} name */
const isNativeText = (node, name) =>
  node.const && node.to.kind === 'int' && node.to.name === 'c_char' && !name.includes('.');

/** @param {Body} body @param {Node} node @param {any} wire @param {string} name @returns {string} */
export function pointer(body, node, wire, name) {
  const { types } = body.file;
  const isArgument = body.takeArgument();
  const address = plainAddress(body, node, wire);
  if (address !== null) return address;
  if (has(wire, '$text') && isArgument && isNativeText(node, name)) return literal(bytesOf(wire.$text));
  const c = body.names.take(name.split('.').at(-1) ?? 'memory');
  const declared = types.declare(node, c);
  const use = node.const ? 'const' : 'in';
  const called = literal(name);
  if (has(wire, '$text')) {
    const bytes = bytesOf(wire.$text);
    body.emit(
      `${declared} = abide_new(${called}, ABIDE_${use.toUpperCase()}, 1, ${bytes.length + 1}, ${literal(bytes)});`,
    );
  } else if (has(wire, '$bytes')) {
    const bytes = bytesOf(wire.$bytes);
    body.emit(
      `${declared} = abide_new(${called}, ABIDE_${use.toUpperCase()}, ${alignOf(body, node.to)}, ${bytes.length}, ${literal(bytes)});`,
    );
  } else if (has(wire, '$out')) {
    out(body, node, wire, name, c);
  } else if (Array.isArray(wire)) {
    list(body, node, wire, name, c);
  } else {
    fail(`${JSON.stringify(wire)} cannot stand for a pointer`);
  }
  return c;
}

/** @param {Body} body @param {Node} node */
const alignOf = (body, node) =>
  ['void', 'opaque'].includes(node.kind) ? '1' : `_Alignof(${body.file.types.declare(node)})`;

/** Addresses that no memory is made for. @param {Body} body @param {Node} node @param {any} wire */
function plainAddress(body, node, wire) {
  if (wire === null) return 'NULL';
  if (has(wire, '$address')) return `abide_address(${addressOf(wire)})`;
  if (has(wire, '$at')) {
    const { pointer: base } = body.lookUp({ $ref: wire.$at }).bound;
    if (base === undefined) fail(`${wire.$at} is not named memory`);
    const offset = Number(wire.offset ?? 0);
    if (!Number.isSafeInteger(offset)) throw new NeedsRows('an offset stands in a slot');
    return offset === 0 ? `(void *)${base}` : `(void *)((char *)${base} + ${offset})`;
  }
  return has(wire, '$callback')
    ? `(void *)(uintptr_t)${body.file.callbacks.make(body, node.to.kind === 'callback' ? node.to : node, wire.$callback, 'callback')}`
    : null;
}

/** @param {any} wire */
function addressOf(wire) {
  if (has(wire.$address, '$slot')) throw new NeedsRows('an address stands in a slot');
  if (!/^0x[0-9a-f]+$/i.test(wire.$address)) fail('an address must be hexadecimal');
  return `UINT64_C(${wire.$address})`;
}

/** `int64_t *items = abide_in("items", int64_t, 7, 8, 9);` @param {Body} body @param {Node} node @param {any[]} wire @param {string} name @param {string} c */
function list(body, node, wire, name, c) {
  const { types } = body.file;
  const element = node.to;
  const fitsOneLine = ['int', 'enum', 'float', 'bool', 'pointer', 'callback', 'struct'].includes(
    element.kind,
  );
  if (wire.length > 0 && fitsOneLine && !(element.kind === 'pointer' && element.to.kind === 'array')) {
    const items = wire.map((each) => value(body, element, each, name));
    const memory = `abide_${node.const ? 'const' : 'in'}(${literal(name)}, ${types.declare(element)}, ${items.join(', ')})`;
    body.emit(`${types.declare(node, c)} = ${tidied(body, element, memory)};`);
    return;
  }
  if (element.kind === 'void' || element.kind === 'opaque')
    fail(`a list cannot stand behind a pointer to ${element.kind}`);
  const writable = pointerTo(element);
  const size = `sizeof(${types.declare(element)}) * ${wire.length}`;
  body.emit(
    `${types.declare(writable, c)} = abide_new(${literal(name)}, ABIDE_${node.const ? 'CONST' : 'IN'}, ${alignOf(body, element)}, ${size}, NULL);`,
  );
  wire.forEach((each, i) => store(body, `${c}[${i}]`, element, each, name));
}

/** A struct literal leaves its padding as it was; memory of the driver has zeros there. @param {Body} body @param {Node} element @param {string} memory */
export function tidied(body, element, memory) {
  return element.kind === 'struct' ? `abide_tidy(${body.file.descriptors.of(element)}, ${memory})` : memory;
}

/** Memory for the callee to fill. @param {Body} body @param {Node} node @param {any} wire @param {string} name @param {string} c */
function out(body, node, wire, name, c) {
  const { types } = body.file;
  const unit = node.to.kind === 'void' ? 'char' : types.declare(node.to);
  const count = has(wire.$out, '$slot')
    ? `abide_slot_count(${Number(wire.$out.$slot)})`
    : String(countOf(wire.$out));
  body.emit(`${types.declare(pointerTo(node.to), c)} = abide_out(${literal(name)}, ${unit}, ${count});`);
  fillBegin(body, c, node.to, wire.from, name);
}

/** What stands at the start of memory that is filled with the pattern. @param {Body} body @param {string} c @param {Node} element @param {any} from @param {string} name */
export function fillBegin(body, c, element, from, name) {
  if (from === undefined || from === null) return;
  if (has(from, '$slot')) throw new NeedsRows('what memory begins with stands in a slot');
  if (has(from, '$bytes')) {
    const bytes = bytesOf(from.$bytes);
    body.emit(`abide_copy(${c}, ${literal(bytes)}, ${bytes.length});`);
    return;
  }
  if (!Array.isArray(from)) fail('expected a list that memory begins with');
  from.forEach((each, i) => store(body, `${c}[${i}]`, element, each, name));
}

/** @param {any} count */
export function countOf(count) {
  const number = Number(count);
  if (!Number.isSafeInteger(number) || number < 0) fail(`expected a count, found ${JSON.stringify(count)}`);
  return number;
}

/** @param {Body} body @param {Node} node @param {any} wire @param {string} name */
export function slotPointer(body, node, wire, name) {
  const { types, descriptors } = body.file;
  if (node.to.kind !== 'void' && !types.isData(node.to))
    throw new NeedsRows(`slot ${wire.$slot} points to more than data`);
  const c = body.names.take(name.split('.').at(-1) ?? 'slot');
  const native = body.takeArgument() && isNativeText(node, name);
  body.emit(
    `${types.declare(node, c)} = abide_slot_memory(${Number(wire.$slot)}, ${literal(name)}, ${descriptors.of(node.to)}, ${node.const}, ${native});`,
  );
  return c;
}

/** @param {Body} body @param {Node} node @param {any} wire @param {string} name */
export function functionPointer(body, node, wire, name) {
  if (wire === null) return 'NULL';
  if (has(wire, '$address'))
    return `(${body.file.types.base(node)})(uintptr_t)abide_address(${addressOf(wire)})`;
  if (has(wire, '$callback')) return body.file.callbacks.make(body, node, wire.$callback, name);
  return fail(`${JSON.stringify(wire)} cannot stand for a function pointer`);
}
