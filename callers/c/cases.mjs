// @ts-check
/** One case, or one table, as a C function with what it needs in front of it. */
import { comment, identifier, literal } from './names.mjs';
import { Body, memoryBinding } from './body.mjs';
import { Callbacks } from './callbacks.mjs';
import * as pointers from './pointers.mjs';
import { referredIn, sharedNames } from './scope.mjs';
import { addressOf, steps } from './steps.mjs';
import { CannotWrite } from './types.mjs';
import { NeedsRows, pointeeOf, pointerTo } from './values.mjs';

/** @typedef {import('./types.mjs').Node} Node */
/** @typedef {import('./types.mjs').Interface} Interface */
/** @typedef {{ key: string, function: string, text: string, uses: Node[] }} Written */

/** How generated code says what the runtime does for it. */
const RUNTIME_WORDS = {
  anyFunction: 'abide_function',
  /** By its bits; what it is in decimal is only said. @param {string} bits @param {number} value */
  float: (bits, value) =>
    `abide_f${bits.length * 4}(0x${bits}) /* ${Object.is(value, -0) ? '-0' : String(value)} */`,
  /** @param {string} lvalue */
  zero: (lvalue) => `abide_zero(&${lvalue}, sizeof ${lvalue});`,
  /** @param {string} to @param {string} from @param {string | number} size */
  copy: (to, from, size) => `abide_copy(${to}, ${from}, ${size});`,
};

/** What the functions of one case share. */
export class CaseFile {
  /**
   * @param {Interface} types @param {import('./headers.mjs').Descriptors} descriptors @param {import('./names.mjs').Names} names
   * @param {string} function_ @param {any[]} list
   */
  constructor(types, descriptors, names, function_, list) {
    this.types = types;
    this.descriptors = descriptors;
    this.names = names;
    this.function = function_;
    this.words = RUNTIME_WORDS;
    this.pointers = pointers;
    this.callbacks = new Callbacks(this);
    this.referred = referredIn(list);
    /** @type {Map<string, import('./scope.mjs').Binding>} */
    this.shared = new Map();
    /** @type {Node[]} */
    this.uses = [];
    /** @type {string[]} */
    this.prototypes = [];
    /** @type {string[]} */
    this.states = [];
    /** @type {(() => string)[]} functions of callbacks and threads: written when every name is known */
    this.later = [];
    this.share(list, sharedNames(list));
  }

  /** @param {Node[]} nodes */
  use(nodes) {
    this.uses.push(...nodes);
  }

  /** Static variables for the names that several functions see. @param {any} wire @param {Set<string>} wanted */
  share(wire, wanted) {
    if (wire === null || typeof wire !== 'object') return;
    if (typeof wire.id === 'string') {
      for (const [name, node, isMemory] of this.boundBy(wire)) {
        if (!wanted.has(name) || this.shared.has(name)) continue;
        const c = this.names.take(`${this.function}_${identifier(name)}`);
        this.states.push(`static ${this.types.declare(isMemory ? pointerTo(pointeeOf(node)) : node, c)};\n`);
        this.shared.set(name, isMemory ? memoryBinding(node, c) : { node, lvalue: c });
      }
    }
    Object.values(wire).forEach((each) => this.share(each, wanted));
  }

  /** @param {any} step @returns {[string, Node, boolean][]} */
  boundBy(step) {
    const { functions, globals } = this.types.header;
    if (step.let !== undefined) return [[step.let, step.type, true]];
    if (step.address !== undefined) return [[step.bind, addressOf(new Body(this), step.address).node, false]];
    if (step.get !== undefined)
      return step.bind === undefined ? [] : [[step.bind, /** @type {any} */ (globals[step.get]).type, false]];
    if (step.call === undefined) return [];
    const signature =
      typeof step.call === 'string' ? functions[step.call] : this.types.declaration(step.type);
    if (signature === undefined) return [];
    /** @type {[string, Node, boolean][]} */
    const bound = step.bind === undefined ? [] : [[step.bind, signature.returns, false]];
    for (const [param, name] of Object.entries(step.bind_after ?? {})) {
      const node = signature.params.find((each) => each.name === param)?.type;
      if (node?.kind === 'pointer') bound.push([/** @type {string} */ (name), node.to, false]);
    }
    return bound;
  }
}

/**
 * @param {Interface} types @param {import('./headers.mjs').Descriptors} descriptors @param {import('./names.mjs').Names} names
 * @param {string} key @param {any[]} list @returns {Written}
 */
export function writeCase(types, descriptors, names, key, list) {
  const name = names.take(identifier(key.slice(key.indexOf('/') + 1)));
  const title = comment(key);
  try {
    const file = new CaseFile(types, descriptors, names, name, list);
    const body = new Body(file);
    steps(body, list, '');
    let inner = '';
    for (let next = file.later.shift(); next !== undefined; next = file.later.shift()) inner += next();
    const { states, prototypes, uses } = file;
    const front = states.length + prototypes.length === 0 ? '' : `${[...prototypes, ...states].join('')}\n`;
    const text = `${title}\n${front}${inner}${functionText(name, body.text)}`;
    return { key, function: name, text: guardWide(types, uses, name, list, text), uses };
  } catch (error) {
    if (error instanceof NeedsRows) throw error;
    const why = error instanceof CannotWrite ? error.message : `the generator failed: ${String(error)}`;
    const id = typeof list?.[0]?.id === 'string' ? list[0].id : '0';
    const text = `${title}\n${functionText(name, `    abide_error(${literal(id)}, ${literal(why)});\n`)}`;
    return { key, function: name, text, uses: [] };
  }
}

/** @param {string} name @param {string} body */
const functionText = (name, body) => `static void ${name}(void)\n{\n${body}}\n`;

/** A compiler without 128-bit integers refuses the cases that need them. @param {Interface} types @param {Node[]} uses @param {string} name @param {any[]} list @param {string} text */
function guardWide(types, uses, name, list, text) {
  if (!types.needs128(uses)) return text;
  const refusal = `    abide_unsupported(${literal(list[0].id)}, "ffi", "bind", "this compiler has no 128-bit integer");\n`;
  return `#ifdef __SIZEOF_INT128__\n${text}#else\n${functionText(name, refusal)}#endif\n`;
}

/** The steps of a row: the row's values instead of its slots. @param {any} wire @param {any[]} row @returns {any} */
export function withRow(wire, row) {
  if (Array.isArray(wire)) return wire.map((each) => withRow(each, row));
  if (wire === null || typeof wire !== 'object') return wire;
  if (wire.$slot !== undefined) return row[Number(wire.$slot)];
  return Object.fromEntries(Object.entries(wire).map(([key, each]) => [key, withRow(each, row)]));
}

/** Structs and unions whose layout a case relies on. @param {Interface} types @param {Node[]} uses */
export function layoutsOf(types, uses) {
  return types.reach(uses).filter((ref) => ['struct', 'union'].includes(types.declaration(ref).kind));
}
