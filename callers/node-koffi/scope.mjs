// @ts-check
/** What names stand for: bound values, named memory, callbacks, and the parts of them. */
import { memberName } from './types.mjs';
import { load } from './values.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').NamedNode} NamedNode
 * @typedef {import('./memory.mjs').Place} Place
 * @typedef {import('./steps.mjs').Play} Play
 * @typedef {import('./callbacks.mjs').Callback} Callback
 * @typedef {{ node: Node, value: any, callback?: Callback }} Value
 * @typedef {{ node: Node, place: Place }} Named
 * @typedef {{ parts: Record<string, Value> }} Parts the parameters of a callback
 * @typedef {{ $ref: string, path?: string[] }} Reference
 */

/** The names that a list of steps sees: of the case, of one thread, one round, one call of a callback. */
export class Frame {
  /** @type {Map<string, Value | Named | Parts>} */
  #names = new Map();
  /** What the lines of this frame carry behind `step`. @type {{ thread?: number, round?: number }} */
  tags;
  /** Inside a callback nothing can wait for the event loop. @type {boolean} */
  synchronous;
  /** Where `bind` puts a name; only threads keep theirs to themselves. @type {Frame} */
  #home;
  #parent;

  /** @param {Play} play @param {Frame | null} parent
   * @param {{ tags?: { thread?: number, round?: number }, synchronous?: boolean, own?: boolean }} [options] */
  constructor(play, parent, { tags = {}, synchronous = false, own = false } = {}) {
    this.play = play;
    this.types = play.subject.types;
    this.#parent = parent;
    this.#home = parent === null || own ? this : parent.#home;
    this.tags = { ...parent?.tags, ...tags };
    this.synchronous = synchronous || (parent?.synchronous ?? false);
    for (const [name, value] of Object.entries(tags)) this.say(name, { node: INDEX, value: BigInt(value) });
  }

  /** @param {string} name @param {Value | Named} binding */
  bind(name, binding) {
    this.#home.#names.set(name, binding);
  }

  /** A name that only this frame knows. @param {string} name @param {Value | Parts} binding */
  say(name, binding) {
    this.#names.set(name, binding);
  }

  /** @param {string} name @returns {Value | Named | Parts | undefined} */
  find(name) {
    return this.#names.get(name) ?? this.#parent?.find(name);
  }

  /** Named memory. @param {string} name */
  memory(name) {
    const found = this.find(name);
    if (found === undefined || !('place' in found)) throw new Error(`${name} is no named memory`);
    return found.place;
  }

  /** @param {string} name */
  callback(name) {
    const found = this.find(name);
    if (found === undefined || !('callback' in found)) throw new Error(`${name} is no callback`);
    return /** @type {Callback} */ (found.callback);
  }

  /** A bound value, or memory as it is now, or a part of it. @param {Reference} reference
   * @returns {{ node: Node, value: any, place: Place | null }} */
  resolve({ $ref: name, path = [] }) {
    const found = this.find(name);
    if (found === undefined) throw new Error(`${name} is not bound`);
    if ('parts' in found) {
      const [param = '', ...rest] = path;
      const part = found.parts[param];
      if (part === undefined) throw new Error(`the callback has no parameter ${param}`);
      return this.#part(part, rest);
    }
    return 'place' in found ? this.#partOfMemory(found, path) : this.#part(found, path);
  }

  /** @param {Value} whole @param {string[]} path */
  #part({ node, value }, path) {
    for (const segment of path) {
      const step = this.#into(node, segment);
      node = step.node;
      for (const key of step.keys) value = value[key];
    }
    return { node, value, place: null };
  }

  /** @param {Named} whole @param {string[]} path */
  #partOfMemory({ node, place }, path) {
    for (const segment of path) {
      const step = this.#into(node, segment);
      node = step.node;
      place = place.at(step.offset);
    }
    return { node, value: load(this, node, place.address), place };
  }

  /** How many pointees a READ wants. @param {number | string | Reference} items */
  count(items) {
    const count = Number(typeof items === 'object' ? this.resolve(items).value : items);
    if (!Number.isSafeInteger(count) || count < 0) throw new Error(`${count} is no count of pointees`);
    return count;
  }

  /** One step of a path: what is there, under which keys of koffi's value, at which offset.
   * @param {Node} node @param {string} segment @returns {{ node: Node, keys: (string | number)[], offset: number }} */
  #into(node, segment) {
    if (node.kind === 'array') {
      const index = Number(segment);
      return { node: node.of, keys: [index], offset: index * this.types.size(node.of) };
    }
    if (node.kind === 'struct' || node.kind === 'union') {
      const field = this.types.fields(node.ref).find(({ name }) => name === segment);
      if (field === undefined) throw new Error(`${node.ref} has no field ${segment}`);
      return { node: field.type, keys: [memberName(segment)], offset: this.types.offset(node, segment) };
    }
    if (node.kind === 'tagged') {
      const { form, layout } = this.types.declared(node.ref, 'tagged');
      if (form === 'structs') return this.#into(layout, segment);
      const payload = this.#into(layout, 'payload__');
      const variant = this.#into(payload.node, segment);
      return {
        node: variant.node,
        keys: [...payload.keys, ...variant.keys],
        offset: payload.offset + variant.offset,
      };
    }
    throw new Error(`a value of type ${node.kind} has no part ${segment}`);
  }
}

/** @type {Node} */
const INDEX = { kind: 'int', name: 'i64', size: 8, signed: true };
