// @ts-check
/** The program that is being written: its imports, declarations, functions, lines and helpers. */
import koffi from 'koffi';
import { Block, CannotWrite, Identifiers, plain, quoted } from './repro-code.mjs';
import { LOCALS } from './repro-shows.mjs';
import { moreThreads, SUPPORT } from './repro-support.mjs';
import { TypeNames } from './repro-types.mjs';
import { byKoffi, TEXT } from './types.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./types.mjs').Refusal} Refusal
 * @typedef {import('./repro-code.mjs').Variable} Variable
 */

/** libuv's threads, which make koffi's asynchronous calls, when nobody asks for more. */
const THREADS = 4;

export class Program {
  identifiers = new Identifiers();
  body = new Block();
  types;
  /** Variables that more than one block uses. @type {Set<Variable>} */
  variables = new Set();
  /** What the lines of stored callbacks begin with: the step that is being played. @type {string | null} */
  step = null;
  #header;
  #path;
  #library;
  /** @type {Set<string>} */
  #helpers = new Set();
  /** @type {Map<string, Set<string>>} */
  #imports = new Map();
  /** @type {Map<string, string>} */
  #functions = new Map();
  /** @type {string[]} */
  #declarations = [];
  #threads = 0;

  /** @param {any} header @param {string} path of the library */
  constructor(header, path) {
    this.#header = header;
    this.#path = path;
    this.types = new TypeNames(header.types ?? {});
    this.#library = loaded(path);
    for (const name of [...Object.keys(SUPPORT), ...LOCALS, 'fills']) this.identifiers.reserve(name);
  }

  /** @param {string} helper */
  use(helper) {
    this.#helpers.add(helper);
    for (const needed of SUPPORT[helper]?.needs ?? []) this.use(needed);
    return helper;
  }

  /** Is there memory to be filled by the library? */
  get fills() {
    return this.#helpers.has('filled');
  }

  /** @param {string} module @param {string} name or `default as name` */
  import(module, name) {
    const names = this.#imports.get(module) ?? new Set();
    this.#imports.set(module, names.add(name));
    const [local = name] = name.split(' as ').slice(-1);
    this.identifiers.reserve(local);
    return local;
  }

  /** @param {number} count */
  needThreads(count) {
    this.#threads = Math.max(this.#threads, count);
    if (this.#threads > THREADS) this.import('node:child_process', 'spawnSync');
  }

  /** The size of what memory is wanted for, which is declared. @param {Node} node */
  sizeOf(node) {
    if (node.kind === 'void' || node.kind === 'opaque') return 1;
    this.types.expression(node);
    return this.types.native.size(node);
  }

  /** @param {string} name @returns {{ symbol: string, params: Field[], returns: Node }} */
  declaredFunction(name) {
    const found = this.#header.functions?.[name];
    if (found === undefined) throw new CannotWrite(`the plan declares no function ${name}`);
    return found;
  }

  /** @param {string} name @returns {{ symbol: string, type: Node | null }} */
  declared(name) {
    const found = this.#header.globals?.[name] ?? this.#header.functions?.[name];
    if (found === undefined) throw new CannotWrite(`the plan declares no function or global ${name}`);
    return { symbol: found.symbol, type: found.type ?? null };
  }

  /** The symbol of what is declared under a name, else the name itself. @param {string} name @returns {string} */
  symbol(name) {
    return (this.#header.globals?.[name] ?? this.#header.functions?.[name])?.symbol ?? name;
  }

  /** Is a symbol known not to be there? @param {string} symbol */
  lacks(symbol) {
    if (this.#header.missing?.includes(symbol)) return true;
    if (this.#library === null) return false;
    try {
      this.#library.symbol(symbol);
      return false;
    } catch {
      return true;
    }
  }

  /** The variable of a function, which is bound. @param {string} name @param {boolean} text */
  function(name, text) {
    const key = text ? `${name} text` : name;
    let id = this.#functions.get(key);
    if (id === undefined) {
      const { symbol, params, returns } = this.declaredFunction(name);
      const result = text ? 'const char *' : this.types.name(returns);
      const call = this.types.functionText(symbol, result, params);
      id = this.identifiers.fresh(name);
      this.#functions.set(key, id);
      this.#declarations.push(`const ${id} = ${call};`);
      this.#tryToBind(symbol, text ? TEXT : this.types.native.of(returns), params);
    }
    return id;
  }

  /** What koffi refuses to bind is found out here. @param {string} symbol @param {import('koffi').TypeObject} result
   * @param {Field[]} params */
  #tryToBind(symbol, result, params) {
    const types = params.map(({ type }) => this.types.native.argument(type));
    byKoffi('bind', () => this.#library?.func(symbol, result, types));
  }

  /** How much is declared so far. */
  mark() {
    return { types: this.types.declarations.length, functions: this.#declarations.length };
  }

  /** Takes back what was declared since. @param {{ types: number, functions: number }} mark */
  #takeBack({ types, functions }) {
    const names = this.types.declarations.splice(types).map((each) => `${each};`);
    return [...names, ...this.#declarations.splice(functions)];
  }

  /** The lines that show what koffi refuses, and that it does. @param {string} step @param {Refusal} refusal
   * @param {{ types: number, functions: number }} mark what was declared before */
  refusal(step, refusal, mark) {
    const lines = this.#takeBack(mark);
    const told = `console.log(${quoted(`${step} unsupported ${refusal.message}`)});`;
    const lacking = /^koffi has no integer type for ([iu])(128)$/u.exec(refusal.message);
    if (lacking !== null) {
      const type = lacking[1] === 'i' ? 'int128' : 'uint128';
      return [`if (koffi.types.${type} === undefined) {`, `  ${told}`, '}'];
    }
    if (refusal.by === 'driver') return [told];
    const inside = lines.map((line) => line.replace(/^/gmu, '  '));
    const caught = `  console.log(\`${plain(step)} unsupported \${error.message}\`);`;
    return ['try {', ...inside, '} catch (error) {', caught, '}'];
  }

  text() {
    const { declarations } = this.types;
    const parts = [
      this.#importLines(),
      this.#threads > THREADS ? moreThreads(this.#threads).split('\n') : [],
      [`const LIBRARY = ${quoted(this.#path)};`],
      ['const library = koffi.load(LIBRARY, { deep: true });'],
      [...declarations.map((each) => `${each};`), ...this.#declarations],
      [
        ...(this.#helpers.has('filled') ? ['const fills = [];'] : []),
        ...[...this.variables].filter(({ outside }) => outside).map(({ id }) => `let ${id};`),
      ],
      this.body.render(),
      ...this.#helperTexts(),
    ].filter((lines) => lines.length > 0);
    const joined = parts.map((lines) => lines.join('\n').trim()).join('\n\n');
    return `${joined.replace(/(const LIBRARY = .*;)\n\n/u, '$1\n').replace(/\n{3,}/gu, '\n\n')}\n`;
  }

  #importLines() {
    const lines = [...this.#imports].sort().map(([module, names]) => {
      const whole = [...names].find((name) => name.startsWith('default as '));
      return `import ${whole === undefined ? `{ ${[...names].sort().join(', ')} }` : whole.slice(11)} from '${module}';`;
    });
    return ["import koffi from 'koffi';", ...lines];
  }

  #helperTexts() {
    const wanted = Object.entries(SUPPORT).filter(([name]) => this.#helpers.has(name));
    return wanted.map(([, { text }]) => text.split('\n'));
  }
}

/** The library, to see which symbols it has; it may be another machine's. @param {string} path */
function loaded(path) {
  try {
    return koffi.load(path, { deep: true });
  } catch {
    return null;
  }
}
