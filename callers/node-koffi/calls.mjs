// @ts-check
/** The subject's symbols, and one native call: arguments in, the call itself, what came back. */
import koffi from 'koffi';
import { Raised } from './callbacks.mjs';
import { textForm } from './memory.mjs';
import { byKoffi, isChar, messageOf, Missing, Refusal, TEXT, Types } from './types.mjs';
import { load, observe, toNative } from './values.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./scope.mjs').Frame} Frame
 * @typedef {import('./callbacks.mjs').Callback} Callback
 * @typedef {{ params: Field[], returns: Node, text: boolean, now: Function, later: () => Function }} Target
 * @typedef {any} Step
 */

/** The library with its interface; everything is looked up when first needed. */
export class Subject {
  /** @type {Map<string, Target>} */
  #targets = new Map();
  /** @type {Map<string, import('koffi').TypeObject>} */
  #prototypes = new Map();
  #library;
  #header;

  /** @param {import('koffi').LibraryHandle} library @param {any} header @param {import('./types.mjs').Journal} journal */
  constructor(library, header, journal) {
    this.#library = library;
    this.#header = header;
    this.types = new Types(header.types ?? {}, journal);
    this.journal = journal;
  }

  /** The address of a symbol, null when there is none. @param {string} symbol @returns {bigint | null} */
  address(symbol) {
    try {
      return this.#library.symbol(symbol);
    } catch {
      return null;
    }
  }

  /** A declared global or function. @param {string} name @returns {{ symbol: string, type?: Node }} */
  declared(name) {
    const found = this.#header.globals?.[name] ?? this.#header.functions?.[name];
    if (found === undefined) throw new Error(`the plan declares no function or global ${name}`);
    return found;
  }

  /** The symbol of what is declared under a name, else the name itself. @param {string} name @returns {string} */
  symbol(name) {
    return (this.#header.globals?.[name] ?? this.#header.functions?.[name])?.symbol ?? name;
  }

  /** The address of a declared global or function. @param {string} name */
  exported(name) {
    const { symbol } = this.declared(name);
    const address = this.address(symbol);
    if (address === null) throw new Missing(symbol);
    return address;
  }

  /** A function, bound. `text`: its returned text is all that is wanted of it, so koffi's string is its type.
   * @param {string} name @param {boolean} text @param {string} step @returns {Target} */
  function(name, text, step) {
    const key = text ? `${name} text` : name;
    let target = this.#targets.get(key);
    if (target === undefined) {
      this.journal.write({ at: 'bind', step });
      target = this.#bind(name, text);
      this.journal.write({ at: 'call', step });
      this.#targets.set(key, target);
    }
    return target;
  }

  /** @param {string} name @param {boolean} text @returns {Target} */
  #bind(name, text) {
    const declaration = this.#header.functions?.[name];
    if (declaration === undefined) throw new Error(`the plan declares no function ${name}`);
    const { symbol, params, returns } = declaration;
    if (this.address(symbol) === null) throw new Missing(symbol);
    const types = params.map((/** @type {Field} */ { type }) => this.types.argument(type));
    const result = text ? TEXT : this.types.of(returns);
    const bound = byKoffi('bind', () => this.#library.func(symbol, result, types));
    return { params, returns, text, now: bound, later: () => bound.async };
  }

  /** A function pointer with the signature of a callback type.
   * @param {bigint} address @param {string} ref @param {string} step @returns {Target} */
  pointer(address, ref, step) {
    let type = this.#prototypes.get(ref);
    if (type === undefined) {
      this.journal.write({ at: 'bind', step });
      type = this.types.prototype(ref, true);
      this.#prototypes.set(ref, type);
      this.journal.write({ at: 'call', step });
    }
    const prototype = type;
    const now = (/** @type {any[]} */ ...values) => koffi.call(address, prototype, ...values);
    const later = () => koffi.decode(address, prototype).async;
    return { ...this.types.declared(ref, 'callback'), text: false, now, later };
  }

  /** The allocation counter of the subject, null when it has none. @returns {(() => number | bigint) | null} */
  ledger() {
    const symbol = this.#header.ledger;
    if (typeof symbol !== 'string' || this.address(symbol) === null) return null;
    return this.#library.func(symbol, 'size_t', []);
  }
}

/** @param {Step} step @param {Node} returns */
const wantsOnlyText = (step, returns) =>
  returns.kind === 'pointer' &&
  isChar(returns.to) &&
  step.read?.returns?.text === true &&
  step.bind === undefined;

/** One native call. Its arguments are made when it is constructed. */
export class Call {
  /** @type {any} */
  #value;
  /** @type {unknown} */
  #thrown;
  #failed = false;
  /** @type {number | null} */
  #errno = null;
  /** The callbacks among its arguments. @type {Callback[]} */
  made;

