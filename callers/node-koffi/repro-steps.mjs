// @ts-check
/** Writes the steps of a case, as the driver plays them. */
import { Block, CannotWrite, plain, quoted } from './repro-code.mjs';
import { Callback } from './repro-callbacks.mjs';
import { Call, log } from './repro-calls.mjs';
import { Scope } from './repro-scope.mjs';
import { isPure, show } from './repro-shows.mjs';
import { Values } from './repro-values.mjs';
import { Refusal } from './types.mjs';

/**
 * @typedef {import('./repro-program.mjs').Program} Program
 * @typedef {any} Step
 */

/** Steps in which a stored callback may be called. @param {Step} step */
const mayCall = (step) => ['call', 'wait', 'threads', 'repeat'].some((key) => key in step);

export class Steps {
  #program;
  #steps;
  #top;
  #values;
  /** @type {Callback[]} */
  #callbacks = [];
  /** Those that another thread will call, and those that will raise. @type {Set<Callback>} */
  #live = new Set();
  /** The position of the step of the case that is being written. */
  #at = 0;
  /** @type {Step} */
  #step = { id: '' };
  /** The step in which the first callback was made that a later step may call. @type {number | null} */
  #storedAt = null;
  /** A refusal ended the case; only releases are still written. */
  #stopped = false;

  /** @param {Program} program @param {Step[]} steps */
  constructor(program, steps) {
    this.#program = program;
    this.#steps = steps;
    this.#top = new Scope(program, null);
    this.#values = new Values((scope, script, name) => this.#callback(scope, script, name));
  }

  write() {
    const { body } = this.#program;
    this.#steps.forEach((step, index) => {
      this.#at = index;
      if (this.#stopped && !this.#stillReleases(step)) return;
      this.#top.block = new Block();
      this.#one(this.#top, step);
      body.add(...(index === 0 ? [] : ['']), this.#stepLine(step, index), ...this.#top.block.lines);
    });
  }

  /** Tells stored callbacks which step is played. @param {Step} step @param {number} index */
  #stepLine(step, index) {
    return () => {
      const { step: variable } = this.#program;
      if (variable === null || !mayCall(step) || this.#storedAt === null || index < this.#storedAt)
        return null;
      return `${index === this.#storedAt ? 'let ' : ''}${variable} = ${quoted(step.id)};`;
    };
  }

  /** May a later step call what is made now? */
  #isStored() {
    if (this.#step !== this.#steps[this.#at] || !this.#steps.slice(this.#at + 1).some(mayCall)) return false;
    this.#storedAt ??= this.#at;
    this.#program.step ??= this.#program.identifiers.fresh('step');
    return true;
  }

  /** @param {Step} step */
  #stillReleases(step) {
    if (!step.release) return false;
    const names = JSON.stringify([step.call, step.args]).matchAll(/"\$ref":("(?:[^"\\]|\\.)*")/gu);
    return [...names].every(([, name = '""']) => this.#top.knows(JSON.parse(name)));
  }

  /** @param {Scope} scope @param {Step[]} steps */
  #all(scope, steps) {
    const around = this.#step;
    for (const step of steps) if (!this.#stopped) this.#one(scope, step);
    this.#step = around;
  }

  /** @param {Scope} scope @param {Step} step */
  #one(scope, step) {
    this.#step = step;
    const mark = this.#program.mark();
    try {
      this.#write(scope, step);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#stopped = true;
      scope.block.add(...this.#program.refusal(step.id, error, mark));
    }
  }

  /** @param {Scope} scope @param {Step} step */
  #write(scope, step) {
    const id = plain(step.id);
    if ('call' in step) this.#call(scope, step);
    else if ('threads' in step) this.#threads(scope, step);
    else if ('repeat' in step) this.#repeat(scope, step);
    else if ('wait' in step) this.#wait(scope, step);
    else if ('let' in step) this.#values.named(scope, step.type, step.value, step.let);
    else if ('check' in step) this.#check(scope, step);
    else if ('get' in step) this.#get(scope, step);
    else if ('set' in step) this.#set(scope, step);
    else if ('address' in step) this.#address(scope, step);
    else if ('find' in step) {
      const symbol = quoted(this.#program.symbol(step.find));
      scope.block.add(log(id, 'found', { expression: `${this.#program.use('exported')}(${symbol})` }));
    } else if ('drop' in step) this.#drop(scope, step);
    else if ('collect' in step) this.#collect(scope);
    else throw new CannotWrite(`step ${step.id} is of no known kind`);
    this.#tell(scope, step);
  }

