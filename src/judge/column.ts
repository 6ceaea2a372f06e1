import picomatch from 'picomatch';
import type { CallerTrouble, CaseRecord, DriveEvent } from '../drive/record.ts';
import type { Case, Table } from '../spec/suite.ts';
import { isRequirement } from '../plan/requirements.ts';
import { judgeCase, type JudgeContext } from './judge-case.ts';
import { KnownIssues, type KnownIssue } from './known-issues.ts';
import { wrongLayouts, type WrongLayout } from './layouts.ts';
import { isUnexpected, zeros, type CaseResult, type KnownIssueNote, type Outcome } from './outcome.ts';

/** How the cases of one entry of the suite came out in one caller. */
export interface Tally {
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Deviations that no known issue explains. */
  readonly unexpected: number;
}

export interface ColumnRules extends JudgeContext {
  readonly caller: string;
  readonly knownIssues: readonly KnownIssue[];
  /** What the caller's manifest says it cannot do. */
  readonly cannot: readonly { readonly features: readonly string[]; readonly why: string }[];
  /** `uses` names that are blocked from outside: header disagreements. Name → reason. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** Takes what a driver lets us see and keeps the verdicts: passes as counts, deviations whole. */
export class ColumnJudge {
  readonly results: CaseResult[] = [];
  readonly troubles: CallerTrouble[] = [];
  readonly layouts: WrongLayout[] = [];
  hello: Readonly<Record<string, string>> = {};
  played = 0;
  /** The issues that hold for the versions the driver said hello with. */
  known: KnownIssues;
  readonly #rules: ColumnRules;
  readonly #blocked: Map<string, string>;
  readonly #staleSpecs = new Map<string, string>();
  readonly #tallies = new Map<string, { counts: Record<Outcome, number>; unexpected: number }>();
  readonly #cannot: readonly { matches: (feature: string) => boolean; why: string }[];

  constructor(rules: ColumnRules) {
    this.#rules = rules;
    this.known = this.#knownFor([]);
    this.#blocked = new Map(rules.blocked);
    this.#cannot = rules.cannot.map((each) => ({ matches: picomatch([...each.features]), why: each.why }));
  }

  get tallies(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** The case's result when it did not simply pass. */
  take(event: DriveEvent): CaseResult | null {
    switch (event.kind) {
      case 'hello':
        this.#greet(texts(event.hello));
        return null;
      case 'layout':
        this.#layout(event.layout);
        return null;
      case 'trouble':
        this.troubles.push(event.trouble);
        return null;
      case 'case':
        return this.#case(event.record);
    }
  }

  /** A driver that was started again says the same. */
  #greet(hello: Readonly<Record<string, string>>): void {
    if (Object.keys(this.hello).length > 0) return;
    this.hello = hello;
    this.known = this.#knownFor(Object.values(hello));
  }

  #knownFor(versions: readonly string[]): KnownIssues {
    const { caller, memory, knownIssues } = this.#rules;
    return new KnownIssues(knownIssues, { caller, platform: memory.platform, versions });
  }

  /** A case that could not be played at all, e.g. because its generated code did not compile. */
  unplayable(
    key: string,
    entry: Case | Table,
    result: Pick<CaseResult, 'outcome' | 'stage' | 'why' | 'stderr'>,
  ): CaseResult {
    const whole = {
      key,
      entry: entry.key,
      step: null,
      deviations: [],
      death: null,
      refusedBy: null,
      attribution: null,
    };
    return this.#keep(entry, { ...whole, ...result, known: null });
  }

  #case(record: CaseRecord): CaseResult | null {
    const { entry, key } = record.item;
    this.played += 1;
    const reason = this.#reasonBlocked(entry);
    if (reason !== null) {
      return this.unplayable(key, entry, { outcome: 'blocked', stage: null, why: reason, stderr: '' });
    }
    const result = judgeCase(record, this.#rules);
    if (result === null) {
      this.#count(entry.key).counts.pass += 1;
      this.known.passed(key, entry.key, entry.features);
      return null;
    }
    if (isRequirement(key)) {
      this.#staleSpecs.set(entry.spec, `the library is not the one ${entry.spec} is for: ${result.why}`);
    }
    return this.#keep(entry, result);
  }

  #keep(entry: Case | Table, result: CaseResult): CaseResult {
    const known = this.#declared(result, entry) ?? this.known.explain(result, entry.features);
    const kept = { ...result, known };
    const tally = this.#count(entry.key);
    tally.counts[kept.outcome] += 1;
    if (isUnexpected(kept)) tally.unexpected += 1;
    this.results.push(kept);
    return kept;
  }

  /** A refusal that the caller's manifest declares. */
  #declared(result: CaseResult, entry: Case | Table): KnownIssueNote | null {
    if (result.outcome !== 'unsupported') return null;
    const found = this.#cannot.find((each) => entry.features.some((feature) => each.matches(feature)));
    return found === undefined ? null : { reason: found.why, link: null };
  }

  #reasonBlocked(entry: Case | Table): string | null {
    const stale = isRequirement(entry.key) ? undefined : this.#staleSpecs.get(entry.spec);
    if (stale !== undefined) return stale;
    for (const name of entry.uses) {
      const reason = this.#blocked.get(name);
      if (reason !== undefined) return reason;
    }
    return null;
  }

  #layout(layout: Readonly<Record<string, unknown>>): void {
    for (const wrong of wrongLayouts(layout, this.#rules.memory.layouts)) {
      if (this.layouts.some((known) => known.type === wrong.type)) continue;
      this.layouts.push(wrong);
      const why = `${wrong.type} has another layout in this caller: expected ${wrong.expected}, found ${wrong.found}`;
      this.#blocked.set(wrong.type.replace(/__.*$/u, ''), why);
    }
  }

  #count(entry: string): { counts: Record<Outcome, number>; unexpected: number } {
    let tally = this.#tallies.get(entry);
    if (tally === undefined) {
      tally = { counts: zeros(), unexpected: 0 };
      this.#tallies.set(entry, tally);
    }
    return tally;
  }
}

function texts(hello: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hello).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
