// @ts-check
/** Scripted callbacks as functions of a standalone program: print, play the script, answer. */
import { identifier } from './names.mjs';
import { ReproBody } from './repro-body.mjs';
import { Line } from './repro-line.mjs';
import { show } from './repro-show.mjs';
import { steps } from './repro-steps.mjs';
import { CannotWrite, fail } from './types.mjs';
import { integer, value } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./types.mjs').Field} Field */
/** @typedef {import('./repro-body.mjs').ReproFile} ReproFile */
/**
 * One callback: what it is called in the plan and in C, and its step. `print`: the function that tells
 * how often it was called, for one that is called too often to tell each time.
 * @typedef {{ called: string, c: string, counter: string, step: string, isNested: boolean, script: any, params: Field[], names: string[], print: string }} Callback
 */

export class ReproCallbacks {
  /** @param {ReproFile} file @param {any[]} list the steps of the case */
  constructor(file, list) {
    this.file = file;
    this.text = JSON.stringify(list);
    /** @type {Map<string, import('./scope.mjs').Binding>} */
    this.bound = new Map();
    /** @type {Map<string, Callback>} */
    this.callbacks = new Map();
    this.step = '0';
  }

  /** A call begins: the callbacks made for it are its own. @param {string} step */
  enter(step) {
    this.step = step;
  }

  /** A call has returned: tells of those that only count. @param {string} step @param {ReproBody} body */
  leave(step, body) {
    for (const each of this.callbacks.values()) {
      if (each.print === '') continue;
      if (each.step === step) body.emit(`${each.print}("${step}");`);
      else if (body.place === 'main')
        (body.emit(`if (${each.counter}_untold > 0) {`),
          body.emit(`    ${each.print}("${step}");`),
          body.emit('}'));
    }
  }

  /** How often it was called. @param {string} name */
  counter(name) {
    return (this.callbacks.get(name) ?? fail(`no callback is called ${name}`)).counter;
  }

  /** Writes the function and returns its name. @param {ReproBody} body @param {Node} wanted @param {any} script @param {string} param */
  make(body, wanted, script, param) {
    if (script.raises !== undefined)
      throw new CannotWrite('C has no exceptions that a callback could raise.');
    const { file } = this;
    const { types } = file;
    /** @type {Node} */
    const node = { ...wanted, kind: 'callback', ref: script.type ?? wanted.ref };
    const { params, returns } = types.declaration(node.ref);
    const called = script.as ?? param;
    const c = takeForBoth(file, body, `on_${identifier(called)}`);
    const counter = takeForBoth(file, body, `${identifier(called)}_calls`);
    const inner = new ReproBody(file, null, 'callback');
    const names = types.parameterNames(params, inner.names);
    const head = `static ${types.declare(returns, `${c}(${types.parameters(params, names)})`)}`;
    const isNested = body.place === 'callback';
    const printer = script.ends === true ? takeForBoth(file, body, `show_${identifier(called)}`) : '';
    /** @type {Callback} */
    const callback = { called, c, counter, step: this.step, isNested, script, params, names, print: printer };
    this.bound.set(called, { node, lvalue: c });
    this.callbacks.set(called, callback);
    if (this.counts(callback, returns)) {
      const isAsync =
        script.foreign_thread === true || this.text.includes(`"wait":${JSON.stringify(called)}`);
      const kind = isAsync ? 'atomic_uint' : 'unsigned';
      file.states.push(`static ${body.place === 'thread' ? '_Thread_local ' : ''}${kind} ${counter};\n`);
      if (body.isLoop) body.emit(`${counter} = 0;`);
    }
    if (printer !== '') this.pushEnds(callback);
    file.functions.push({
      name: c,
      head,
      text: () => {
        write(inner, callback, returns, this);
        return inner.text;
      },
    });
    return c;
  }

  /** Whether the program must know how often it was called. @param {Callback} callback @param {Node} returns */
  counts({ called, script }, returns) {
    const answers = returns.kind === 'void' ? [] : (script.returns ?? []);
    const isWaitedFor = this.text.includes(`"wait":${JSON.stringify(called)}`);
    return answers.length > 1 || Object.keys(script.on ?? {}).length > 0 || isWaitedFor;
  }