  /** Says that a symbol is not there, if it is not. @param {Scope} scope @param {Step} step @param {string} symbol */
  #isMissing(scope, step, symbol) {
    if (!this.#program.lacks(symbol)) return false;
    this.#stopped = true;
    scope.block.add(`if (!${this.#program.use('exported')}(${quoted(symbol)})) {`);
    scope.block.add(`  console.log(${quoted(`${step.id} missing ${symbol}`)});`, '}');
    return true;
  }

  /** @param {Scope} scope @param {Step} step */
  #call(scope, step) {
    if (typeof step.call === 'string') {
      const { symbol } = this.#program.declaredFunction(step.call);
      if (this.#isMissing(scope, step, symbol)) return;
    }
    this.#values.refused = false;
    const call = new Call(scope, step, this.#values);
    const raises = [...this.#live].some(({ script }) => script.raises !== undefined);
    const foreign = [...this.#live].some(({ script }) => script.foreign_thread);
    const thrown = raises ? 'raised' : null;
    this.#stopped ||= this.#values.refused;
    call.write({
      later: foreign && !scope.synchronous,
      thrown: this.#values.refused ? 'unsupported' : thrown,
    });
  }

  /** The calls of callbacks of which only the ends are told. @param {Scope} scope @param {Step} step */
  #tell(scope, step) {
    for (const { calls, name, madeIn } of this.#callbacks) {
      if (calls === null || !(madeIn === step || (scope.isTop && mayCall(step)))) continue;
      const tell = `${this.#program.use('tell')}(${quoted(step.id)}, ${quoted(name)}, ${calls});`;
      scope.block.add(madeIn === step ? tell : `if (${calls}.length > 0) ${tell}`);
    }
  }

  /** @param {Scope} scope @param {import('./repro-callbacks.mjs').Script} script @param {string} name */
  #callback(scope, script, name) {
    const callback = new Callback(script, name, this.#step);
    callback.write(scope, {
      values: this.#values,
      isStored: () => this.#isStored(),
      play: (inner, steps) => {
        this.#all(inner, steps);
      },
    });
    this.#callbacks.push(callback);
    this.#live.add(callback);
    return callback.id;
  }

  /** @param {Scope} scope @param {Step} step */
  #check(scope, step) {
    const { node, text, place } = scope.resolve(step.check);
    const read = step.read ?? null;
    const simple = ['int', 'enum', 'bool', 'float', 'callback'].includes(node.kind) || isPure(text);
    const plainPointer = node.kind === 'pointer' && read === null;
    const value = simple || plainPointer ? text : scope.keep('value', text);
    scope.block.add(log(plain(step.id), 'value', show(scope, node, value, read, place ?? null)));
  }

  /** @param {Scope} scope @param {Step} step */
  #get(scope, step) {
    const { symbol, type } = this.#global(step.get);
    if (this.#isMissing(scope, step, symbol)) return;
    const text = `koffi.decode(library.symbol(${quoted(symbol)}), ${this.#program.types.expression(type)})`;
    const id =
      step.bind === undefined ? scope.keep('value', text) : scope.bind(step.bind, text, { node: type });
    scope.block.add(log(plain(step.id), 'value', show(scope, type, id, step.read ?? null, null)));
  }

  /** @param {Scope} scope @param {Step} step */
  #set(scope, step) {
    const { symbol, type } = this.#global(step.set);
    if (this.#isMissing(scope, step, symbol)) return;
    const value = this.#values.text(scope, type, step.value, step.set);
    const place = `library.symbol(${quoted(symbol)})`;
    scope.block.add(`koffi.encode(${place}, ${this.#program.types.expression(type)}, ${value});`);
  }

  /** @param {Scope} scope @param {Step} step */
  #address(scope, step) {
    const { symbol, type } = this.#program.declared(step.address);
    if (this.#isMissing(scope, step, symbol)) return;
    const to = type ?? /** @type {const} */ ({ kind: 'void' });
    const node = /** @type {const} */ ({ kind: 'pointer', to, const: false });
    scope.bind(step.bind, `library.symbol(${quoted(symbol)})`, { node });
  }

  /** @param {string} name */
  #global(name) {
    const { symbol, type } = this.#program.declared(name);
    if (type === null) throw new CannotWrite(`${name} is no global`);
    return { symbol, type };
  }

