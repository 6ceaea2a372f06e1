// @ts-check
/** A call as C statements: arguments, the call itself, what came out. */
import { literal } from './names.mjs';
import { read } from './reads.mjs';
import { fail } from './types.mjs';
import { value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./types.mjs').Field} Field */
/** @typedef {import('./body.mjs').Body} Body */

/** @param {Body} body @param {any} each */
export function signature(body, each) {
  const { types } = body.file;
  if (typeof each.call === 'string') {
    const { params, returns } = types.header.functions[each.call] ?? fail(`${each.call} is not declared`);
    return { params, returns, callee: types.functionNames.get(each.call) ?? '' };
  }
  const { params, returns } = types.declaration(each.type);
  /** @type {any} */
  const node = { kind: 'callback', ref: each.type };
  const callee = value(body, node, each.call, '');
  return { params, returns, callee: /^\w+$/.test(callee) ? callee : `(${callee})` };
}

/** @param {Body} body @param {any} each */
export function call(body, each) {
  const { types, descriptors } = body.file;
  const { params, returns, callee } = signature(body, each);
  body.file.use([...params.map((param) => param.type), returns]);
  const rule = each.read ?? {};
  const after = Object.entries(rule.after ?? {});
  const named = new Set([
    ...after.map(([param]) => param),
    ...Object.keys(each.bind_after ?? {}),
    ...countsIn(rule),
  ]);
  if (each.args.length !== params.length)
    fail(`${each.args.length} arguments stand for ${params.length} parameters`);
  /** @type {Map<string, { c: string, node: Node }>} */
  const locals = new Map();
  const args = params.map((param, i) => {
    const c = argument(body, param, each.args[i], named.has(param.name));
    locals.set(param.name, { c, node: param.type });
    return c;
  });
  if (each.errno === true) body.emit('abide_errno();');
  body.emit('abide_enter();');
  const expression = `${callee}(${args.join(', ')})`;
  let result = '';
  if (returns.kind === 'void') body.emit(`${expression};`);
  else if (each.bind !== undefined) result = body.bind(each.bind, returns, expression);
  else {
    result = body.names.take('result');
    body.emit(`${types.declare(returns, result)} = ${expression};`);
  }
  body.emit('abide_leave();');
  for (const [param, bound] of Object.entries(each.bind_after ?? {}))
    bindAfter(body, each, params, locals, param, bound);
  if (result !== '')
    body.emit(`abide_returns(${descriptors.of(returns)}, &${result}, ${read(body, rule.returns, locals)});`);
  for (const [param, how] of after) {
    const { c, node } = locals.get(param) ?? fail(`${each.call} has no parameter ${param}`);
    body.emit(`abide_after(${literal(param)}, ${descriptors.of(node)}, &${c}, ${read(body, how, locals)});`);
  }
}

/** Parameters whose pointee is a count: `{"$out":"len"}`. @param {any} rule @returns {string[]} */
export function countsIn(rule) {
  if (rule === null || typeof rule !== 'object') return [];
  const own = typeof rule.items?.$out === 'string' ? [rule.items.$out] : [];
  return [...own, ...Object.values(rule).flatMap(countsIn)];
}

/** @param {Body} body @param {Field} param @param {any} wire @param {boolean} isNamed */
function argument(body, param, wire, isNamed) {
  body.isArgument = true;
  const expression = value(body, param.type, wire, param.name);
  body.isArgument = false;
  const isOlder =
    param.type.kind === 'pointer' && wire !== null && (wire.$ref !== undefined || wire.$at !== undefined);
  if (isOlder) body.emit(`abide_give(${expression}, ${param.type.const});`);
  if (!isNamed || (/^\w+$/.test(expression) && body.names.taken.has(expression))) return expression;
  const c = body.names.take(param.name);
  body.emit(`${body.file.types.declare(param.type, c)} = ${expression};`);
  return c;
}

/** @param {Body} body @param {any} each @param {Field[]} params @param {Map<string, { c: string, node: Node }>} locals @param {string} param @param {string} name */
function bindAfter(body, each, params, locals, param, name) {
  const local = locals.get(param) ?? fail(`there is no parameter ${param}`);
  const wire = each.args[params.findIndex((one) => one.name === param)];
  if (!body.file.referred.has(name)) return;
  if (wire === null) fail(`nothing comes out of ${param}: it is null`);
  const { to } = local.node;
  if (to.kind === 'array') body.bindings.own.set(name, { node: to, lvalue: `(*${local.c})` });
  else if (to.kind === 'void' || to.kind === 'opaque') fail(`what ${param} points to has no type`);
  else body.bind(name, to, `*${local.c}`);
}
