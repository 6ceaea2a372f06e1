import type { Diagnostic } from './diagnostic.ts';
import type { CallerTrouble } from './drive/record.ts';
import type { CaseResult } from './judge/outcome.ts';
import type { NotRun, Run } from './results/run.ts';

/** What happens in a run, in the order it happens. Every printer is a consumer of these or of the finished run. */
export type RunEvent =
  /** Work before or after the playing began: reading specs, cargo, compiling a caller. */
  | { readonly kind: 'work'; readonly what: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'not-run'; readonly caller: NotRun }
  | { readonly kind: 'column-started'; readonly column: string; readonly cases: number }
  | {
      readonly kind: 'column-hello';
      readonly column: string;
      readonly versions: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'progress'; readonly column: string; readonly played: number }
  | { readonly kind: 'deviation'; readonly column: string; readonly result: CaseResult }
  | { readonly kind: 'trouble'; readonly column: string; readonly trouble: CallerTrouble }
  | { readonly kind: 'column-finished'; readonly column: string; readonly played: number }
  | { readonly kind: 'finished'; readonly run: Run };

export type Listener = (event: RunEvent) => void;