  /** @param {Scope} scope @param {string} name @returns {{ id: string, callback: Callback }} */
  #found(scope, name) {
    const { variable, callback } = scope.find(name);
    if (!(callback instanceof Callback)) throw new CannotWrite(`${name} is no callback`);
    return { id: variable.id, callback };
  }

  /** @param {Scope} scope @param {Step} step */
  #drop(scope, step) {
    const { id, callback } = this.#found(scope, step.drop);
    scope.block.add(`koffi.unregister(${id});`);
    this.#live.delete(callback);
  }

  /** @param {Scope} scope */
  #collect({ block }) {
    const v8 = this.#program.import('node:v8', 'default as v8');
    const vm = this.#program.import('node:vm', 'default as vm');
    block.add(`${v8}.setFlagsFromString('--expose-gc');`, `${vm}.runInNewContext('gc')();`);
  }

  /** @param {Scope} scope @param {Step} step */
  #wait(scope, step) {
    if (scope.synchronous) throw new CannotWrite('the event loop cannot run inside a callback');
    const { callback } = this.#found(scope, step.wait);
    callback.counted = true;
    const pause = this.#program.import('node:timers/promises', 'setTimeout');
    scope.block.add(`while (${callback.counter(scope)} < ${Number(step.count)}) await ${pause}(1);`);
  }

  /** @param {Scope} scope @param {Step} step */
  #repeat(scope, step) {
    const inner = scope.inner();
    const round = this.#program.identifiers.fresh('round');
    inner.count('round', round);
    this.#all(inner, step.steps);
    this.#step = step;
    const loop = `for (let ${round} = 0; ${round} < ${Number(step.repeat)}; ${round}++) {`;
    scope.block.add(loop, inner.block, '}');
  }

  /** The calls of all threads are on their way before the first result is looked at. @param {Scope} scope @param {Step} step */
  #threads(scope, step) {
    if (scope.synchronous) throw new CannotWrite('the event loop cannot run inside a callback');
    const index = step.steps.findIndex((/** @type {Step} */ inner) => 'call' in inner);
    if (step.steps.filter((/** @type {Step} */ inner) => 'call' in inner).length > 1)
      throw new Refusal(
        'driver',
        'call',
        'koffi cannot keep several asynchronous calls on one native thread',
      );
    this.#program.needThreads(step.threads);
    const thread = this.#program.identifiers.fresh('thread');
    const before = scope.inner({ own: true });
    before.count('thread', thread);
    this.#all(before, index < 0 ? step.steps : step.steps.slice(0, index));
    if (index < 0) {
      const loop = `for (let ${thread} = 0; ${thread} < ${Number(step.threads)}; ${thread}++) {`;
      scope.block.add(loop, before.block, '}');
      return;
    }
    const results = this.#program.identifiers.fresh('results');
    const tell = this.#program.identifiers.fresh('tell');
    this.#together(before, step.steps.slice(index));
    const count = Number(step.threads);
    scope.block.add(`const ${results} = await Promise.all(`);
    scope.block.add(`  Array.from({ length: ${count} }, async (_, ${thread}) => {`);
    const body = scope.inner();
    body.block.add(before.block);
    scope.block.add(body.block, '  }),', ');', `for (const ${tell} of ${results}) ${tell}();`);
  }

  /** @param {Scope} scope @param {Step[]} steps a call, and what follows it */
  #together(scope, [first, ...rest]) {
    this.#step = first;
    const call = new Call(scope, first, this.#values);
    const behind = scope.inner();
    call.write({ later: true, thrown: null, behind });
    this.#all(behind, rest);
    scope.block.add('return () => {', behind.block, '};');
  }
}