  /** First and last call are kept, and told when the call that made them has returned. @param {Callback} callback */
  pushEnds({ counter, called, params, names, script, print }) {
    const { file } = this;
    const untold = `${counter}_untold`;
    file.states.push(`static unsigned ${untold};\n`);
    const fields = params.map((each, i) => `    ${file.types.declare(each.type, names[i])};\n`).join('');
    if (params.length > 0)
      file.states.push(`static struct {\n${fields}} ${counter}_first, ${counter}_last;\n`);
    const text = () => {
      const body = new ReproBody(file);
      const record = (/** @type {string} */ which) => (/** @type {Line} */ line) =>
        members(line, params, (i) => `${counter}_${which}.${names[i]}`, script.read);
      const line = new Line(body);
      line.arg('%s', 'step_id');
      line.text(` called ${called} {count: `);
      line.arg('%u', untold);
      line.flush();
      body.emit(`if (${untold} > 0) {`);
      const inner = new Line(new ReproBody(file, body));
      inner.text(', first: ');
      record('first')(inner);
      inner.text(', last: ');
      record('last')(inner);
      inner.flush();
      body.emit('}');
      line.text('}\n');
      line.end();
      body.emit(`${untold} = 0;`);
      return body.text;
    };
    file.functions.push({ name: print, head: `static void ${print}(const char *step_id)`, text });
  }
}

/** @param {Line} line @param {Field[]} params @param {(i: number) => string} access @param {any} read */
function members(line, params, access, read) {
  line.text('{');
  params.forEach((each, i) => {
    line.text(`${i > 0 ? ', ' : ''}${each.name}: `);
    show(line, each.type, access(i), read?.[each.name], new Map());
  });
  line.text('}');
}

/** A name of the file that no variable of the body hides. @param {ReproFile} file @param {ReproBody} body @param {string} wanted */
function takeForBoth(file, body, wanted) {
  let name = file.names.take(wanted);
  while (body.names.taken.has(name)) name = file.names.take(wanted);
  return name;
}

/** @param {ReproBody} body @param {Callback} callback @param {Node} returns @param {ReproCallbacks} callbacks */
function write(body, callback, returns, callbacks) {
  const { called, counter, step, isNested, script, params, names } = callback;
  params.forEach((param, i) => body.params.set(param.name, { node: param.type, lvalue: names[i] ?? '' }));
  if (callback.print === '') {
    const line = new Line(body);
    if (body.file.stepIds && !isNested) line.arg('%s', 'step');
    else line.text(step);
    line.text(` called ${called} `);
    members(line, params, (i) => names[i] ?? '', script.read);
    line.text('\n');
    line.end();
  } else {
    for (const name of names) body.emit(`${counter}_last.${name} = ${name};`);
    body.emit(`if (${counter}_untold++ == 0) {`);
    body.emit(params.length === 0 ? '' : `    ${counter}_first = ${counter}_last;`);
    body.emit('}');
  }
  const acts = Object.entries(script.on ?? {});
  const answers = returns.kind === 'void' ? [] : (script.returns ?? []);
  if (callbacks.counts(callback, returns)) body.emit(`${counter}++;`);
  for (const [number, list] of acts) {
    if (!/^\d+$/.test(number)) fail(`${number} is not the number of a call`);
    body.emit(`if (${counter} == ${number}) {`);
    steps(new ReproBody(body.file, body), list);
    body.emit('}');
  }
  if (returns.kind !== 'void') answer(body, returns, answers, counter, called);
}

/** @param {ReproBody} body @param {Node} returns @param {any[]} answers @param {string} counter @param {string} called */
function answer(body, returns, answers, counter, called) {
  const { types } = body.file;
  if (answers.length === 0) {
    if (['int', 'enum', 'float'].includes(returns.kind)) return body.emit('return 0;');
    if (returns.kind === 'bool') return body.emit('return false;');
    if (returns.kind === 'pointer' || returns.kind === 'callback') return body.emit('return NULL;');
    const zeros = body.names.take('zeros');
    body.emit(`static ${types.declare(returns, zeros)};`);
    return body.emit(`return ${zeros};`);
  }
  if (
    answers.length > 1 &&
    returns.kind === 'int' &&
    returns.size <= 8 &&
    answers.every((each) => typeof each === 'string')
  ) {
    const list = body.names.take('script');
    body.emit(
      `static const ${types.declare(returns, list)}[] = {${answers.map((each) => integer(returns, each)).join(', ')}};`,
    );
    return body.emit(
      `return ${list}[${counter} < ${answers.length} ? ${counter} - 1 : ${answers.length - 1}];`,
    );
  }
  answers.forEach((each, i) => {
    const isLast = i + 1 === answers.length;
    const block = isLast ? body : new ReproBody(body.file, body);
    if (!isLast) body.emit(`if (${counter} == ${i + 1}) {`);
    block.emit(`return ${value(block, returns, each, called)};`);
    if (!isLast) body.emit('}');
  });
}
