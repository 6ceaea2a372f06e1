import type { PlanItem } from '../plan/select.ts';
import type { Exit } from './process.ts';

/** What one driver let us see of one case. */
export interface CaseRecord {
  readonly item: PlanItem;
  /** The `step` lines of the first play, without their sequence numbers. */
  readonly steps: readonly string[];
  /** The `end` line; null when the process did not get there. */
  readonly end: string | null;
  /** The last `at` line after the last step line; null when there was none. */
  readonly at: string | null;
  readonly ending: Ending;
  /** Between `begin` and the end, in milliseconds, to the grain of the follower. */
  readonly durationMs: number;
}

export type Ending =
  | { readonly kind: 'ended' }
  | { readonly kind: 'crash'; readonly exit: Exit; readonly stderr: string }
  | { readonly kind: 'hang'; readonly afterMs: number; readonly stderr: string }
  /** The driver broke the protocol: its own fault. */
  | { readonly kind: 'protocol'; readonly why: string; readonly stderr: string };

/** What following a driver yields, in order. */
export type DriveEvent =
  | { readonly kind: 'hello'; readonly hello: Readonly<Record<string, unknown>> }
  | { readonly kind: 'layout'; readonly layout: Readonly<Record<string, unknown>> }
  | { readonly kind: 'case'; readonly record: CaseRecord }
  | { readonly kind: 'trouble'; readonly trouble: CallerTrouble };

/** Something that happened to a caller outside every case: one result, not one per case. */
export interface CallerTrouble {
  readonly what:
    | 'cannot-build'
    | 'cannot-start'
    | 'cannot-load'
    | 'died-between-cases'
    | 'died-at-exit'
    | 'hung-outside'
    | 'protocol'
    | 'gave-up';
  readonly why: string;
  readonly exit: Exit | null;
  readonly stderr: string;
  /** True when the rest of the plan was not played. */
  readonly final: boolean;
}
