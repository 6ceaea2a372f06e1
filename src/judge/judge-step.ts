import type { Type } from '../abi/type.ts';
import type { FunctionDecl, Step, Suite } from '../spec/suite.ts';
import type { Wire } from '../plan/wire.ts';
import { differingByte, type Memory } from './bytes.ts';
import { compare, comparePartial, isObject, textOf, type Scope, type WireObject } from './compare.ts';
import type { Deviation, Mismatch } from './outcome.ts';
import { inWords, pathWords, typeAt } from './words.ts';

/** A `step` line, parsed. */
export type StepLine = Readonly<Record<string, Wire | number | undefined>>;

/** What a step is judged with. */
export interface StepContext {
  readonly suite: Suite;
  readonly memory: Memory;
  readonly scope: Scope;
}

/** Everything in which one step line differs from what the spec says of that step. */
export function judgeStep(step: Step, line: StepLine, context: StepContext): Deviation[] {
  const judge = new StepJudge(step, line, context);
  return judge.all();
}

class StepJudge {
  readonly #step: Step;
  readonly #line: StepLine;
  readonly #context: StepContext;
  readonly #found: Deviation[] = [];

  constructor(step: Step, line: StepLine, context: StepContext) {
    this.#step = step;
    this.#line = line;
    this.#context = context;
  }

  all(): Deviation[] {
    const { expect } = this.#step;
    if (this.#line['missing'] !== undefined) {
      this.#add('missing', 'symbol', 'exported', `no symbol ${textOf(this.#line['missing'])}`);
      return this.#found;
    }
    if (typeof this.#line['raised'] === 'string') this.#raised(this.#line['raised']);
    else
      this.#value('returns', expect.returns, this.#line['returns'] as Wire | undefined, this.#returnType());
    this.#value('value', expect.value, this.#line['value'] as Wire | undefined, this.#valueType());
    this.#value('errno', expect.errno, this.#line['errno'] as Wire | undefined, null);
    if (expect.found !== undefined && this.#line['found'] !== expect.found) {
      const words = (found: unknown): string => (found === true ? 'found by name' : 'not found by name');
      this.#add('value', 'symbol', words(expect.found), words(this.#line['found']));
    }
    this.#after();
    this.#called();
    this.#damage(this.#line['damage']);
    return this.#found;
  }

  /** An error that the FFI carried through the native call; C code saw nothing returned. */
  #raised(words: string): void {
    const { returns } = this.#step.expect;
    const anything = returns === undefined || (isObject(returns) && '$any' in returns);
    if (!anything)
      this.#add('raised', 'returns', this.#words(returns, this.#returnType()), `raised ${words}`);
  }

