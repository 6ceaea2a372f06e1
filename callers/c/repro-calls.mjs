// @ts-check
/** A call as the statements of a standalone program: arguments, the call itself, what came out. */
import { countsIn, signature } from './calls.mjs';
import { literal } from './names.mjs';
import { print } from './repro-line.mjs';
import { pointer, show } from './repro-show.mjs';
import { fail } from './types.mjs';
import { value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./types.mjs').Field} Field */
/** @typedef {import('./repro-body.mjs').ReproBody} ReproBody */
/** @typedef {import('./repro-show.mjs').Locals} Locals */

/** In a thread, what is printed waits for its turn. @param {ReproBody} body @param {() => void} write */
export function inTurn(body, write) {
  if (body.turn === '') return write();
  body.emit(`take_turn(${body.turn}, ${body.threads});`);
  write();
  body.emit(`end_turn(${body.turn}, ${body.threads});`);
  body.emit(`${body.turn} += ${body.threads};`);
}

/** @param {ReproBody} body @param {any} each */
export function call(body, each) {
  const { file } = body;
  const { params, returns, callee } = signature(body, each);
  const rule = each.read ?? {};
  const after = Object.entries(rule.after ?? {});
  const named = new Set([
    ...after.map(([param]) => param),
    ...Object.keys(each.bind_after ?? {}),
    ...countsIn(rule),
  ]);
  if (each.args.length !== params.length)
    fail(`${each.args.length} arguments stand for ${params.length} parameters`);
  /** @type {Locals} */
  const locals = new Map();
  body.callbacks.enter(each.id);
  const args = params.map((param, i) => {
    const local = argument(body, param, each.args[i], named.has(param.name));
    locals.set(param.name, { ...local, node: param.type });
    return local.c;
  });
  if (file.stepIds && !file.isForeign && body.place !== 'callback') body.emit(`step = ${literal(each.id)};`);
  if (each.errno === true) body.emit('errno = 0;');
  const expression = `${callee}(${args.join(', ')})`;
  let result = '';
  if (returns.kind === 'void') body.emit(`${expression};`);
  else if (each.bind !== undefined) result = body.bind(each.bind, returns, expression);
  else {
    result = body.names.take('result');
    body.emit(`${file.types.declare(returns, result)} = ${expression};`);
  }
  const error = each.errno === true ? body.names.take('error') : '';
  if (error !== '') body.emit(`int ${error} = errno;`);
  for (const [param, bound] of Object.entries(each.bind_after ?? {}))
    bindAfter(body, each, params, locals, param, bound);
  inTurn(body, () => {
    if (result !== '')
      print(body, `${each.id} returns`, (line) => show(line, returns, result, rule.returns, locals));
    for (const [param, how] of after) {
      const { c, node, target } = locals.get(param) ?? fail(`${each.call} has no parameter ${param}`);
      print(body, `${each.id} after ${param}`, (line) =>
        node.kind === 'pointer'
          ? pointer(line, node, c, how, locals, target)
          : show(line, node, c, how, locals),
      );
    }
    body.callbacks.leave(each.id, body);
    if (error !== '') print(body, `${each.id} errno`, (line) => line.arg('%d', error));
  });
}

/** @param {ReproBody} body @param {Field} param @param {any} wire @param {boolean} isNamed */
function argument(body, param, wire, isNamed) {
  const { types } = body.file;
  const expression = value(body, param.type, wire, param.name);
  let key = expression;
  if (wire?.$ref !== undefined && wire.path === undefined && param.type.kind === 'pointer')
    key = body.lookUp(wire).bound.pointer ?? '';
  const target = body.target(key);
  if (!isNamed || expression === 'NULL' || (/^&?\w+$/.test(expression) && !/^"/.test(expression)))
    return { c: expression, target };
  const c = body.names.take(param.name);
  body.emit(`${types.declare(param.type, c)} = ${expression};`);
  if (target === null || param.type.kind !== 'pointer') return { c, target: null };
  return { c, target: within(param.type, c, wire, target, key) };
}

/** How many pointees of another pointer's type there are. @param {Node} node @param {string} c @param {any} wire @param {import('./repro-body.mjs').Target} target @param {string} key */
function within(node, c, wire, target, key) {
  const size = node.to.kind === 'void' ? '' : ` / sizeof *${c}`;
  if (wire.$at !== undefined) {
    const [memory, offset] = String(target.count).split(' ');
    const count = `(sizeof ${memory} - ${offset})`;
    return { ...target, single: false, count: size === '' ? count : `${count}${size}` };
  }
  const count = target.single ? `sizeof ${key.slice(1)}` : `sizeof ${key}`;
  return wire.$ref === undefined
    ? { ...target, single: false }
    : { ...target, single: false, count: `${count}${size}` };
}

/** @param {ReproBody} body @param {any} each @param {Field[]} params @param {Locals} locals @param {string} param @param {any} name */
function bindAfter(body, each, params, locals, param, name) {
  const local = locals.get(param) ?? fail(`there is no parameter ${param}`);
  if (!body.file.referred.has(name)) return;
  if (each.args[params.findIndex((one) => one.name === param)] === null)
    fail(`nothing comes out of ${param}: it is null`);
  const { to } = local.node;
  const lvalue = local.c.startsWith('&') ? local.c.slice(1) : `*${local.c}`;
  if (to.kind === 'array')
    body.bindings.own.set(name, { node: to, lvalue: lvalue.startsWith('*') ? `(${lvalue})` : lvalue });
  else if (to.kind === 'void' || to.kind === 'opaque') fail(`what ${param} points to has no type`);
  else body.bind(name, to, lvalue);
}
