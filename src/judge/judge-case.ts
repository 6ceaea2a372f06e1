import { parseObject } from '../drive/journal.ts';
import type { CaseRecord } from '../drive/record.ts';
import type { Wire } from '../plan/wire.ts';
import type { Step, Suite } from '../spec/suite.ts';
import type { Memory } from './bytes.ts';
import { isObject, textOf, type Scope } from './compare.ts';
import { causeOfDeath, deathAsked, deathWords, isDeath, type RuntimeDeath } from './death.ts';
import { expectedLine, flatten, isMultiplied } from './expected-line.ts';
import { damageIn, judgeStep, type StepLine } from './judge-step.ts';
import type { CaseResult, Deviation, Outcome, Stage } from './outcome.ts';

/** What every case of one caller is judged with. */
export interface JudgeContext {
  readonly suite: Suite;
  readonly memory: Memory;
  readonly deaths: readonly RuntimeDeath[];
}

/** A case result without what only the whole run can tell. */
type Verdict = Omit<CaseResult, 'key' | 'entry' | 'known' | 'attribution'>;

/** Null when the case passed. */
export function judgeCase(record: CaseRecord, context: JudgeContext): CaseResult | null {
  const verdict = new CaseJudge(record, context).verdict();
  if (verdict === null) return null;
  return { key: record.item.key, entry: record.item.entry.key, ...verdict, known: null, attribution: null };
}

class CaseJudge {
  readonly #record: CaseRecord;
  readonly #context: JudgeContext;
  readonly #bound = new Map<string, Wire>();
  readonly #deviations: Deviation[] = [];
  readonly #seen = new Set<string>();
  #refusal: { line: StepLine; step: string } | null = null;

  constructor(record: CaseRecord, context: JudgeContext) {
    this.#record = record;
    this.#context = context;
  }

  verdict(): Verdict | null {
    const { entry, row } = this.#record.item;
    const steps = flatten(entry.steps);
    const scope: Scope = { bound: this.#bound, slots: row?.slots ?? [] };
    for (const text of this.#record.steps) this.#line(text, steps, scope);
    const final = this.#ending(entry.steps);
    if (final !== undefined) return final;
    this.#unplayed(entry.steps);
    this.#afterwards();
    return this.#deviations.length === 0 ? null : this.#failure();
  }

  #line(text: string, steps: ReadonlyMap<string, Step>, scope: Scope): void {
    const id = /^\{"step":"([^"]*)"/u.exec(text)?.[1] ?? '';
    const step = steps.get(id);
    this.#seen.add(id);
    if (step !== undefined && text === expectedLine(step, scope.slots)) return;
    const line = parseObject(text) as StepLine | null;
    if (line === null || step === undefined) {
      this.#deviations.push(protocolBreach(id, text));
      return;
    }
    this.#bindCounters(line);
    if (line['unsupported'] !== undefined || line['error'] !== undefined)
      this.#refusal ??= { line, step: id };
    else this.#deviations.push(...judgeStep(step, line, { ...this.#context, scope }));
    this.#bind(step, line);
  }

