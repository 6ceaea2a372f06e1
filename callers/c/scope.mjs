// @ts-check
/** What a case binds, and which of its C functions can see it. */
import { fail } from './types.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/**
 * What a name stands for: an lvalue of a type. `pointer` is set for named memory: its address.
 * @typedef {{ node: Node, lvalue: string, pointer?: string }} Binding
 */

/** Lists of steps become C scopes of their own where they belong to a callback, a thread or a loop. */
export class Bindings {
  /** @param {Bindings | null} outer */
  constructor(outer) {
    this.outer = outer;
    /** @type {Map<string, Binding>} */
    this.own = new Map();
  }

  /** @param {string} name @returns {Binding | undefined} */
  find(name) {
    return this.own.get(name) ?? this.outer?.find(name);
  }
}

/**
 * Names that are used in another list of steps than the one that binds them: they become static
 * variables of the file, so that the functions of callbacks and threads see them.
 * @param {any[]} steps
 */
export function sharedNames(steps) {
  /** @type {Map<string, Set<number>>} */
  const scopes = new Map();
  let last = 0;
  /** @param {string} name @param {number} scope */
  const note = (name, scope) => {
    if (!scopes.has(name)) scopes.set(name, new Set());
    scopes.get(name)?.add(scope);
  };
  /** @param {any} value @param {number} scope */
  const visit = (value, scope) => {
    if (Array.isArray(value)) return value.forEach((each) => visit(each, scope));
    if (value === null || typeof value !== 'object') return;
    if (typeof value.$ref === 'string') note(value.$ref, scope);
    if (typeof value.$at === 'string') note(value.$at, scope);
    if (value.$callback !== undefined) {
      const inner = ++last;
      visit(value.$callback.returns ?? [], inner);
      visit(value.$callback.read ?? {}, inner);
      for (const list of Object.values(value.$callback.on ?? {})) walk(list, ++last);
      return;
    }
    Object.values(value).forEach((each) => visit(each, scope));
  };
  /** @param {any[]} list @param {number} scope */
  const walk = (list, scope) => {
    for (const step of list) {
      for (const name of namesBoundBy(step)) note(name, scope);
      const { steps: inner, ...rest } = step;
      visit(rest, scope);
      if (inner !== undefined) walk(inner, ++last);
    }
  };
  walk(steps, 0);
  const special = ['thread', 'round', 'param'];
  return new Set(
    [...scopes].filter(([name, { size }]) => size > 1 && !special.includes(name)).map(([name]) => name),
  );
}

/** @param {any} step @returns {string[]} */
function namesBoundBy(step) {
  const names = [step.let, step.bind, ...Object.values(step.bind_after ?? {})];
  return names.filter((name) => typeof name === 'string');
}

/** Every name that a piece of a plan refers to. @param {any} value @param {Set<string>} found */
export function referredIn(value, found = new Set()) {
  if (value !== null && typeof value === 'object') {
    for (const key of ['$ref', '$at']) if (typeof value[key] === 'string') found.add(value[key]);
    Object.values(value).forEach((each) => referredIn(each, found));
  }
  return found;
}

/**
 * A part of what is bound, as a C lvalue: fields by name, elements and pointees by index.
 * @param {import('./types.mjs').Interface} types @param {Binding} binding @param {string[]} path @returns {{ node: Node, lvalue: string, address: string, isInside: boolean }} `isInside`: no pointer was followed
 */
export function partOf(types, binding, path) {
  let { node, lvalue } = binding;
  let isInside = true;
  for (let rest = path; rest.length > 0; rest = rest.slice(1)) {
    const key = rest[0] ?? '';
    const isIndex = /^(0|[1-9]\d*)$/.test(key);
    isInside &&= node.kind !== 'pointer';
    if (node.kind === 'pointer' && !isIndex) {
      node = node.to;
      lvalue = `(*${lvalue})`;
    }
    if (isIndex && (node.kind === 'array' || node.kind === 'pointer')) {
      node = node.kind === 'array' ? node.of : node.to;
      lvalue = `${lvalue}[${key}]`;
    } else if (node.kind === 'struct' || node.kind === 'union') {
      const { fields, members } = types.declaration(node.ref);
      const inner = (fields ?? members).find((each) => each.name === key)?.type;
      lvalue = `${dot(lvalue)}${types.member(node.ref, key)}`;
      node = inner ?? fail(`${node.ref} has no ${key}`);
    } else if (node.kind === 'tagged') {
      const { variants } = types.declaration(node.ref);
      const field = variants.find((each) => each.name === key)?.fields.find((each) => each.name === rest[1]);
      if (field === undefined) fail(`${node.ref} has no ${rest.slice(0, 2).join('.')}`);
      lvalue = `${dot(lvalue)}${types.payload(node.ref, key, field.name)}`;
      node = field.type;
      rest = rest.slice(1);
    } else {
      fail(`nothing is called ${key} in a value of kind ${node.kind}`);
    }
  }
  return {
    node,
    lvalue,
    isInside,
    address: path.length === 0 && binding.pointer !== undefined ? binding.pointer : `&${lvalue}`,
  };
}

/** @param {string} lvalue */
const dot = (lvalue) => (/^\(\*(\w+)\)$/.test(lvalue) ? `${lvalue.slice(2, -1)}->` : `${lvalue}.`);
