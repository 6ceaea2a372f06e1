// @ts-check
/** Memory for pointers as variables of the program. */
import { literal } from './names.mjs';
import { countOf } from './pointers.mjs';
import { fail } from './types.mjs';
import { bytesOf, store, value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./repro-body.mjs').ReproBody} ReproBody */

/** Beyond this a variable is static: a stack is small on some platforms. */
const LARGE = 1 << 15;

/** @type {any} */
const BYTE = { kind: 'int', name: 'c_uchar', size: 1, signed: false };

/** Kinds whose values C can write as one expression. */
const EXPRESSIBLE = ['int', 'enum', 'float', 'bool', 'pointer', 'callback', 'struct'];

/** @param {any} wire @param {string} key */
const has = (wire, key) =>
  wire !== null && typeof wire === 'object' && !Array.isArray(wire) && Object.hasOwn(wire, key);

/** @param {Node} of @param {number} length @returns {Node} */
const arrayOf = (of, length) => /** @type {any} */ ({ kind: 'array', of, length });

/** An initialiser needs no type in front of its braces. @param {string} expression */
const bare = (expression) => expression.replace(/^\([A-Za-z_]\w*\)(?=\{)/, '');

/** @param {ReproBody} body @param {string} name */
const nameFor = (body, name) => body.names.take(name.split('.').at(-1) || 'memory');

/** Only `main` and the functions of threads live as long as the case. @param {ReproBody} body @param {boolean} isLarge */
const storage = (body, isLarge) =>
  body.place === 'callback' || (isLarge && body.place === 'main') ? 'static ' : '';

/** A variable with this value. @param {ReproBody} body @param {string} declared @param {string} c @param {string} initialiser @param {string} type */
function declareWith(body, declared, c, initialiser, type) {
  if (storage(body, false) === '') return body.emit(`${declared} = ${initialiser};`);
  body.emit(`static ${declared.replace(/^const /, '')};`);
  const whole = initialiser.startsWith('{') ? `(${type})${initialiser}` : `(${type}){${initialiser}}`;
  body.emit(`memcpy(&${c}, &${whole}, sizeof ${c});`);
}

/** @param {ReproBody} body @param {Node} node @param {any} wire @param {string} name */
function pointer(body, node, wire, name) {
  body.takeArgument();
  if (wire === null) return 'NULL';
  if (has(wire, '$address')) return `(void *)${address(wire)}`;
  if (has(wire, '$at')) return inside(body, wire);
  if (has(wire, '$callback')) {
    const callback = node.to.kind === 'callback' ? node.to : node;
    return `(void *)(uintptr_t)${body.file.callbacks.make(body, callback, wire.$callback, 'callback')}`;
  }
  if (has(wire, '$text')) return text(body, node, bytesOf(wire.$text), name);
  if (has(wire, '$bytes')) return bytes(body, node, bytesOf(wire.$bytes), name);
  if (has(wire, '$out')) return out(body, node, wire, name);
  if (!Array.isArray(wire)) fail(`${JSON.stringify(wire)} cannot stand for a pointer`);
  return pointees(body, node, wire, name);
}

/** @param {any} wire */
function address(wire) {
  if (typeof wire.$address !== 'string' || !/^0x[0-9a-f]+$/i.test(wire.$address))
    fail('an address must be hexadecimal');
  return `(uintptr_t)${wire.$address.toLowerCase()}`;
}

/** @param {ReproBody} body @param {any} wire */
function inside(body, wire) {
  const { bound } = body.lookUp({ $ref: wire.$at });
  if (bound.pointer === undefined) fail(`${wire.$at} is not named memory`);
  const offset = Number(wire.offset ?? 0);
  if (!Number.isSafeInteger(offset)) fail('an offset must be an integer');
  const expression =
    offset === 0
      ? `(void *)${bound.pointer}`
      : `(void *)((char *)${bound.pointer} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)})`;
  const base = body.target(bound.pointer);
  if (base !== null)
    body.targets.set(expression, { ...base, single: false, count: `${bound.lvalue} ${offset}` });
  return expression;
}

/** @param {ReproBody} body @param {Node} node @param {Buffer} content @param {string} name */
function text(body, node, content, name) {
  const isChar = node.to.kind === 'int' && node.to.name === 'c_char';
  if (isChar && node.const && content.length < 4096) return literal(content);
  const element = node.to.kind === 'void' ? BYTE : node.to;
  if (element.kind !== 'int' || element.size !== 1) fail('text cannot stand for more than bytes');
  const c = nameFor(body, name);
  const size = content.length + 1;
  body.targets.set(c, { count: size, single: false, filled: null });
  if (repeats(body, body.file.types.declare(arrayOf(element, size), c), c, content)) return c;
  const isStatic = storage(body, size > LARGE) !== '';
  const isConst = node.const && !isStatic;
  body.emit(
    `${isStatic ? 'static ' : ''}${body.file.types.declare(arrayOf(element, size), c, isConst).replace(`[${size}]`, '[]')} = ${literal(content)};`,
  );
  if (body.place === 'callback') body.emit(`memcpy(${c}, ${literal(content)}, sizeof ${c});`);
  return c;
}

/** Long content that is a short piece again and again is written by a loop. @param {ReproBody} body @param {string} declared @param {string} c @param {Buffer} content */
function repeats(body, declared, c, content) {
  if (content.length < 4096) return false;
  let size = 1;
  while (size <= 64 && !content.subarray(size).equals(content.subarray(0, -size))) size++;
  if (size > 64) return false;
  const i = body.names.take('i');
  body.emit(`static ${declared};`);
  body.emit(`for (size_t ${i} = 0; ${i} < ${content.length}; ${i}++) {`);
  body.emit(`    ${c}[${i}] = ${literal(content.subarray(0, size))}[${i} % ${size}];`);
  body.emit('}');
  return true;
}

/** @param {Buffer} content @param {boolean} isSigned */
const byteList = (content, isSigned) =>
  `{${[...content].map((byte) => (isSigned ? String((byte << 24) >> 24) : `0x${byte.toString(16).padStart(2, '0')}`)).join(', ')}}`;

/** @param {ReproBody} body @param {Node} node @param {Buffer} content @param {string} name */
function bytes(body, node, content, name) {
  const { types } = body.file;
  const c = nameFor(body, name);
  const isByte = node.to.kind === 'int' && node.to.size === 1;
  const element = isByte ? node.to : BYTE;
  const isStatic = storage(body, content.length > LARGE) !== '';
  const size = Math.max(content.length, 1);
  const alignment = isByte
    ? ''
    : `_Alignas(${node.to.kind === 'void' || node.to.kind === 'opaque' ? 'max_align_t' : types.declare(node.to)}) `;
  const declared = types
    .declare(arrayOf(element, size), c, node.const && !isStatic)
    .replace(`[${size}]`, content.length === 0 ? '[1]' : '[]');
  const whole = alignment + types.declare(arrayOf(element, size), c);
  if (!repeats(body, whole, c, content)) {
    const list = content.length === 0 ? '{0}' : byteList(content, isByte && node.to.signed);
    body.emit(`${isStatic ? 'static ' : ''}${alignment}${declared} = ${list};`);
  }
  const expression = isByte || node.to.kind === 'void' ? c : `(void *)${c}`;
  if (isByte || node.to.kind === 'void')
    body.targets.set(expression, { count: content.length, single: false, filled: null });
  return expression;
}

/** Memory for the callee to fill. @param {ReproBody} body @param {Node} node @param {any} wire @param {string} name */
function out(body, node, wire, name) {
  const { types } = body.file;
  const count = countOf(wire.$out);
  const element = node.to.kind === 'void' ? BYTE : node.to;
  const c = nameFor(body, name);
  const single = count === 1 && node.to.kind !== 'void';
  const alignment = node.to.kind === 'void' ? '_Alignas(max_align_t) ' : '';
  const room = single ? element : arrayOf(element, Math.max(count, 1));
  body.emit(`${storage(body, count > LARGE / 8)}${alignment}${types.declare(room, c)};`);
  const expression = single ? `&${c}` : c;
  body.emit(`fill(${expression}, ${count === 0 ? 0 : `sizeof ${c}`});`);
  beginWith(body, single ? () => c : (i) => `${c}[${i}]`, expression, element, wire.from, name);
  body.targets.set(expression, { count, single, filled: expression });
  return expression;
}

/** @param {ReproBody} body @param {(i: number) => string} access @param {string} start @param {Node} element @param {any} from @param {string} name */
export function beginWith(body, access, start, element, from, name) {
  if (from === undefined || from === null) return;
  if (has(from, '$bytes')) {
    const content = bytesOf(from.$bytes);
    return body.emit(body.file.words.copy(start, literal(content), content.length));
  }
  if (!Array.isArray(from)) fail('expected a list that memory begins with');
  from.forEach((each, i) => store(body, access(i), element, each, name));
}

/** @param {ReproBody} body @param {Node} node @param {any[]} wire @param {string} name */
function pointees(body, node, wire, name) {
  if (node.to.kind === 'void' || node.to.kind === 'opaque')
    fail(`a list cannot stand behind a pointer to ${node.to.kind}`);
  const single = wire.length === 1;
  const room = single ? node.to : arrayOf(node.to, wire.length);
  const c = make(body, room, single ? wire[0] : wire, name, node.const);
  const expression = single ? `&${c}` : c;
  body.targets.set(expression, { count: wire.length, single, filled: null });
  return expression;
}

/** A variable that holds a value. @param {ReproBody} body @param {Node} node @param {any} wire @param {string} name @param {boolean} isConst */
export function make(body, node, wire, name, isConst, alignment = '') {
  const { types } = body.file;
  const isList = node.kind === 'array' && Array.isArray(wire) && EXPRESSIBLE.includes(node.of.kind);
  const room = node.kind === 'array' && Number(node.length) === 0 ? arrayOf(node.of, 1) : node;
  /** @param {string} initialiser */
  const define = (initialiser, isWhole = true) => {
    const c = nameFor(body, name);
    const declared = types.declare(room, c, isConst && storage(body, false) === '');
    const open = isList && isWhole && wire.length === Number(node.length) && wire.length > 0;
    const text = alignment + (open ? declared.replace(`${c}[${wire.length}]`, `${c}[]`) : declared);
    declareWith(
      body,
      storage(body, false) === '' ? text : alignment + types.declare(room, c),
      c,
      initialiser,
      types.declare(room),
    );
    return c;
  };
  if (isList) {
    const items = wire.map((/** @type {any} */ each) => bare(value(body, node.of, each, name)));
    const last = items.findLastIndex(
      (/** @type {string} */ each) => !['0', '0.0', 'NULL', 'false'].includes(each),
    );
    const shown = items.length > 8 ? items.slice(0, Math.max(last + 1, 1)) : items;
    return define(items.length === 0 ? '{0}' : `{${shown.join(', ')}}`, shown.length === items.length);
  }
  if (node.kind === 'array' && has(wire, '$bytes'))
    return define(byteList(bytesOf(wire.$bytes), node.of.signed));
  if (EXPRESSIBLE.includes(node.kind)) return define(bare(value(body, node, wire, name)));
  const c = nameFor(body, name);
  body.emit(`${storage(body, false)}${alignment}${types.declare(room, c)};`);
  if (node.kind === 'array') body.emit(body.file.words.zero(c));
  store(body, c, node, wire, name);
  return c;
}

/** @param {ReproBody} body @param {Node} node @param {any} wire @param {string} name */
function functionPointer(body, node, wire, name) {
  if (wire === null) return 'NULL';
  if (has(wire, '$address')) return `(${body.file.types.base(node)})${address(wire)}`;
  if (has(wire, '$callback')) return body.file.callbacks.make(body, node, wire.$callback, name);
  return fail(`${JSON.stringify(wire)} cannot stand for a function pointer`);
}

/** What values.mjs asks for pointers. */
export const reproPointers = {
  pointer,
  functionPointer,
  slotPointer: () => fail('the row of the table is not known'),
};
