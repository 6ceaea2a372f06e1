// @ts-check
/** The steps of a case as the statements of a standalone program. */
import { countOf } from './pointers.mjs';
import { literal } from './names.mjs';
import { countIn, ReproBody, variable } from './repro-body.mjs';
import { beginWith, make } from './repro-memory.mjs';
import { call, inTurn } from './repro-calls.mjs';
import { print } from './repro-line.mjs';
import { show } from './repro-show.mjs';
import { partOf, referredIn } from './scope.mjs';
import { addressOf } from './steps.mjs';
import { fail } from './types.mjs';
import { pointeeOf, store } from './values.mjs';

/** Up to the first step that needs what the library lacks. @param {ReproBody} body @param {any[]} list */
export function steps(body, list) {
  for (const [index, each] of list.entries()) {
    const symbol = missingSymbol(body, each);
    if (symbol === null) step(body, each);
    else inTurn(body, () => print(body, `${each.id} missing`, (line) => line.text(symbol)));
    if (symbol === null && endsInACallback(body, each)) {
      body.emit('if (stopped) {');
      const block = new ReproBody(body.file, body);
      releases(block, list.slice(index + 1));
      block.emit(body.place === 'main' ? 'return 0;' : 'exit(0);');
      body.emit('}');
    }
    const next = list[index + 1];
    if (body.file.isForeign && body.place !== 'callback' && next !== undefined)
      body.emit(`step = ${literal(next.steps?.[0]?.id ?? next.id)};`);
    if (symbol === null && !endsInside(body, each)) continue;
    releases(body, list.slice(index + 1));
    if (body.place === 'callback') body.emit('stopped = true;');
    else if (body.isLoop) body.emit('break;');
    return;
  }
}

/** Calls of `release:` rules are made even when the case ended early. @param {ReproBody} body @param {any[]} rest */
function releases(body, rest) {
  const isBound = (/** @type {string} */ name) =>
    body.bindings.find(name) !== undefined || body.file.shared.has(name);
  for (const each of rest) {
    if (each.release === true && missingSymbol(body, each) === null && [...referredIn(each)].every(isBound))
      step(body, each);
  }
}

/** Whether a step of a callback made here ends the case: only running it tells. @param {ReproBody} body @param {any} wire @returns {boolean} */
function endsInACallback(body, wire) {
  if (wire === null || typeof wire !== 'object') return false;
  const lists = /** @type {any[][]} */ (Object.values(wire.$callback?.on ?? {}));
  const ends = (/** @type {any} */ each) => missingSymbol(body, each) !== null;
  return (
    lists.some((list) => list.some(ends)) || Object.values(wire).some((each) => endsInACallback(body, each))
  );
}

/** Whether a step of a loop or of threads ends the case. @param {ReproBody} body @param {any} each @returns {boolean} */
function endsInside(body, each) {
  if (each.steps === undefined) return false;
  return each.steps.some(
    (/** @type {any} */ inner) => missingSymbol(body, inner) !== null || endsInside(body, inner),
  );
}

/** @param {ReproBody} body @param {any} each @returns {string | null} */
function missingSymbol(body, each) {
  const { functions, globals } = body.file.types.header;
  const name = typeof each.call === 'string' ? each.call : (each.get ?? each.set ?? each.address);
  if (name === undefined) return null;
  const { symbol } = functions[name] ?? globals[name] ?? fail(`${name} is not declared in the plan`);
  return body.file.types.isMissing(symbol) ? symbol : null;
}

/** @param {ReproBody} body @param {any} each */
function step(body, each) {
  if (each.threads !== undefined) return threads(body, each);
  if (each.repeat !== undefined) return repeat(body, each);
  if (each.call !== undefined) call(body, each);
  else if (each.let !== undefined) name(body, each);
  else if (each.check !== undefined) check(body, each);
  else if (each.get !== undefined) get(body, each);
  else if (each.set !== undefined) set(body, each);
  else if (each.address !== undefined) bindAddress(body, each);
  else if (each.find !== undefined) find(body, each);
  else if (each.wait !== undefined) wait(body, each);
  else if (each.drop === undefined && each.collect === undefined) fail(`step ${each.id} is of no known kind`);
}

/** @param {ReproBody} body @param {any} each */
function name(body, each) {
  const { file } = body;
  const node = each.type;
  const element = pointeeOf(node);
  const shared = file.shared.get(each.let);
  const alignment = file.alignment(each.let, node);
  const isOut = each.value !== null && typeof each.value === 'object' && each.value.$out !== undefined;
  let c = shared?.lvalue ?? '';
  if (shared === undefined && !isOut) c = make(body, node, each.value, each.let, false, alignment);
  else if (shared === undefined)
    body.emit(`${alignment}${file.types.declare(node, (c = body.names.take(each.let)))};`);
  else if (!isOut) {
    if (['array', 'struct', 'union', 'tagged'].includes(node.kind)) body.emit(file.words.zero(c));
    store(body, c, node, each.value, each.let);
  }
  const { pointer: place } = variable(node, c);
  if (isOut) {
    body.emit(`fill(${place}, sizeof ${c});`);
    beginWith(
      body,
      node.kind === 'array' ? (i) => `${c}[${i}]` : () => c,
      place,
      element,
      each.value.from,
      each.let,
    );
  }
  if (shared === undefined) body.bindings.own.set(each.let, variable(node, c));
  const target = { count: countIn(node), single: node.kind !== 'array', filled: isOut ? place : null };
  (shared === undefined ? body : file).targets.set(place, target);
}

