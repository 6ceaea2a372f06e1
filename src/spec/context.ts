import type { CallbackDecl, Type } from '../abi/type.ts';
import type { Read, Wire } from '../plan/wire.ts';
import type { Declarations } from './declarations.ts';
import type { Problems } from './problems.ts';
import type { Scope } from './scope.ts';
import type { Span } from './source.ts';
import type { Step } from './suite.ts';
import type { TableDraft } from './table-draft.ts';

/** One case while it is lowered. */
export interface CaseContext {
  readonly declarations: Declarations;
  readonly problems: Problems;
  /** Null: the case has no rows. */
  readonly table: TableDraft | null;
  readonly callbacks: CallbackDraft[];
  /** The step that ends the process, once there is one. */
  death: Span | null;
}

/** One step while it is lowered. */
export interface StepDraft {
  readonly id: string;
  readonly inner: Step[];
  /** Types of the parameters of the current call: `$at` may name them. */
  readonly params: ReadonlyMap<string, Type>;
  /** Callbacks made by this step, by the name the spec uses. */
  readonly created: Map<string, CallbackDraft>;
  /** Plan name of what the call returned, when something needs it. */
  returned: string | null;
}

/** Where a value stands. */
export interface Place {
  readonly case: CaseContext;
  readonly scope: Scope;
  readonly step: StepDraft | null;
  /** Parameter or field: what a callback is called without `as`. */
  readonly name: string;
}

/** A scripted callback; what later steps expect of its calls adds to how it reads its arguments. */
export interface CallbackDraft {
  readonly wire: string;
  readonly type: string;
  readonly decl: CallbackDecl;
  readonly span: Span;
  /** The form in the plan, completed when the case has been read. */
  readonly form: Record<string, Wire | number>;
  readonly reads: Map<string, Read>;
  /** Whether only the number of calls with the first and the last is recorded; null: nothing asked yet. */
  ends: boolean | null;
}

export function newStep(id: string, params: ReadonlyMap<string, Type> = new Map()): StepDraft {
  return { id, inner: [], params, created: new Map(), returned: null };
}

/** What was found out about callbacks while the case was read goes into the plan. */
export function completeCallbacks(callbacks: readonly CallbackDraft[]): void {
  for (const callback of callbacks) {
    const reads = [...callback.reads].filter(([, read]) => read !== null);
    if (reads.length > 0) callback.form['read'] = Object.fromEntries(reads);
    if (callback.ends === true) callback.form['ends'] = true;
  }
}
