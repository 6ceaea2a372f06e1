/** The words of a verdict. */
import type { Wire } from '../plan/wire.ts';

/** How far a case came. */
export type Stage = 'build' | 'start' | 'load' | 'bind' | 'call' | 'read' | 'release';

/**
 * `unsupported` is the FFI's own limit; `blocked`: a prerequisite failed; `error`: the harness's or the driver's own fault.
 * Worst last: `outcomes` is also the order in which a table cell shows the worst of its cases.
 */
export type Outcome = (typeof outcomes)[number];
export const outcomes = ['pass', 'unsupported', 'blocked', 'fail', 'hang', 'crash', 'error'] as const;

/** A count for each outcome. */
export function zeros(): Record<Outcome, number> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
}

/** One thing that differed from the spec. */
export interface Deviation {
  readonly what: DeviationKind;
  /** Step id; null for what belongs to the whole case. */
  readonly step: string | null;
  readonly thread: number | null;
  readonly round: number | null;
  /** `returns`, `after out[2].x`, `called visit[1].item`: where in the step. */
  readonly where: string;
  /** For people: values as the spec would write them. */
  readonly expected: string;
  readonly observed: string;
  /** The first byte that differs: `byte 3 of 8 of field y (offset 11 of Point): expected 42, found 43`. */
  readonly byte: string | null;
}

export type DeviationKind = (typeof deviationKinds)[number];
export const deviationKinds = [
  'value',
  'damage',
  'missing',
  'raised',
  'leak',
  'death',
  'not-played',
  'protocol',
] as const;

/** What became of one case in one caller, when it did not simply pass. */
export interface CaseResult {
  /** The case's key; for a row of a table, the row's. */
  readonly key: string;
  /** The case or table it belongs to. */
  readonly entry: string;
  readonly outcome: Outcome;
  readonly stage: Stage | null;
  readonly step: string | null;
  /** One sentence: what happened. */
  readonly why: string;
  readonly deviations: readonly Deviation[];
  /** Signal or exit code, when the process ended. */
  readonly death: string | null;
  /** Who refused: the FFI itself or the driver. */
  readonly refusedBy: 'ffi' | 'driver' | null;
  /** Tail of stderr, as evidence; empty when there is none. */
  readonly stderr: string;
  /** The known issue that explains it. */
  readonly known: KnownIssueNote | null;
  /** Whom it is laid to; set when all callers are judged. */
  readonly attribution: Attribution | null;
}

export interface KnownIssueNote {
  readonly reason: string;
  readonly link: string | null;
}

export type Attribution =
  | { readonly to: 'library' }
  | { readonly to: 'caller'; readonly name: string }
  | { readonly to: 'engine'; readonly name: string }
  | { readonly to: 'nobody'; readonly why: string };

/** Does it keep a run from exit code 0? A refusal must be declared; a known issue is as expected. */
export function isUnexpected(result: CaseResult): boolean {
  return result.outcome !== 'pass' && result.known === null;
}

/** A place inside a wire value. */
export type WirePath = readonly (string | number)[];

/** A difference between expected and observed, before it is put in words. */
export interface Mismatch {
  readonly path: WirePath;
  readonly expected: Wire;
  readonly observed: Wire | undefined;
}