  #value(where: string, expected: Wire | undefined, observed: Wire | undefined, type: Type | null): void {
    if (expected === undefined) return;
    this.#mismatches(where, compare(expected, observed, this.#context.scope), type);
  }

  #after(): void {
    const after = this.#line['after'];
    for (const [param, expected] of Object.entries(this.#step.expect.after ?? {})) {
      const observed = isObject(after) ? (after[param] as Wire | undefined) : undefined;
      this.#value(`after ${param}`, expected, observed, this.#paramType(param));
    }
  }

  #called(): void {
    const called = this.#line['called'];
    for (const [name, expected] of Object.entries(this.#step.expect.called ?? {})) {
      const observed = isObject(called) ? called[name] : undefined;
      if (isCallList(expected)) this.#calls(name, expected, observed as Wire | undefined);
      else this.#summary(name, expected as unknown as WireObject, observed as Wire | undefined);
    }
  }

  #calls(name: string, expected: readonly Wire[], observed: Wire | undefined): void {
    const calls = Array.isArray(observed) ? (observed as readonly Wire[]) : [];
    if (calls.length !== expected.length) {
      this.#add('value', `called ${name}`, times(expected.length), times(calls.length));
    }
    expected.slice(0, calls.length).forEach((call, index) => {
      const mismatches = comparePartial(call, calls[index], this.#context.scope, []);
      this.#mismatches(`called ${name}[${index}]`, mismatches, null);
    });
  }

  #summary(name: string, expected: WireObject, observed: Wire | undefined): void {
    const found: WireObject = isObject(observed) ? observed : { count: '0' };
    for (const part of ['count', 'first', 'last']) {
      if (expected[part] === undefined) continue;
      const mismatches = comparePartial(expected[part] as Wire, found[part] as Wire, this.#context.scope, []);
      this.#mismatches(`called ${name} ${part}`, mismatches, null);
    }
  }

  #damage(damage: Wire | number | undefined): void {
    for (const each of damageIn(damage)) this.#found.push({ ...each, ...this.#place() });
  }

  #mismatches(where: string, mismatches: readonly Mismatch[], type: Type | null): void {
    const { suite, memory } = this.#context;
    for (const mismatch of mismatches) {
      const leaf = typeAt(type, mismatch.path, suite.types);
      this.#add(
        'value',
        `${where}${pathWords(mismatch.path)}`,
        inWords(this.#meant(mismatch.expected), leaf, suite.types),
        inWords(mismatch.observed, leaf, suite.types),
        differingByte(type, { ...mismatch, expected: this.#meant(mismatch.expected) }, memory),
      );
    }
  }

  /** A slot in words is the row's value. */
  #meant(expected: Wire): Wire {
    const slot = isObject(expected) ? expected['$slot'] : undefined;
    return typeof slot === 'number' ? (this.#context.scope.slots[slot] ?? null) : expected;
  }

  #add(
    what: Deviation['what'],
    where: string,
    expected: string,
    observed: string,
    byte: string | null = null,
  ): void {
    this.#found.push({ what, ...this.#place(), where, expected, observed, byte });
  }

  #place(): Pick<Deviation, 'step' | 'thread' | 'round'> {
    const { thread, round } = this.#line;
    return {
      step: this.#step.plan.id,
      thread: typeof thread === 'number' ? thread : null,
      round: typeof round === 'number' ? round : null,
    };
  }

  #words(value: Wire, type: Type | null): string {
    return inWords(this.#meant(value), type, this.#context.suite.types);
  }

  #function(): FunctionDecl | null {
    const { plan } = this.#step;
    return 'call' in plan && typeof plan.call === 'string'
      ? (this.#context.suite.functions.get(plan.call) ?? null)
      : null;
  }

  #returnType(): Type | null {
    const { plan } = this.#step;
    if ('call' in plan && plan.type !== undefined) {
      const callback = this.#context.suite.types.get(plan.type);
      return callback?.kind === 'callback' ? callback.returns : null;
    }
    return this.#function()?.returns ?? null;
  }

  #paramType(name: string): Type | null {
    return this.#function()?.params.find((param) => param.name === name)?.type ?? null;
  }

  #valueType(): Type | null {
    const { plan } = this.#step;
    return 'get' in plan ? (this.#context.suite.globals.get(plan.get)?.type ?? null) : null;
  }
}

function isCallList(expected: unknown): expected is readonly Wire[] {
  return Array.isArray(expected);
}

function times(count: number): string {
  return count === 1 ? 'called once' : `called ${count} times`;
}

type Damage = Pick<Deviation, 'what' | 'where' | 'expected' | 'observed' | 'byte'>;

/** The `damage` of a `step` or `end` line: what was written where nothing may be written. */
export function damageIn(damage: Wire | number | undefined): Damage[] {
  if (!Array.isArray(damage)) return [];
  return (damage as readonly Wire[]).filter(isObject).map((each) => ({
    what: 'damage',
    where: damagePlace(textOf(each['where']), textOf(each['memory'])),
    expected: `bytes ${textOf(each['expected'])}`,
    observed: `bytes ${textOf(each['found'])}`,
    byte: `at offset ${textOf(each['offset'])} of ${textOf(each['memory'])}`,
  }));
}

function damagePlace(where: string, memory: string): string {
  switch (where) {
    case 'front':
      return `memory in front of ${memory}`;
    case 'behind':
      return `memory behind ${memory}`;
    default:
      return `const memory of ${memory}`;
  }
}
