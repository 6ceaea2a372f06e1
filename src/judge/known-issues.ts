/** Known issues: asserted deviations, by feature or by case (design.md: expectation hygiene). */
import picomatch from 'picomatch';
import semver from 'semver';
import type { Platform } from '../abi/platform.ts';
import type { Location } from '../diagnostic.ts';
import type { CaseResult, KnownIssueNote, Outcome } from './outcome.ts';

export interface KnownIssue {
  /** Null in a suite's file means every caller. */
  readonly caller: string | null;
  /** Feature name or pattern; null when the entry goes by case. */
  readonly feature: string | null;
  /** Case key or pattern; with a feature, narrows it. */
  readonly case: string | null;
  readonly platforms: readonly string[];
  /** `koffi >=3 <4`: a word of the driver's hello and a range; null: every version. */
  readonly versions: string | null;
  readonly outcomes: readonly Outcome[];
  readonly reason: string;
  readonly link: string | null;
  readonly timeoutMs: number | null;
  /** It stands in the suite's own file, not in a caller's folder. */
  readonly ofSuite: boolean;
  readonly location: Location;
}

/** What a column of the table is, as far as known issues ask. */
export interface ColumnFacts {
  readonly caller: string;
  readonly platform: Platform;
  /** Values of the driver's hello: `CPython 3.11.7`, `ctypes 1.1.0`. */
  readonly versions: readonly string[];
}

/** The entries that hold for one column, with a count of what each explained. */
export class KnownIssues {
  readonly #entries: readonly { issue: KnownIssue; matchers: Matchers }[];
  readonly #explained = new Map<KnownIssue, number>();
  readonly #touched = new Set<KnownIssue>();

  constructor(issues: readonly KnownIssue[], facts: ColumnFacts) {
    this.#entries = issues
      .filter((issue) => holdsFor(issue, facts))
      .map((issue) => ({ issue, matchers: matchersOf(issue) }));
  }

  /** The entry that explains this outcome of a case, if one does. */
  explain(result: CaseResult, features: readonly string[]): KnownIssueNote | null {
    for (const { issue, matchers } of this.#entries) {
      if (!matchers.covers(result.key, result.entry, features)) continue;
      this.#touched.add(issue);
      if (!issue.outcomes.includes(result.outcome)) continue;
      this.#explained.set(issue, (this.#explained.get(issue) ?? 0) + 1);
      return { reason: issue.reason, link: issue.link };
    }
    return null;
  }

  /** Note that a covered case passed. */
  passed(key: string, entry: string, features: readonly string[]): void {
    for (const { issue, matchers } of this.#entries) {
      if (matchers.covers(key, entry, features)) this.#touched.add(issue);
    }
  }

  /** The shortest deadline that an entry states for the case. */
  timeoutMs(key: string, entry: string, features: readonly string[]): number | null {
    const times = this.#entries
      .filter(({ issue, matchers }) => issue.timeoutMs !== null && matchers.covers(key, entry, features))
      .map(({ issue }) => issue.timeoutMs ?? Infinity);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Entries that held for this column and explained nothing: cases passed that should not have, or none matched. */
  stale(): readonly { issue: KnownIssue; reason: 'passed' | 'no-case' }[] {
    return this.#entries
      .filter(({ issue }) => !this.#explained.has(issue))
      .map(({ issue }) => ({ issue, reason: this.#touched.has(issue) ? 'passed' : 'no-case' }));
  }
}

interface Matchers {
  readonly covers: (key: string, entry: string, features: readonly string[]) => boolean;
}

function matchersOf(issue: KnownIssue): Matchers {
  const feature = issue.feature === null ? null : picomatch(issue.feature);
  const key = issue.case === null ? null : picomatch(issue.case);
  return {
    covers: (caseKey, entry, features) =>
      (feature === null || features.some((name) => feature(name))) &&
      (key === null || key(caseKey) || key(entry)),
  };
}

function holdsFor(issue: KnownIssue, facts: ColumnFacts): boolean {
  if (issue.caller !== null && issue.caller !== facts.caller) return false;
  if (issue.platforms.length > 0 && !picomatch.isMatch(facts.platform.name, [...issue.platforms]))
    return false;
  return issue.versions === null || inRange(issue.versions, facts.versions);
}

/** Is the version of the named thing in the range? A thing that the column does not have is not. */
export function inRange(versions: string, have: readonly string[]): boolean {
  const [name = '', ...range] = versions.trim().split(/\s+/u);
  const fact = have.find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()} `));
  const version = fact === undefined ? null : semver.coerce(fact.slice(name.length));
  return version !== null && semver.satisfies(version, range.join(' ') || '*');
}
