// @ts-check
/** One native call of a written program: arguments, the call, what came back. */
import { CannotWrite, inTemplate, listText, plain } from './repro-code.mjs';
import { follow, isPure, show } from './repro-shows.mjs';
import { isChar } from './types.mjs';

/**
 * @typedef {import('./types.mjs').Node} Node
 * @typedef {import('./types.mjs').Field} Field
 * @typedef {import('./repro-code.mjs').Shown} Shown
 * @typedef {import('./repro-scope.mjs').Scope} Scope
 * @typedef {import('./repro-values.mjs').Values} Values
 * @typedef {import('./repro-values.mjs').Given} Given
 * @typedef {any} Step
 * @typedef {{ params: Field[], returns: Node, text: boolean, now: (args: string[]) => string,
 *   later: (args: string[]) => string }} Target
 */

/** The longest line that says a result in passing. */
const SHORT = 96;

/** @param {string} id @param {string} what @param {Shown} shown */
export const log = (id, what, shown) => `console.log(\`${id} ${what} ${inTemplate(shown)}\`);`;

/** What a step calls, declared. @param {Scope} scope @param {Step} step @returns {Target} */
export function targetOf(scope, step) {
  const { program } = scope;
  const later = (/** @type {string} */ bound, /** @type {string[]} */ args) =>
    listText(`await ${program.import('node:util', 'promisify')}(${bound}.async)(`, args, ')');
  if (typeof step.call === 'string') {
    const { params, returns } = program.declaredFunction(step.call);
    const text = wantsOnlyText(step, returns);
    const id = program.function(step.call, text);
    const now = (/** @type {string[]} */ args) => listText(`${id}(`, args, ')', 20);
    return { params, returns, text, now, later: (args) => later(id, args) };
  }
  const { params, returns } = program.types.native.declared(step.type, 'callback');
  const address = scope.resolve(step.call).text;
  const type = `'${program.types.prototype(step.type, true)}'`;
  const now = (/** @type {string[]} */ args) => listText('koffi.call(', [address, type, ...args], ')', 20);
  return {
    params,
    returns,
    text: false,
    now,
    later: (args) => later(`koffi.decode(${address}, ${type})`, args),
  };
}

/** @param {Step} step @param {Node} returns */
const wantsOnlyText = (step, returns) =>
  returns.kind === 'pointer' &&
  isChar(returns.to) &&
  step.read?.returns?.text === true &&
  step.bind === undefined;

export class Call {
  #scope;
  #step;
  #target;
  #id;
  /** @type {Given[]} */
  #given;

