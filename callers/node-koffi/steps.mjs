// @ts-check
/** Plays the steps of a case, and journals what each did. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { Call } from './calls.mjs';
import { Memory } from './memory.mjs';
import { Frame } from './scope.mjs';
import { messageOf, Missing, Refusal } from './types.mjs';
import { isForm, load, observe, store, storeAll } from './values.mjs';

/**
 * @typedef {import('./calls.mjs').Subject} Subject
 * @typedef {import('./callbacks.mjs').Callback} Callback
 * @typedef {any} Step
 */

/** One play of a case: fresh memory, fresh names. */
export class Play {
  memory = new Memory();
  /** @type {Callback[]} */
  callbacks = [];
  /** Made since somebody last emptied it, by the step whose values are being made. @type {Callback[]} */
  made = [];
  /** Those that another thread will call: with one of them the event loop must run during calls. @type {Set<Callback>} */
  foreign = new Set();
  /** What went wrong inside a callback; the step around it tells. @type {unknown} */
  fault = undefined;
  raised = false;
  /** A refusal or fault ended the case; only releases are still played. */
  stopped = false;
  over = false;
  #frame;
  /** @type {Step} */
  #step = { id: '' };
  /** The step whose reading was announced last. @type {Step} */
  #announced = null;

  /** @param {Subject} subject */
  constructor(subject) {
    this.subject = subject;
    this.journal = subject.journal;
    this.#frame = new Frame(this, null);
  }

  /** Plays a case to its end; the damage that no step told of. @param {Step[]} steps */
  async play(steps) {
    await this.#all(steps, this.#frame);
    this.over = true;
    return this.memory.close();
  }

  /** @param {Step[]} steps @param {Frame} frame */
  async #all(steps, frame) {
    for (const step of steps) {
      if (this.stopped && !this.#stillReleases(step, frame)) continue;
      const pending = this.#one(step, frame);
      if (pending !== undefined) await pending;
    }
  }

  /** The steps inside a callback. @param {Step[]} steps @param {Frame} frame */
  playNow(steps, frame) {
    const around = this.#step;
    for (const step of steps) if (!this.stopped) void this.#one(step, frame);
    this.#step = around;
  }

  /** Binds what steps inside a callback call, so that nothing is announced in the middle of the call around them.
   * @param {Step[]} steps */
  bindAhead(steps) {
    for (const step of steps) {
      if (typeof step.call !== 'string') continue;
      try {
        Call.bind(step, this.#frame);
      } catch {
        // The step itself will meet this again, and tell.
      }
    }
  }

  /** Before memory is read that is not the driver's own. */
  aboutToRead() {
    if (this.#announced === this.#step) return;
    this.#announced = this.#step;
    this.journal.write({ at: 'read', step: this.#step.id });
  }

  /** A callback has read its arguments and returns to the library. */
  backInCall() {
    if (this.#announced !== this.#step) return;
    this.#announced = null;
    this.journal.write({ at: 'call', step: this.#step.id });
  }

  /** @param {Step} step @param {Frame} frame */
  #stillReleases(step, frame) {
    if (!step.release || frame !== this.#frame) return false;
    const names = JSON.stringify([step.call, step.args]).matchAll(/"\$ref":"((?:[^"\\]|\\.)*)"/gu);
    return [...names].every(([, name]) => frame.find(JSON.parse(`"${name}"`)) !== undefined);
  }

  /** @param {Step} step @param {Frame} frame @returns {Promise<void> | undefined} */
  #one(step, frame) {
    this.#step = step;
    this.#announced = null;
    this.made = [];
    try {
      return this.#dispatch(step, frame)?.catch((/** @type {unknown} */ error) =>
        this.#refuse(step, frame, error),
      );
    } catch (error) {
      this.#refuse(step, frame, error);
      return undefined;
    }
  }

  /** @param {Step} step @param {Frame} frame @returns {Promise<void> | undefined} */
  #dispatch(step, frame) {
    if ('call' in step) return this.#call(step, frame);
    if ('threads' in step) return this.#loop(step, frame, () => this.#threads(step, frame));
    if ('repeat' in step) return this.#loop(step, frame, () => this.#repeat(step, frame));
    if ('wait' in step) return this.#wait(step, frame);
    if ('let' in step) this.#let(step, frame);
    else if ('check' in step) {
      const { node, value, place } = frame.resolve(step.check);
      return this.#tell(step, frame, { value: observe(frame, node, value, step.read ?? null, place) });
    } else if ('get' in step) return this.#get(step, frame);
    else if ('set' in step) {
      const address = this.subject.exported(step.set);
      store(frame, this.#typeOf(step.set), step.value, address, step.set);
    } else if ('address' in step) this.#address(step, frame);
    else if ('find' in step) return this.#find(step, frame);
    else if ('drop' in step) this.#drop(step, frame);
    else if ('collect' in step) collect();
    else throw new Error(`a step of no known kind: ${Object.keys(step).join(', ')}`);
    return this.#tell(step, frame, {}, this.made);
  }

  /** @param {Step} step @param {Frame} frame */
  #call(step, frame) {
    const call = new Call(step, frame);
    if (this.foreign.size > 0 && !frame.synchronous) return call.later().then(() => this.#finish(call));
    call.now();
    return this.#finish(call);
  }

  /** @param {Call} call */
  #finish(call) {
    this.#step = call.step;
    const { fault } = this;
    this.fault = undefined;
    if (fault !== undefined) throw fault;
    const { before, behind } = call.outcome();
    return this.#tell(call.step, call.frame, before, call.made, behind);
  }

  /** @param {string} name */
  #typeOf(name) {
    const { type } = this.subject.declared(name);
    if (type === undefined) throw new Error(`${name} is no global`);
    return type;
  }

  /** @param {Step} step @param {Frame} frame */
  #let(step, frame) {
    const { type, value } = step;
    const block = this.memory.allocate(frame.types.size(type), frame.types.align(type), step.let, true);
    frame.bind(step.let, { node: type, place: block.at() });
    if (isForm(value, '$out')) block.fill();
    if (type.kind === 'array')
      storeAll(frame, type.of, isForm(value, '$out') ? (value.from ?? []) : value, block);
    else if (!isForm(value, '$out')) store(frame, type, value, block.address, step.let);
  }

