// @ts-check
/** The steps of a case as C statements. */
import { literal } from './names.mjs';
import { Body } from './body.mjs';
import { referredIn } from './scope.mjs';
import { fail } from './types.mjs';
import { countOf, fillBegin, tidied } from './pointers.mjs';
import { call } from './calls.mjs';
import { read } from './reads.mjs';
import { pointeeOf, pointerTo, store, value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */

/**
 * A list of steps up to the first that cannot be played; `stop` are the statements that leave then.
 * @param {Body} body @param {any[]} list @param {string} stop
 */
export function steps(body, list, stop) {
  for (const [index, each] of list.entries()) {
    const refusal = refusalOf(body, each);
    if (refusal !== null) {
      body.emit(refusal);
      releases(body, list.slice(index + 1));
      if (stop !== '') body.emit(stop);
      return;
    }
    step(body, each);
    if (canRefuseInside(body, each) && index + 1 < list.length)
      leaveWhenRefused(body, list.slice(index + 1), stop);
  }
}

/** Calls of `release:` rules are made even when the case ended early. @param {Body} body @param {any[]} rest */
function releases(body, rest) {
  for (const each of rest) {
    const isBound = (/** @type {string} */ name) =>
      body.bindings.find(name) !== undefined || body.file.shared.has(name);
    if (each.release === true && refusalOf(body, each) === null && [...referredIn(each)].every(isBound))
      step(body, each);
  }
}

/** @param {Body} body @param {any[]} rest @param {string} stop */
function leaveWhenRefused(body, rest, stop) {
  body.emit('if (abide_refused()) {');
  const block = new Body(body.file, body);
  releases(block, rest);
  block.emit(stop === '' ? 'return;' : stop);
  body.emit('}');
}

/** Why a step cannot be played, as a statement. @param {Body} body @param {any} each @returns {string | null} */
function refusalOf(body, each) {
  const { header } = body.file.types;
  const name = typeof each.call === 'string' ? each.call : (each.get ?? each.set ?? each.address);
  const declared =
    typeof each.call === 'string' ? header.functions[name] : (header.globals[name] ?? header.functions[name]);
  if (name !== undefined && declared === undefined) fail(`${name} is not declared in the plan`);
  if (declared !== undefined && body.file.types.isMissing(declared.symbol)) {
    return `abide_missing(${literal(each.id)}, ${literal(declared.symbol)});`;
  }
  const { steps: _inner, ...own } = each;
  if (raises(own)) {
    return `abide_unsupported(${literal(each.id)}, "driver", "call", "C has no exceptions.");`;
  }
  return null;
}

/** Whether a callback made here raises; one made by another's steps is refused when these are played. @param {any} wire @returns {boolean} */
function raises(wire) {
  if (wire === null || typeof wire !== 'object') return false;
  if (wire.$callback !== undefined)
    return wire.$callback.raises !== undefined || raises(wire.$callback.returns ?? []);
  return Object.values(wire).some(raises);
}

/** Whether a step inside this one may end the case. @param {Body} body @param {any} wire @returns {boolean} */
function canRefuseInside(body, wire) {
  if (wire === null || typeof wire !== 'object') return false;
  const lists = [wire.steps, ...Object.values(wire.on ?? {})].filter(Array.isArray);
  return (
    lists.some((list) => list.some((each) => refusalOf(body, each) !== null)) ||
    Object.values(wire).some((each) => canRefuseInside(body, each))
  );
}

/** @param {Body} body @param {any} each */
function step(body, each) {
  if (each.threads !== undefined) return threads(body, each);
  if (each.repeat !== undefined) return repeat(body, each);
  body.emit(`abide_step(${literal(each.id)});`);
  if (each.call !== undefined) call(body, each);
  else if (each.let !== undefined) name(body, each);
  else if (each.check !== undefined) check(body, each);
  else if (each.get !== undefined) get(body, each);
  else if (each.set !== undefined) set(body, each);
  else if (each.address !== undefined) bindAddress(body, each);
  else if (each.find !== undefined) body.emit(`abide_found(${literal(symbolOf(body, each.find))});`);
  else if (each.wait !== undefined)
    body.emit(`abide_wait(&${body.file.callbacks.state(each.wait)}, ${countOf(each.count)});`);
  else if (each.drop === undefined && each.collect === undefined) fail(`step ${each.id} is of no known kind`);
  body.emit('abide_done();');
}

/** @param {Body} body @param {string} name */
function symbolOf(body, name) {
  const { functions, globals } = body.file.types.header;
  return functions[name]?.symbol ?? globals[name]?.symbol ?? name;
}

/** @param {Body} body @param {any} each */
function name(body, each) {
  const { types } = body.file;
  /** @type {Node} */
  const node = each.type;
  const element = pointeeOf(node);
  body.file.use([node]);
  const c = types.declare(element);
  const called = literal(each.let);
  const wire = each.value;
  if (wire !== null && typeof wire === 'object' && wire.$out !== undefined) {
    const count = node.kind === 'array' ? node.length : 1;
    const pointer = body.bindMemory(each.let, node, `abide_out(${called}, ${c}, ${count})`);
    fillBegin(body, pointer, element, wire.from, each.let);
    return;
  }
  if (['int', 'enum', 'float', 'bool', 'pointer', 'callback', 'struct'].includes(node.kind)) {
    const first = value(body, node, wire, each.let);
    body.bindMemory(each.let, node, tidied(body, node, `abide_in(${called}, ${c}, ${first})`));
    return;
  }
  const pointer = body.bindMemory(
    each.let,
    node,
    `abide_new(${called}, ABIDE_IN, _Alignof(${c}), sizeof(${types.declare(node)}), NULL)`,
  );
  store(body, node.kind === 'array' ? pointer : `(*${pointer})`, node, wire, each.let);
}

/** @param {Body} body @param {any} each */
function check(body, each) {
  const { node, address } = body.part(each.check);
  body.file.use([node]);
  body.emit(
    `abide_value(${body.file.descriptors.of(node)}, ${address}, ${read(body, each.read, new Map())});`,
  );
}

/** @param {Body} body @param {string} name */
function global(body, name) {
  const { type } = body.file.types.header.globals[name] ?? fail(`${name} is not a global`);
  body.file.use([type]);
  return { type, c: body.file.types.globalNames.get(name) ?? '' };
}

/** @param {Body} body @param {any} each */
function get(body, each) {
  const { type, c } = global(body, each.get);
  if (each.bind !== undefined && type.kind === 'array')
    body.bindings.own.set(each.bind, { node: type, lvalue: c });
  else if (each.bind !== undefined && body.file.referred.has(each.bind)) body.bind(each.bind, type, c);
  body.emit(`abide_value(${body.file.descriptors.of(type)}, &${c}, ${read(body, each.read, new Map())});`);
}

/** @param {Body} body @param {any} each */
function set(body, each) {
  const { type, c } = global(body, each.set);
  store(body, c, type, each.value, each.set);
}

/** @param {Body} body @param {any} each */
function bindAddress(body, each) {
  if (!body.file.referred.has(each.bind)) return;
  const { node, expression } = addressOf(body, each.address);
  body.bind(each.bind, node, expression);
}

/** @param {Body} body @param {string} name */
export function addressOf(body, name) {
  if (body.file.types.header.globals[name] !== undefined) {
    const { type, c } = global(body, name);
    return { node: pointerTo(pointeeOf(type)), expression: type.kind === 'array' ? c : `&${c}` };
  }
  /** @type {any} */
  const node = { kind: 'void' };
  return {
    node: pointerTo(node),
    expression: `(void *)(uintptr_t)${body.file.types.functionNames.get(name) ?? ''}`,
  };
}

/** @param {Body} body @param {any} each */
function repeat(body, each) {
  const round = body.names.take('round');
  body.emit(`for (int64_t ${round} = 0; ${round} < ${countOf(each.repeat)}; ${round}++) {`);
  const block = new Body(body.file, body);
  block.round = round;
  block.bindings.own.set('round', {
    node: /** @type {any} */ ({ kind: 'int', name: 'i64', size: 8, signed: true }),
    lvalue: round,
  });
  block.emit(`abide_round(${round});`);
  steps(block, each.steps, 'break;');
  body.emit('}');
  body.emit(`abide_round(${body.round});`);
  endOfList(body, each);
}

/** @param {Body} body @param {any} each */
function endOfList(body, each) {
  const line = [`abide_step(${literal(each.id)});`, 'abide_done();'];
  if (!canRefuseInside(body, each)) return line.forEach((text) => body.emit(text));
  body.emit('if (!abide_refused()) {');
  line.forEach((text) => body.emit(`    ${text}`));
  body.emit('}');
}

/** @param {Body} body @param {any} each */
function threads(body, each) {
  const { file } = body;
  const c = file.names.take(`${file.function}_threads`);
  const inner = new Body(file);
  const thread = inner.names.take('thread');
  inner.bindings.own.set('thread', {
    node: /** @type {any} */ ({ kind: 'int', name: 'u32', size: 4, signed: false }),
    lvalue: thread,
  });
  file.prototypes.push(`static void ${c}(unsigned ${thread});\n`);
  file.later.push(() => {
    steps(inner, each.steps, 'return;');
    return `static void ${c}(unsigned ${thread})\n{\n    (void)${thread};\n${inner.text}}\n\n`;
  });
  body.emit(`abide_threads(${literal(each.id)}, ${countOf(each.threads)}, ${c});`);
  endOfList(body, each);
}