  /** @param {Scope} scope @param {Step} step @param {Values} values */
  constructor(scope, step, values) {
    this.#scope = scope;
    this.#step = step;
    this.#id = plain(step.id);
    this.#target = targetOf(scope, step);
    const wanted = this.#wanted();
    this.#given = this.#target.params.map(({ name, type }, index) => {
      const given = values.given(scope, type, step.args[index], name, true);
      if (!wanted.has(name) || isPure(given.text) || given.constant !== undefined) return given;
      return { ...given, text: scope.keep(name, given.text) };
    });
  }

  /** The parameters that something is read through afterwards. */
  #wanted() {
    const { read, bind_after: bound } = this.#step;
    const counts = JSON.stringify(read ?? null).matchAll(/"\$out":("(?:[^"\\]|\\.)*")/gu);
    return new Set([
      ...Object.keys(read?.after ?? {}),
      ...Object.keys(bound ?? {}),
      ...[...counts].map(([, name = '""']) => JSON.parse(name)),
    ]);
  }

  #arguments() {
    return this.#given.map(({ text }) => text);
  }

  /** The call and what is seen of it. `thrown`: what an error means that may come out of it. `behind`: where
   * that is told, if not at once. @param {{ later: boolean, thrown: 'raised' | 'unsupported' | null, behind?: Scope }} how */
  write({ later, thrown, behind }) {
    const { block } = this.#scope;
    if (this.#step.errno) block.add('koffi.errno(0);');
    const text = later ? this.#target.later(this.#arguments()) : this.#target.now(this.#arguments());
    if (thrown === null) this.#result(this.#scope, behind ?? this.#scope, text);
    else this.#guarded(text, thrown);
    if (thrown !== 'unsupported') this.#showAfter(behind ?? this.#scope);
  }

  /** @param {string} text @param {string} thrown */
  #guarded(text, thrown) {
    const inside = this.#scope.inner();
    this.#result(inside, inside, text);
    this.#scope.block.add('try {', inside.block, '} catch (error) {');
    this.#scope.block.add(`  console.log(\`${this.#id} ${thrown} \${error.message}\`);`, '}');
  }

  /** @param {Scope} scope @param {Scope} behind @param {string} text */
  #result(scope, behind, text) {
    const { returns } = this.#target;
    const { bind, errno } = this.#step;
    const short = scope === behind ? this.#inPassing(scope, text) : null;
    if (short !== null) {
      scope.block.add(short);
      return;
    }
    let id = '';
    if (returns.kind === 'void') scope.block.add(`${text};`);
    else id = bind === undefined ? scope.keep('returned', text) : scope.bind(bind, text, { node: returns });
    const number = errno ? scope.keep('errno', 'koffi.errno()') : null;
    this.#bindAfter(behind);
    if (returns.kind !== 'void') behind.block.add(log(this.#id, 'returns', this.#shown(scope, id)));
    if (number !== null) behind.block.add(log(this.#id, 'errno', { expression: number }));
  }

  /** Both in one line, when the value is used once. @param {Scope} scope @param {string} text */
  #inPassing(scope, text) {
    const { bind, errno, bind_after: after, read } = this.#step;
    if (bind !== undefined || errno || after !== undefined || text.includes('\n') || text.length > SHORT)
      return null;
    const { kind } = this.#target.returns;
    const whole = this.#target.text || ['int', 'enum', 'bool', 'float', 'callback'].includes(kind);
    if (!whole && !(kind === 'pointer' && (read?.returns ?? null) === null)) return null;
    const line = log(this.#id, 'returns', this.#shown(scope, text));
    return line.length <= SHORT ? line : null;
  }

  /** @param {Scope} scope @param {string} text */
  #shown(scope, text) {
    if (this.#target.text) return { expression: `JSON.stringify(${text})` };
    return show(scope, this.#target.returns, text, this.#read(this.#step.read?.returns ?? null), null);
  }

  /** @param {Scope} scope */
  #bindAfter(scope) {
    for (const [param, name] of Object.entries(this.#step.bind_after ?? {})) {
      const { node, given } = this.#argument(param);
      if (given.constant !== undefined) continue;
      const type = scope.program.types.expression(node.to);
      const value = `koffi.decode(${given.text}, ${type})`;
      const whole = given.owned ? value : `${given.text} && ${value}`;
      scope.bind(name, whole, { node: node.to });
    }
  }

  /** @param {string} param */
  #argument(param) {
    const index = this.#target.params.findIndex(({ name }) => name === param);
    const node = this.#target.params[index]?.type;
    const given = this.#given[index];
    if (node === undefined || given === undefined)
      throw new CannotWrite(`${this.#id} has no parameter ${param}`);
    if (node.kind !== 'pointer') throw new CannotWrite(`${param} is no pointer`);
    return { node, given };
  }

  /** @param {Scope} scope */
  #showAfter(scope) {
    for (const [param, read] of Object.entries(this.#step.read?.after ?? {})) {
      scope.block.add(log(this.#id, `after ${plain(param)}`, this.#after(param, read)));
    }
  }

  /** @param {string} param @param {any} read @returns {Shown} */
  #after(param, read) {
    const { node, given } = this.#argument(param);
    if (given.constant !== undefined) return { template: plain(given.constant) };
    if (read === null) return show(this.#scope, node, given.text, null, null);
    const place = given.pattern ? { address: given.text, offset: 0, room: given.room ?? null } : null;
    return follow(this.#scope, node.to, given.text, this.#read(read), place, !given.owned);
  }

  /** A READ with the counts told that stand in memory this call was given. @param {any} read @returns {any} */
  #read(read) {
    if (typeof read !== 'object' || read === null || '$ref' in read) return read;
    if ('$out' in read) return { text: this.#count(read.$out) };
    return Object.fromEntries(Object.entries(read).map(([key, value]) => [key, this.#read(value)]));
  }

  /** @param {string} param */
  #count(param) {
    const { node, given } = this.#argument(param);
    if (given.constant !== undefined) return '0';
    const count = `Number(koffi.decode(${given.text}, ${this.#scope.program.types.expression(node.to)}))`;
    return given.owned ? count : `(${given.text} ? ${count} : 0)`;
  }
}