  /** @param {Step} step @param {Frame} frame */
  #get(step, frame) {
    const node = this.#typeOf(step.get);
    const value = load(frame, node, this.subject.exported(step.get));
    if (step.bind !== undefined) frame.bind(step.bind, { node, value });
    return this.#tell(step, frame, { value: observe(frame, node, value, step.read ?? null, null) });
  }

  /** @param {Step} step @param {Frame} frame */
  #address(step, frame) {
    const to = this.subject.declared(step.address).type ?? /** @type {const} */ ({ kind: 'void' });
    const value = this.subject.exported(step.address);
    frame.bind(step.bind, { node: { kind: 'pointer', to, const: false }, value });
  }

  /** @param {Step} step @param {Frame} frame */
  #find(step, frame) {
    return this.#tell(step, frame, { found: this.subject.address(this.subject.symbol(step.find)) !== null });
  }

  /** @param {Step} step @param {Frame} frame */
  #drop(step, frame) {
    const callback = frame.callback(step.drop);
    callback.drop();
    this.foreign.delete(callback);
  }

  /** @param {Step} step @param {Frame} frame */
  #wait(step, frame) {
    const callback = frame.callback(step.wait);
    if (callback.count >= step.count) return this.#tell(step, frame, {});
    if (frame.synchronous) throw new Error('the event loop cannot run inside a callback');
    return callback.reached(step.count).then(() => this.#tell(step, frame, {}));
  }

  /** Steps inside steps, then the line of the step itself. @param {Step} step @param {Frame} frame
   * @param {() => Promise<void>} run */
  async #loop(step, frame, run) {
    if (frame.synchronous) throw new Error('threads and repeat cannot run inside a callback');
    await run();
    this.#step = step;
    if (!this.stopped) this.#tell(step, frame, {});
  }

  /** @param {Step} step @param {Frame} frame */
  async #repeat(step, frame) {
    for (let round = 0; round < step.repeat && !this.stopped; round++) {
      await this.#all(step.steps, new Frame(this, frame, { tags: { round } }));
    }
  }

  /** koffi's worker threads make the calls; a barrier is to await them all. @param {Step} step @param {Frame} frame */
  async #threads(step, frame) {
    if (step.steps.filter((/** @type {Step} */ inner) => 'call' in inner).length > 1)
      throw new Refusal(
        'driver',
        'call',
        'koffi cannot keep several asynchronous calls on one native thread',
      );
    const make = (/** @type {unknown} */ _, /** @type {number} */ thread) =>
      new Frame(this, frame, { tags: { thread }, own: true });
    const frames = Array.from({ length: step.threads }, make);
    for (const inner of step.steps) {
      if (this.stopped) return;
      if ('call' in inner) await this.#together(inner, frames);
      else for (const each of frames) await this.#one(inner, each);
    }
  }

  /** @param {Step} step @param {Frame[]} frames */
  async #together(step, frames) {
    this.#step = step;
    const calls = frames.map((frame) => this.#guarded(step, frame, () => new Call(step, frame)));
    if (this.stopped) return;
    await Promise.all(calls.map((call) => call?.later()));
    for (const call of calls) {
      this.#announced = null;
      if (call) this.#guarded(step, call.frame, () => this.#finish(call));
    }
  }

  /** @template T @param {Step} step @param {Frame} frame @param {() => T} run @returns {T | undefined} */
  #guarded(step, frame, run) {
    try {
      return run();
    } catch (error) {
      this.#refuse(step, frame, error);
      return undefined;
    }
  }

  /** @param {Step} step @param {Frame} frame @param {object} before @param {Callback[]} made @param {object} behind
   * @returns {undefined} */
  #tell(step, frame, before, made = [], behind = {}) {
    const top = frame === this.#frame;
    const told = this.callbacks.filter((each) => made.includes(each) || (top && each.untold > 0));
    const called =
      told.length === 0 ? {} : { called: Object.fromEntries(told.map((each) => [each.name, each.tell()])) };
    this.journal.write({ step: step.id, ...frame.tags, ...before, ...called, ...behind });
  }

  /** @param {Step} step @param {Frame} frame @param {unknown} error */
  #refuse(step, frame, error) {
    this.stopped = true;
    this.journal.write({ step: step.id, ...frame.tags, ...words(error) });
  }
}

/** @param {unknown} error */
function words(error) {
  if (error instanceof Missing) return { missing: error.symbol };
  if (error instanceof Refusal) return { unsupported: { by: error.by, at: error.at, why: error.message } };
  return { error: `${error instanceof Error ? error.name : typeof error}: ${messageOf(error)}` };
}

/** @type {(() => void) | null} */
let gc = null;

/** A full garbage collection, whether or not node was started with --expose-gc. */
function collect() {
  if (gc === null) {
    v8.setFlagsFromString('--expose-gc');
    gc = vm.runInNewContext('gc');
  }
  gc?.();
}
