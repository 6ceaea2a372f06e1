// @ts-check
/** Scripted callbacks of a written program. */
import { asExpression, inTemplate, listText, memberText, plain } from './repro-code.mjs';
import { show } from './repro-shows.mjs';

/**
 * @typedef {import('./repro-scope.mjs').Scope} Scope
 * @typedef {import('./repro-values.mjs').Values} Values
 * @typedef {{ as?: string, type: string, returns?: any[], read?: Record<string, any>, on?: Record<string, any[]>,
 *   raises?: number, foreign_thread?: boolean, ends?: boolean }} Script
 */

/** What a callback needs of the steps around it.
 * @typedef {{ values: Values, isStored(): boolean,
 *   play(scope: Scope, steps: any[]): void }} Surroundings */

export class Callback {
  /** Is the number of its calls wanted? */
  counted = false;
  /** @type {string | null} */
  #counter = null;
  /** What it keeps of its calls, when only the ends of them are told. @type {string | null} */
  calls = null;
  id = '';

  /** @param {Script} script @param {string} name @param {{ id: string }} madeIn the step */
  constructor(script, name, madeIn) {
    this.script = script;
    this.madeIn = madeIn;
    this.name = script.as ?? name;
  }

  /** @param {Scope} scope @param {Surroundings} around */
  write(scope, around) {
    const { program } = scope;
    const { script } = this;
    const { params, returns } = scope.types.declared(script.type, 'callback');
    const node = /** @type {const} */ ({ kind: 'callback', ref: script.type });
    const type = program.types.name(node);
    const inner = scope.inner({ synchronous: true });
    const names = params.map(({ name }) => program.identifiers.fresh(name));
    params.forEach(({ name, type: of }, index) =>
      inner.said.set(`param ${name}`, { node: of, text: names[index] ?? '' }),
    );
    this.#writeCounter(scope, inner);
    if (script.ends) {
      this.calls = program.identifiers.fresh(`${this.name}Calls`);
      scope.block.add(`const ${this.calls} = [];`);
    }
    const start = listText('koffi.register((', names, ') => {');
    this.id = scope.bind(this.name, start, { node, callback: this }, '');
    this.#record(inner, around, params, names);
    this.#steps(inner, around);
    if (returns.kind !== 'void') this.#return(inner, around, returns);
    scope.block.add(inner.block, `}, '${type}');`);
  }

  /** @param {Scope} scope @param {Scope} inner */
  #writeCounter(scope, inner) {
    const { script } = this;
    this.counted = script.on !== undefined || script.raises !== undefined;
    scope.block.add(() => (this.counted ? `let ${this.counter(scope)} = 0;` : null));
    inner.block.add(() => (this.counted ? `${this.counter(scope)} += 1;` : null));
  }

  /** @param {Scope} scope @returns {string} */
  counter(scope) {
    this.#counter ??= scope.program.identifiers.fresh(`${this.name}Count`);
    return this.#counter;
  }

  /** @param {Scope} inner @param {Surroundings} around @param {import('./types.mjs').Field[]} params @param {string[]} names */
  #record(inner, around, params, names) {
    const parts = params.map(({ name, type }, index) => {
      const shown = show(inner, type, names[index] ?? '', this.script.read?.[name] ?? null, null);
      return `${plain(name)}: ${inTemplate(shown)}`;
    });
    const shown = { template: `{${parts.join(', ')}}` };
    if (this.calls !== null) {
      inner.block.add(`${memberText(this.calls, 'push')}(${asExpression(shown)});`);
      return;
    }
    const { program } = inner;
    const id = plain(this.madeIn.id);
    const stored = around.isStored();
    const step = () => (stored && program.step !== null ? `\${${program.step}}` : id);
    inner.block.add(() => `console.log(\`${step()} called ${plain(this.name)} ${inTemplate(shown)}\`);`);
  }

  /** @param {Scope} inner @param {Surroundings} around */
  #steps(inner, around) {
    for (const [count, steps] of Object.entries(this.script.on ?? {})) {
      const branch = inner.inner();
      around.play(branch, steps);
      inner.block.add(`if (${this.counter(inner)} === ${Number(count)}) {`, branch.block, '}');
    }
    const { raises } = this.script;
    if (raises !== undefined) {
      inner.block.add(`if (${this.counter(inner)} === ${Number(raises)}) throw new Error('abide');`);
    }
  }

  /** @param {Scope} inner @param {Surroundings} around @param {import('./types.mjs').Node} returns */
  #return(inner, around, returns) {
    const { values } = around;
    const texts = (this.script.returns ?? []).map((wire) => values.text(inner, returns, wire, this.name));
    if (texts.length === 0) texts.push(values.zero(inner, returns));
    if (new Set(texts).size === 1) {
      inner.block.add(`return ${texts[0] ?? ''};`);
      return;
    }
    this.counted = true;
    inner.block.add(
      `return ${listText('[', texts, ']')}[Math.min(${this.counter(inner)}, ${texts.length}) - 1];`,
    );
  }
}
