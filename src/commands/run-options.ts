import type { ConfigFlags } from './config.ts';

/** `abide run`, parsed. */
export interface RunOptions extends ConfigFlags {
  readonly patterns: readonly string[];
  /** The command's verbs: what was taken for a pattern may be a mistyped one. */
  readonly verbs: readonly string[];
  /** Deadline of a case, milliseconds. */
  readonly timeoutMs: number;
  readonly json?: string | undefined;
  readonly list: boolean;
  /** Only what deviated in the last run. */
  readonly failed: boolean;
  readonly failFast: boolean;
  readonly jobs: number;
  /** Leave the run folder behind. */
  readonly keep: boolean;
  readonly requireAll: boolean;
  readonly install: boolean;
  readonly verbose: boolean;
}