/** @param {ReproBody} body @param {any} each */
function check(body, each) {
  const { bound, path } = body.lookUp(each.check);
  const { node, lvalue, isInside } = partOf(body.file.types, bound, path);
  const target = isInside ? body.target(bound.pointer ?? '') : null;
  inTurn(body, () =>
    print(body, `${each.id} value`, (line) =>
      show(line, node, lvalue, each.read, new Map(), target?.filled ?? null),
    ),
  );
}

/** @param {ReproBody} body @param {string} name */
function global(body, name) {
  const { type } = body.file.types.header.globals[name] ?? fail(`${name} is not a global`);
  return { type, c: body.file.types.globalNames.get(name) ?? '' };
}

/** @param {ReproBody} body @param {any} each */
function get(body, each) {
  const { type, c } = global(body, each.get);
  if (each.bind !== undefined && type.kind === 'array')
    body.bindings.own.set(each.bind, { node: type, lvalue: c });
  else if (each.bind !== undefined && body.file.referred.has(each.bind)) body.bind(each.bind, type, c);
  inTurn(body, () => print(body, `${each.id} value`, (line) => show(line, type, c, each.read, new Map())));
}

/** @param {ReproBody} body @param {any} each */
function set(body, each) {
  const { type, c } = global(body, each.set);
  store(body, c, type, each.value, each.set);
}

/** @param {ReproBody} body @param {any} each */
function bindAddress(body, each) {
  if (!body.file.referred.has(each.bind)) return;
  const { node, expression } = addressOf(body, each.address);
  body.bind(each.bind, node, expression);
}

/** @param {ReproBody} body @param {any} each */
function find(body, each) {
  const { functions, globals } = body.file.types.header;
  const symbol = functions[each.find]?.symbol ?? globals[each.find]?.symbol ?? each.find;
  const isWindows = process.platform === 'win32';
  if (!body.file.looksUp) {
    const open = isWindows
      ? 'HMODULE library = LoadLibraryA(LIBRARY);'
      : 'void *library = dlopen(LIBRARY, RTLD_LAZY);';
    body.file.looksUp = true;
    body.emit(open);
  }
  const look = isWindows ? 'GetProcAddress' : 'dlsym';
  inTurn(body, () =>
    print(body, `${each.id} found`, (line) =>
      line.arg('%s', `library != NULL && ${look}(library, ${literal(symbol)}) != NULL ? "true" : "false"`),
    ),
  );
}

/** @param {ReproBody} body @param {any} each */
function wait(body, each) {
  body.emit(`while (${body.callbacks.counter(each.wait)} < ${countOf(each.count)}) {`);
  body.emit('    wait_a_little();');
  body.emit('}');
  body.callbacks.leave(each.id, body);
}

/** @param {ReproBody} body @param {any} each */
function repeat(body, each) {
  const round = body.names.take('round');
  body.emit(`for (int64_t ${round} = 0; ${round} < ${countOf(each.repeat)}; ${round}++) {`);
  const block = new ReproBody(body.file, body);
  block.isLoop = true;
  block.bindings.own.set('round', {
    node: /** @type {any} */ ({ kind: 'int', name: 'i64', size: 8, signed: true }),
    lvalue: round,
  });
  steps(block, each.steps);
  body.emit('}');
}

/** @param {ReproBody} body @param {any} each */
function threads(body, each) {
  const { file } = body;
  const count = countOf(each.threads);
  const work = file.names.take('work');
  const inner = new ReproBody(file, null, 'thread');
  const thread = inner.names.take('thread');
  inner.bindings.own.set('thread', {
    node: /** @type {any} */ ({ kind: 'int', name: 'u32', size: 4, signed: false }),
    lvalue: thread,
  });
  inner.turn = inner.names.take('turn');
  inner.threads = String(count);
  inner.emit(`unsigned ${thread} = (unsigned)(uintptr_t)argument;`);
  inner.emit(`unsigned ${inner.turn} = ${thread};`);
  const text = () => {
    steps(inner, each.steps);
    inner.emit('return NULL;');
    return inner.text;
  };
  file.functions.push({ name: work, head: `static void *${work}(void *argument)`, text });
  const all = body.names.take('threads');
  body.emit(`pthread_t ${all}[${count}];`);
  if (file.turnsTaken) body.emit('called = printed = 0;');
  file.turnsTaken = true;
  body.emit(`for (unsigned i = 0; i < ${count}; i++) {`);
  body.emit(`    pthread_create(&${all}[i], NULL, ${work}, (void *)(uintptr_t)i);`);
  body.emit('}');
  body.emit(`for (unsigned i = 0; i < ${count}; i++) {`);
  body.emit(`    pthread_join(${all}[i], NULL);`);
  body.emit('}');
}
