// @ts-check
/** Scripted callbacks as C functions: record, play the script, answer. */
import { identifier, literal } from './names.mjs';
import { Body } from './body.mjs';
import { read } from './reads.mjs';
import { steps } from './steps.mjs';
import { fail } from './types.mjs';
import { integer, value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */

/** The callbacks of one case. */
export class Callbacks {
  /** @param {import('./cases.mjs').CaseFile} file */
  constructor(file) {
    this.file = file;
    /** @type {Map<string, import('./scope.mjs').Binding>} */
    this.bound = new Map();
    /** @type {Map<string, string>} */
    this.states = new Map();
  }

  /** @param {string} name */
  state(name) {
    return this.states.get(name) ?? fail(`no callback is called ${name}`);
  }

  /** Writes the function and returns its name. @param {Body} body @param {Node} node @param {any} script @param {string} param */
  make(body, node, script, param) {
    const { file } = this;
    const { types } = file;
    const { params, returns } = types.declaration(node.ref);
    const called = script.as ?? param;
    const state = takeForBoth(file, body, `${identifier(called)}_calls`);
    const c = takeForBoth(file, body, `on_${identifier(called)}`);
    const inner = new Body(file);
    const names = types.parameterNames(params, inner.names);
    const head = `static ${types.declare(returns, `${c}(${types.parameters(params, names)})`)}`;
    file.use([node]);
    file.prototypes.push(`${head};\n`);
    const ends = script.ends === true ? ', .ends = true' : '';
    file.states.push(
      `static abide_callback ${state} = {.name = ${literal(called)}, .function = (abide_function)${c}${ends}};\n`,
    );
    this.bound.set(called, { node, lvalue: c });
    this.states.set(called, state);
    file.later.push(() => {
      write(inner, script, params, returns, names, state, called);
      return `${head}\n{\n${inner.text}}\n\n`;
    });
    body.emit(`abide_make(&${state});`);
    return c;
  }
}

/** A name of the file that no variable of the body hides. @param {import('./cases.mjs').CaseFile} file @param {Body} body @param {string} wanted */
function takeForBoth(file, body, wanted) {
  let name = file.names.take(wanted);
  while (body.names.taken.has(name)) name = file.names.take(wanted);
  return name;
}

/**
 * @param {Body} body @param {any} script @param {import('./types.mjs').Field[]} params @param {Node} returns
 * @param {string[]} names @param {string} state @param {string} called
 */
function write(body, script, params, returns, names, state, called) {
  const { descriptors, types } = body.file;
  params.forEach((param, i) => body.params.set(param.name, { node: param.type, lvalue: names[i] ?? '' }));
  for (const [i, param] of params.entries()) {
    const how = read(body, script.read?.[param.name], new Map());
    body.emit(`abide_argument(${literal(param.name)}, ${descriptors.of(param.type)}, &${names[i]}, ${how});`);
  }
  const acts = Object.entries(script.on ?? {});
  const answers = returns.kind === 'void' ? [] : (script.returns ?? []);
  const call = body.names.take('call');
  const needsCall = acts.length > 0 || answers.length > 1;
  body.emit(needsCall ? `uint64_t ${call} = abide_called(&${state});` : `abide_called(&${state});`);
  if (acts.length > 0) body.emit(`switch (${call}) {`);
  for (const [number, list] of acts) {
    if (!/^\d+$/.test(number)) fail(`${number} is not the number of a call`);
    body.emit(`case ${number}: {`);
    const block = new Body(body.file, body);
    steps(block, list, 'break;');
    if (!block.lines.at(-1)?.endsWith(' break;\n')) block.emit('break;');
    body.emit('}');
  }
  if (acts.length > 0) body.emit('}');
  if (returns.kind === 'void') return body.emit('abide_return();');
  const answer = body.names.take('answer');
  if (answers.length === 0) {
    body.emit(`${types.declare(returns, answer)};`);
    body.emit(`abide_zero(&${answer}, sizeof ${answer});`);
  } else if (
    answers.length > 1 &&
    returns.kind === 'int' &&
    returns.size <= 8 &&
    answers.every((/** @type {any} */ each) => typeof each === 'string')
  ) {
    const list = body.names.take('script');
    body.emit(
      `static const ${types.declare(returns, list)}[] = {${answers.map((/** @type {any} */ each) => integer(returns, each)).join(', ')}};`,
    );
    body.emit(
      `${types.declare(returns, answer)} = ${list}[${call} < ${answers.length} ? ${call} - 1 : ${answers.length - 1}];`,
    );
  } else {
    choose(body, returns, answers, answer, call, called);
  }
  body.emit('abide_return();');
  body.emit(`return ${answer};`);
}

/** @param {Body} body @param {Node} returns @param {any[]} answers @param {string} answer @param {string} call @param {string} called */
function choose(body, returns, answers, answer, call, called) {
  if (answers.length === 1) {
    const only = value(body, returns, answers[0], called);
    body.emit(`${body.file.types.declare(returns, answer)} = ${only};`);
    return;
  }
  body.emit(`${body.file.types.declare(returns, answer)};`);
  answers.forEach((each, i) => {
    const last = i + 1 === answers.length;
    const block = new Body(body.file, body);
    const otherwise = i === 0 ? '' : '} else ';
    body.emit(last ? '} else {' : `${otherwise}if (${call} == ${i + 1}) {`);
    block.emit(`${answer} = ${value(block, returns, each, called)};`);
  });
  body.emit('}');
}