  /** @param {Step} step @param {Frame} frame */
  constructor(step, frame) {
    this.step = step;
    this.frame = frame;
    this.target = Call.bind(step, frame);
    const { memory } = frame.play;
    memory.handOver();
    frame.play.made = [];
    this.values = this.target.params.map(({ name, type }, index) =>
      toNative(frame, type, step.args[index], name, true),
    );
    this.given = memory.handOver();
    this.made = frame.play.made;
  }

  /** @param {Step} step @param {Frame} frame */
  static bind(step, frame) {
    const { subject } = frame.play;
    if (typeof step.call !== 'string')
      return subject.pointer(frame.resolve(step.call).value, step.type, step.id);
    const { returns } = /** @type {any} */ (subject.declared(step.call));
    return subject.function(step.call, wantsOnlyText(step, returns), step.id);
  }

  now() {
    if (this.step.errno) koffi.errno(0);
    try {
      this.#value = this.target.now(...this.values);
    } catch (error) {
      this.#fail(error);
    }
    if (this.step.errno) this.#errno = koffi.errno();
  }

  /** The same on one of koffi's worker threads, with the event loop running. @returns {Promise<void>} */
  later() {
    if (this.step.errno) koffi.errno(0);
    return new Promise((resolve) => {
      const done = (/** @type {unknown} */ error, /** @type {any} */ value) => {
        if (this.step.errno) this.#errno = koffi.errno();
        if (error) this.#fail(error);
        this.#value = value;
        resolve();
      };
      try {
        this.target.later()(...this.values, done);
      } catch (error) {
        done(error, undefined);
      }
    });
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#failed = true;
    this.#thrown = error;
  }

  /** What the journal tells of it: what stands before `called`, and what behind. */
  outcome() {
    const { frame, step, target } = this;
    const damage = frame.play.memory.damageBy(this.given);
    if (this.#failed && !(this.#thrown instanceof Raised)) {
      throw new Refusal('ffi', 'call', messageOf(this.#thrown));
    }
    this.#bindResults();
    /** @type {Record<string, unknown>} */
    const before = {};
    if (this.#failed) before.raised = 'abide';
    else if (target.text) before.returns = textForm(this.#value);
    else if (target.returns.kind !== 'void') {
      before.returns = observe(frame, target.returns, this.#value, this.#read(step.read?.returns), null);
    }
    const after = Object.entries(step.read?.after ?? {}).map(([name, read]) => [
      name,
      this.#after(name, read),
    ]);
    if (after.length > 0) before.after = Object.fromEntries(after);
    /** @type {Record<string, unknown>} */
    const behind = {};
    if (this.#errno !== null) behind.errno = String(this.#errno);
    if (damage.length > 0) behind.damage = damage;
    return { before, behind };
  }

  #bindResults() {
    const { frame, step, target } = this;
    if (step.bind !== undefined && !this.#failed) {
      frame.bind(step.bind, { node: target.returns, value: this.#value });
    }
    for (const [param, name] of Object.entries(step.bind_after ?? {})) {
      const pointee = this.#pointee(param);
      if (pointee !== null) frame.bind(name, pointee);
    }
  }

  /** The first thing that the pointer given for a parameter points at. @param {string} param */
  #pointee(param) {
    const { type, value } = this.#argument(param);
    if (type.kind !== 'pointer') throw new Error(`${param} is no pointer`);
    if (value === null) return null;
    return { node: type.to, value: load(this.frame, type.to, value) };
  }

  /** @param {string} param */
  #argument(param) {
    const index = this.target.params.findIndex(({ name }) => name === param);
    const found = this.target.params[index];
    if (found === undefined) throw new Error(`${String(this.step.call)} has no parameter ${param}`);
    return { type: found.type, value: this.values[index] };
  }

  /** @param {string} param @param {any} read */
  #after(param, read) {
    const { type, value } = this.#argument(param);
    if (typeof value === 'string') return textForm(value);
    return observe(this.frame, type, value, this.#read(read), null);
  }

  /** A READ with the counts known that stand in memory this call was given. @param {any} read @returns {any} */
  #read(read) {
    if (typeof read !== 'object' || read === null) return read ?? null;
    if ('$out' in read) return Number(this.#pointee(read.$out)?.value ?? 0);
    if ('$ref' in read) return read;
    return Object.fromEntries(Object.entries(read).map(([key, value]) => [key, this.#read(value)]));
  }
}
