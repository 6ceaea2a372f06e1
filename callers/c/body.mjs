// @ts-check
/** The body of one C function while it is being written. */
import { Names } from './names.mjs';
import { Bindings, partOf } from './scope.mjs';
import { fail } from './types.mjs';
import { pointeeOf, pointerTo } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./scope.mjs').Binding} Binding */
/** @typedef {import('./cases.mjs').CaseFile} CaseFile */

export class Body {
  /** @param {CaseFile} file @param {Body | null} outer the body around a block */
  constructor(file, outer = null) {
    this.file = file;
    this.names = outer?.names ?? new Names(file.names);
    this.bindings = new Bindings(outer?.bindings ?? null);
    /** @type {Map<string, Binding>} the parameters of a callback */
    this.params = outer?.params ?? new Map();
    this.indent = outer === null ? '    ' : `${outer.indent}    `;
    /** @type {string[]} */
    this.lines = outer?.lines ?? [];
    /** @type {string} round of the loop around, or -1 */
    this.round = outer?.round ?? '-1';
    this.isArgument = false;
  }

  /** @param {string} text */
  emit(text) {
    this.lines.push(`${this.indent}${text}\n`);
  }

  get text() {
    return this.lines.join('');
  }

  /** Whether the value being written is a whole argument; its parts are not. */
  takeArgument() {
    const was = this.isArgument;
    this.isArgument = false;
    return was;
  }

  /** @param {any} wire a reference @returns {{ bound: Binding, path: string[] }} */
  lookUp(wire) {
    const path = (wire.path ?? []).map(String);
    if (wire.$ref === 'param' && path.length > 0) {
      const bound = this.params.get(path[0] ?? '') ?? fail(`the callback has no parameter ${path[0]}`);
      return { bound, path: path.slice(1) };
    }
    const bound =
      this.bindings.find(wire.$ref) ??
      this.file.shared.get(wire.$ref) ??
      this.file.callbacks.bound.get(wire.$ref);
    return { bound: bound ?? fail(`nothing is bound as ${wire.$ref}`), path };
  }

  /** An lvalue and type. @param {any} wire */
  part(wire) {
    const { bound, path } = this.lookUp(wire);
    return partOf(this.file.types, bound, path);
  }

  /**
   * A variable that holds what is bound: static when several functions see it.
   * @param {string} name @param {Node} node @param {string} expression
   */
  bind(name, node, expression) {
    const shared = this.file.shared.get(name);
    if (shared !== undefined) {
      this.emit(`${shared.lvalue} = ${expression};`);
      return shared.lvalue;
    }
    const c = this.names.take(name);
    this.emit(`${this.file.types.declare(node, c)} = ${expression};`);
    this.bindings.own.set(name, { node, lvalue: c });
    return c;
  }

  /** The variable that points to named memory. @param {string} name @param {Node} node @param {string} expression */
  bindMemory(name, node, expression) {
    const shared = this.file.shared.get(name);
    const c = shared?.pointer ?? this.names.take(name);
    const pointer = pointerTo(pointeeOf(node));
    this.emit(`${shared === undefined ? this.file.types.declare(pointer, c) : c} = ${expression};`);
    if (shared === undefined) this.bindings.own.set(name, memoryBinding(node, c));
    return c;
  }
}

/** @param {Node} node @param {string} c @returns {Binding} */
export const memoryBinding = (node, c) => ({
  node,
  lvalue: node.kind === 'array' ? c : `(*${c})`,
  pointer: c,
});
