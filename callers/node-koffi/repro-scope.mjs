// @ts-check
/** The names that a block of a written program sees, and what stands for them there. */
import { Block, CannotWrite, memberText } from './repro-code.mjs';
import { memberName } from './types.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./repro-code.mjs').Variable} Variable
 * @typedef {import('./repro-program.mjs').Program} Program
 * @typedef {{ address: string, offset: number, room: number | null }} Place where in memory that may carry the pattern
 * @typedef {{ node: Node, text: string, place?: Place | null, address?: string, callback?: any }} Value
 * @typedef {{ variable: Variable, node: Node, memory?: { patterned: boolean, size: number }, callback?: any, scope: Scope }} Binding
 */

/** @type {Node} */
const INDEX = { kind: 'int', name: 'i64', size: 8, signed: true };

/** An address some bytes further. @param {string} address @param {number} offset */
export const further = (address, offset) => (offset === 0 ? address : `${address} + ${offset}n`);

/** @param {Place} place @param {number} offset @returns {Place} */
export const placeAt = ({ address, offset: start, room }, offset) => ({
  address,
  offset: start + offset,
  room: room === null ? null : room - offset,
});

export class Scope {
  block = new Block();
  /** Names that only this block knows: parameters, `thread`, `round`. @type {Map<string, Value>} */
  said = new Map();
  /** @type {Map<string, Binding>} */
  #names = new Map();
  program;
  /** Inside a callback nothing can wait for the event loop. @type {boolean} */
  synchronous;
  #parent;
  #own;

  /** @param {Program} program @param {Scope | null} parent @param {{ own?: boolean, synchronous?: boolean }} [options] */
  constructor(program, parent, { own = false, synchronous = false } = {}) {
    this.program = program;
    this.#parent = parent;
    this.#own = own || parent === null;
    this.synchronous = synchronous || (parent?.synchronous ?? false);
  }

  get types() {
    return this.program.types.native;
  }

  get isTop() {
    return this.#parent === null;
  }

  /** A scope inside this one; its lines still have to be put somewhere.
   * @param {{ own?: boolean, synchronous?: boolean }} [options] */
  inner(options) {
    return new Scope(this.program, this, options);
  }

  /** A number that a loop counts. @param {string} name @param {string} text */
  count(name, text) {
    this.said.set(name, { node: INDEX, text });
  }

  /** A constant nobody else can mean. @param {string} wanted @param {string} value @returns {string} */
  keep(wanted, value) {
    const id = this.program.identifiers.fresh(wanted);
    this.block.give({ id, outside: false, changes: false }, value, true);
    return id;
  }

  /** Gives a name of the plan a value. @param {string} name @param {string} value
   * @param {Omit<Binding, 'variable' | 'scope'>} binding @param {string} [end] of the line */
  bind(name, value, binding, end) {
    const known = this.#home().#names.get(name);
    const variable = known?.variable ?? this.#variable(name);
    if (known !== undefined) {
      variable.changes = true;
      if (!known.scope.#contains(this)) variable.outside = true;
    }
    this.block.give(variable, value, known === undefined, end);
    this.#home().#names.set(name, { ...binding, variable, scope: known?.scope ?? this });
    return variable.id;
  }

  /** @param {string} name @returns {Variable} */
  #variable(name) {
    const variable = { id: this.program.identifiers.fresh(name), outside: false, changes: false };
    this.program.variables.add(variable);
    return variable;
  }

  /** Where `bind` puts a name: only threads keep theirs to themselves. @returns {Scope} */
  #home() {
    return this.#own || this.#parent === null ? this : this.#parent.#home();
  }

  /** @param {Scope} scope @returns {boolean} */
  #contains(scope) {
    return scope === this || (scope.#parent !== null && this.#contains(scope.#parent));
  }

  /** @param {string} name @returns {Binding | undefined} */
  #find(name) {
    return this.#names.get(name) ?? (this.#parent === null ? undefined : this.#parent.#find(name));
  }

  /** @param {string} name */
  knows(name) {
    return this.#find(name) !== undefined;
  }

  /** @param {string} name */
  find(name) {
    const found = this.#find(name);
    if (found === undefined) throw new CannotWrite(`$${name} stands for nothing here`);
    if (!found.scope.#contains(this)) found.variable.outside = true;
    return found;
  }

  /** @param {string} name @returns {Value | undefined} */
  #hears(name) {
    return this.said.get(name) ?? (this.#parent === null ? undefined : this.#parent.#hears(name));
  }

  /** What a reference stands for. @param {{ $ref: string, path?: string[] }} reference @returns {Value} */
  resolve({ $ref: name, path = [] }) {
    const param = name === 'param' ? this.#hears(`param ${path[0] ?? ''}`) : undefined;
    if (param !== undefined) return this.#part(param, path.slice(1));
    const said = this.#hears(name);
    if (said !== undefined) return this.#part(said, path);
    const { variable, node, memory, callback } = this.find(name);
    if (memory === undefined) return { ...this.#part({ node, text: variable.id }, path), callback };
    return this.#inMemory(variable.id, node, memory, path);
  }

  /** @param {Value} whole @param {string[]} path @returns {Value} */
  #part({ node, text }, path) {
    for (const segment of path) {
      const step = this.#into(node, segment);
      node = step.node;
      for (const key of step.keys) text = typeof key === 'number' ? `${text}[${key}]` : memberText(text, key);
    }
    return { node, text };
  }

  /** @param {string} address @param {Node} node @param {{ patterned: boolean, size: number }} memory @param {string[]} path
   * @returns {Value} */
  #inMemory(address, node, { patterned, size }, path) {
    let offset = 0;
    for (const segment of path) {
      const step = this.#into(node, segment);
      node = step.node;
      offset += step.offset;
    }
    const type = this.program.types.expression(node);
    const text = `koffi.decode(${address}, ${offset === 0 ? '' : `${offset}, `}${type})`;
    const place = patterned ? { address, offset, room: size - offset } : null;
    return { node, text, place, address: further(address, offset) };
  }

  /** One step of a path. @param {Node} node @param {string} segment
   * @returns {{ node: Node, keys: (string | number)[], offset: number }} */
  #into(node, segment) {
    const { types } = this;
    if (node.kind === 'array') {
      const index = Number(segment);
      return { node: node.of, keys: [index], offset: index * types.size(node.of) };
    }
    if (node.kind === 'struct' || node.kind === 'union') {
      const field = types.fields(node.ref).find(({ name }) => name === segment);
      if (field === undefined) throw new CannotWrite(`${node.ref} has no field ${segment}`);
      return { node: field.type, keys: [memberName(segment)], offset: types.offset(node, segment) };
    }
    if (node.kind === 'tagged') {
      const { form, layout } = types.declared(node.ref, 'tagged');
      if (form === 'structs') return this.#into(layout, segment);
      const payload = this.#into(layout, 'payload__');
      const variant = this.#into(payload.node, segment);
      return {
        ...variant,
        keys: [...payload.keys, ...variant.keys],
        offset: payload.offset + variant.offset,
      };
    }
    throw new CannotWrite(`a value of type ${node.kind} has no part ${segment}`);
  }
}
