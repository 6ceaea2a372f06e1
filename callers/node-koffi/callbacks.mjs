// @ts-check
/** Scripted callbacks: what each call gave is recorded, what it returns and does is in the plan. */
import koffi from 'koffi';
import { scratch } from './memory.mjs';
import { Frame } from './scope.mjs';
import { byKoffi } from './types.mjs';
import { load, observe, toNative } from './values.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {{ as?: string, type: string, returns?: any[], read?: Record<string, any>, on?: Record<string, any[]>,
 *   raises?: number, foreign_thread?: boolean, ends?: boolean }} Script
 */

/** The error that a callback raises when its script says so. */
export class Raised extends Error {
  name = 'abide';

  constructor() {
    super('abide');
  }
}

/** koffi has 8192 slots. The callbacks of cases that are over live on, until their slot is needed. @type {Callback[]} */
const live = [];

export class Callback {
  /** How often it was called in all. */
  count = 0;
  /** The calls that no journal line told of yet: all, or with `ends` the first and the last. @type {object[]} */
  calls = [];
  untold = 0;
  address = 0n;
  /** @type {{ count: number, done: () => void }[]} */
  #waiting = [];

  /** @param {Frame} frame @param {Script} script @param {string} name */
  constructor(frame, script, name) {
    this.frame = frame;
    this.script = script;
    this.name = script.as ?? name;
    this.node = /** @type {Node} */ ({ kind: 'callback', ref: script.type });
    this.type = frame.types.declared(script.type, 'callback');
  }

  register() {
    const type = this.frame.types.of(this.node);
    const relay = (/** @type {any[]} */ ...values) => this.#called(values);
    this.address = byKoffi('call', () => registered(relay, type));
    live.push(this);
  }

  drop() {
    byKoffi('call', () => {
      koffi.unregister(this.address);
    });
    live.splice(live.indexOf(this), 1);
  }

  /** What happened since it was told last, as the journal shows it. */
  tell() {
    const { calls, untold } = this;
    this.calls = [];
    this.untold = 0;
    if (!this.script.ends) return calls;
    return untold === 0 ? { count: '0' } : { count: String(untold), first: calls[0], last: calls.at(-1) };
  }

  /** @param {number} count @returns {Promise<void>} */
  reached(count) {
    // koffi's own handle does not keep the event loop alive.
    const alive = setInterval(() => undefined, 1_000_000);
    return new Promise((resolve) => {
      const done = () => {
        clearInterval(alive);
        resolve();
      };
      this.#waiting.push({ count, done });
    });
  }

  /** @param {any[]} values */
  #called(values) {
    const { play } = this.frame;
    this.count += 1;
    try {
      if (!play.over) this.#play(values);
      return this.#result();
    } catch (error) {
      if (error instanceof Raised) throw error;
      play.fault ??= error;
      return zero(this.frame, this.type.returns);
    } finally {
      for (const { count, done } of this.#waiting) if (this.count >= count) done();
    }
  }

  /** @param {any[]} values */
  #play(values) {
    const { frame, script } = this;
    this.#record(values);
    const steps = script.on?.[this.count];
    if (steps !== undefined) {
      const parts = this.type.params.map(({ name, type }, index) => [
        name,
        { node: type, value: values[index] },
      ]);
      const inner = new Frame(frame.play, frame, { synchronous: true });
      inner.say('param', { parts: Object.fromEntries(parts) });
      frame.play.playNow(steps, inner);
    }
    frame.play.backInCall();
    if (this.count === script.raises) {
      frame.play.raised = true;
      throw new Raised();
    }
  }

  /** @param {any[]} values */
  #record(values) {
    const { frame, script } = this;
    /** @type {Record<string, unknown>} */
    const call = {};
    this.type.params.forEach(({ name, type }, index) => {
      call[name] = observe(frame, type, values[index], script.read?.[name] ?? null, null);
    });
    this.untold += 1;
    if (script.ends && this.calls.length === 2) this.calls[1] = call;
    else this.calls.push(call);
  }

  #result() {
    const { returns } = this.type;
    const scripted = this.script.returns ?? [];
    if (returns.kind === 'void' || scripted.length === 0) return zero(this.frame, returns);
    const wire = scripted[Math.min(this.count, scripted.length) - 1];
    return toNative(this.frame, returns, wire, this.name);
  }
}

/** @param {Function} relay @param {import('koffi').TypeObject} type */
function registered(relay, type) {
  const full = koffi.stats().callbacks >= 8192;
  const oldest = full ? live.find(({ frame }) => frame.play.over) : undefined;
  oldest?.drop();
  return koffi.register(relay, type);
}

/** A whole type of zeros. @param {Frame} frame @param {Node} node */
function zero(frame, node) {
  return node.kind === 'void' ? undefined : load(frame, node, scratch(frame.types.size(node)).address);
}

/** Makes a callback known to its case; its function pointer. @param {Frame} frame @param {Script} script
 * @param {string} name what it is called without `as` */
export function makeCallback(frame, script, name) {
  const { play } = frame;
  const callback = new Callback(frame, script, name);
  callback.register();
  for (const steps of Object.values(script.on ?? {})) play.bindAhead(steps);
  play.callbacks.push(callback);
  play.made.push(callback);
  play.memory.nameCallback(callback.address, callback.name);
  frame.bind(callback.name, { node: callback.node, value: callback.address, callback });
  if (script.foreign_thread) play.foreign.add(callback);
  return callback.address;
}
