/** A finished run: everything one command produced on one platform. Plain data. */
import type { CallerTrouble } from '../drive/record.ts';
import type { Tally } from '../judge/column.ts';
import type { WrongLayout } from '../judge/layouts.ts';
import type { CaseResult } from '../judge/outcome.ts';

export const RUN_SCHEMA = 1;

export interface Run {
  readonly schema: typeof RUN_SCHEMA;
  readonly abide: string;
  readonly platform: { readonly name: string; readonly kernel: string; readonly cpu: string };
  readonly subject: SubjectFacts;
  readonly specs: { readonly hash: string; readonly files: number };
  /** False when a filter narrowed it, or it was interrupted. */
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly entries: readonly Entry[];
  readonly columns: readonly Column[];
  readonly notRun: readonly NotRun[];
  readonly header: HeaderReport;
}

export interface SubjectFacts {
  readonly name: string;
  readonly version: string | null;
  /** SHA-256 over the LF-normalised sources; null for a library that was given as a file. */
  readonly sourceHash: string | null;
  readonly rustc: string | null;
  readonly profile: string | null;
}

/** A case or a table of the suite, as far as reports need it. */
export interface Entry {
  readonly key: string;
  readonly title: string;
  readonly features: readonly string[];
  /** Rows of a table; null for a case. */
  readonly rows: number | null;
  readonly file: string;
  readonly line: number;
}

/** One caller with one interpreter: a column of the table. */
export interface Column {
  readonly id: string;
  readonly caller: string;
  readonly language: string;
  readonly ffi: string;
  readonly engine: string;
  readonly reference: boolean;
  /** What the driver said of itself, and the versions of the tools that made it. */
  readonly versions: Readonly<Record<string, string>>;
  /** Cases of the plan, and how many of them were played. */
  readonly planned: number;
  readonly played: number;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Everything that did not simply pass. */
  readonly results: readonly CaseResult[];
  readonly troubles: readonly CallerTrouble[];
  readonly layouts: readonly WrongLayout[];
  /** Known issues that held for this column and explained nothing. */
  readonly stale: readonly StaleIssue[];
  readonly durationMs: number;
}

export interface StaleIssue {
  readonly where: string;
  readonly what: string;
  /** `passed`: its cases pass now; `no-case`: nothing matched it. */
  readonly reason: 'passed' | 'no-case';
  /** Only a complete run of the suite that the entry is written for may fail for it. */
  readonly counts: boolean;
}

/** A caller that did not run: never to be taken for one that passed. */
export interface NotRun {
  readonly caller: string;
  readonly reason: string;
  /** Asked for by name, or `--require-all`: then it costs exit code 1. */
  readonly demanded: boolean;
  readonly cures: readonly { readonly system: string; readonly command: string }[];
}

export interface HeaderReport {
  /** Where the header came from; null: there was none, `why` says so. */
  readonly source: string | null;
  readonly why: string | null;
  readonly agreed: number;
  readonly disagreements: readonly HeaderDisagreement[];
  readonly notes: readonly string[];
}

export interface HeaderDisagreement {
  readonly declaration: string;
  readonly expected: string;
  readonly found: string;
}