  /** `$thread` and `$round` in an expectation are those of the line. */
  #bindCounters(line: StepLine): void {
    for (const name of ['thread', 'round']) {
      const number = line[name];
      if (typeof number === 'number') this.#bound.set(name, String(number));
    }
  }

  #bind(step: Step, line: StepLine): void {
    const { plan } = step;
    if ('bind' in plan) {
      const value = line['returns'] ?? line['value'];
      if (value !== undefined) this.#bound.set(plan.bind, value as Wire);
    }
    const after = line['after'];
    if (!('bind_after' in plan) || !isObject(after)) return;
    for (const [param, name] of Object.entries(plan.bind_after)) {
      const came = after[param];
      const first: unknown = Array.isArray(came) ? came[0] : came;
      if (first !== undefined) this.#bound.set(name, first as Wire);
    }
  }

  /** How the case ended. Undefined: in order, go on judging; null: as the spec asks, by death. */
  #ending(steps: readonly Step[]): Verdict | null | undefined {
    const { ending } = this.#record;
    switch (ending.kind) {
      case 'ended':
        return this.#refused();
      case 'protocol':
        return this.#result('error', null, null, ending.why, { stderr: ending.stderr });
      case 'hang': {
        const at = this.#place(steps);
        const why = `no progress for ${ending.afterMs} ms; killed`;
        return this.#result('hang', at.stage, at.step, why, { stderr: ending.stderr });
      }
      case 'crash':
        return this.#death(steps);
    }
  }

  #death(steps: readonly Step[]): Verdict | null {
    const { ending } = this.#record;
    if (ending.kind !== 'crash') return null;
    const { exit, stderr } = ending;
    const at = this.#place(steps);
    const cause = causeOfDeath(exit, stderr, this.#context.deaths);
    const words = deathWords(exit, stderr, this.#context.deaths);
    const wanted = steps.find((step) => step.plan.id === at.step)?.expect.dies;
    if (wanted !== undefined && at.stage === 'call' && isDeath(wanted, exit, cause)) {
      return this.#deviations.length === 0 ? null : this.#failure();
    }
    const why = wanted === undefined ? `the process died: ${words}` : `${deathAsked(wanted)}, found ${words}`;
    return this.#result('crash', at.stage, at.step, why, { stderr, death: words });
  }

  /** The step that was being played when the process ended: the first of the case without a line. */
  #place(steps: readonly Step[]): { stage: Stage; step: string | null } {
    const at = this.#record.at === null ? null : parseObject(this.#record.at);
    const current = steps.find((step) => !this.#seen.has(step.plan.id));
    const id = current?.plan.id ?? null;
    const stage = at?.['at'];
    if (stage === 'read' || stage === 'bind') {
      return { stage, step: typeof at?.['step'] === 'string' ? at['step'] : id };
    }
    const releasing = current !== undefined && 'release' in current.plan;
    return { stage: releasing ? 'release' : 'call', step: id };
  }

  #refused(): Verdict | undefined {
    if (this.#refusal === null || this.#deviations.length > 0) return undefined;
    const { line, step } = this.#refusal;
    if (typeof line['error'] === 'string') return this.#result('error', null, step, line['error'], {});
    const refusal = line['unsupported'];
    if (!isObject(refusal)) return this.#result('error', null, step, 'an unreadable refusal', {});
    const by = refusal['by'] === 'driver' ? 'driver' : 'ffi';
    const stage = refusal['at'] === 'bind' ? 'bind' : 'call';
    return this.#result('unsupported', stage, step, textOf(refusal['why']), { refusedBy: by });
  }

  /** Steps without a line although the case ended in order, and deaths that did not happen. */
  #unplayed(steps: readonly Step[]): void {
    const stopped = this.#refusal !== null || this.#deviations.some((each) => each.what === 'missing');
    for (const step of steps) {
      const { id } = step.plan;
      const { dies } = step.expect;
      if (dies !== undefined && !stopped) {
        this.#deviations.push(deviation('death', id, 'process', deathAsked(dies), 'it lives on'));
      } else if (!this.#seen.has(id) && !stopped) {
        this.#deviations.push(deviation('not-played', id, 'step', 'played', 'no line in the journal'));
      }
      if (isMultiplied(step)) this.#countInner(step, stopped);
    }
  }

  #countInner(step: Step, stopped: boolean): void {
    const { plan } = step;
    const wanted = 'threads' in plan ? plan.threads : 'repeat' in plan ? plan.repeat : 0;
    for (const inner of stopped ? [] : step.inner) {
      const prefix = `{"step":${JSON.stringify(inner.plan.id)}`;
      const seen = this.#record.steps.filter((line) => line.startsWith(prefix)).length;
      if (seen !== wanted) {
        this.#deviations.push(
          deviation('not-played', inner.plan.id, 'step', `played ${wanted} times`, `${seen} times`),
        );
      }
    }
  }

  /** Damage and leaks seen at the end of the case. */
  #afterwards(): void {
    const end = this.#record.end === null ? null : (parseObject(this.#record.end) as StepLine | null);
    for (const damage of damageIn(end?.['damage'])) {
      this.#deviations.push({ ...damage, step: null, thread: null, round: null });
    }
    const live = end?.['live'];
    if (!Array.isArray(live) || live.length < 3) return;
    const [before, once, twice] = live.map((each) => BigInt(String(each))) as [bigint, bigint, bigint];
    if (twice > once) {
      const observed = `${before}, then ${once}, played again ${twice}`;
      this.#deviations.push(deviation('leak', null, 'live allocations', `${before} again`, observed));
    }
  }

  #failure(): Verdict {
    const [first] = this.#deviations;
    const stage = first === undefined ? null : this.#stageOf(first);
    return this.#result('fail', stage, first?.step ?? null, first === undefined ? '' : sentence(first), {});
  }

  #stageOf(first: Deviation): Stage {
    if (first.what === 'missing') return 'bind';
    if (first.what === 'leak') return 'release';
    const step = this.#record.item.entry.steps.find((each) => each.plan.id === first.step);
    return step !== undefined && 'release' in step.plan ? 'release' : 'call';
  }

  #result(
    outcome: Outcome,
    stage: Stage | null,
    step: string | null,
    why: string,
    more: Partial<Pick<Verdict, 'stderr' | 'death' | 'refusedBy'>>,
  ): Verdict {
    const deviations = this.#deviations;
    return { outcome, stage, step, why, deviations, death: null, refusedBy: null, stderr: '', ...more };
  }
}

function deviation(
  what: Deviation['what'],
  step: string | null,
  where: string,
  expected: string,
  observed: string,
): Deviation {
  return { what, step, thread: null, round: null, where, expected, observed, byte: null };
}

function protocolBreach(id: string, text: string): Deviation {
  return deviation('protocol', id, 'journal', 'a line of a step of this case', text.slice(0, 200));
}

function sentence(first: Deviation): string {
  return `${first.where}: expected ${first.expected}, found ${first.observed}`;
}
