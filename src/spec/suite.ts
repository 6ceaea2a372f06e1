/**
 * What the spec phase hands on: every spec file of a run, parsed, checked against the types and
 * lowered to wire values, with positions kept for reports.
 */
import type { Field, Type, TypeTable } from '../abi/type.ts';
import type { Location } from '../diagnostic.ts';
import type { PlanStep, Wire } from '../plan/wire.ts';

export interface Suite {
  readonly specs: readonly SpecFile[];
  readonly types: TypeTable;
  readonly functions: ReadonlyMap<string, FunctionDecl>;
  readonly globals: ReadonlyMap<string, GlobalDecl>;
  readonly constants: ReadonlyMap<string, Wire>;
  /** In file order; a table stands as one entry here. */
  readonly cases: readonly (Case | Table)[];
  /** SHA-256 over the LF-normalised sources, tables included. */
  readonly hash: string;
}

export interface SpecFile {
  readonly name: string;
  readonly about: string | null;
  /** As given by the user or relative to the working directory; what diagnostics show. */
  readonly file: string;
  readonly hash: string;
  /** Global name → expected wire value; when it differs every case of this spec is blocked, once. */
  readonly requires: ReadonlyMap<string, Wire>;
}

export interface FunctionDecl {
  readonly name: string;
  readonly symbol: string;
  readonly params: readonly Field[];
  readonly returns: Type;
  readonly about: string | null;
  /** False: not looked for in the header; the string is the reason. */
  readonly header: true | { readonly reason: string };
  readonly location: Location;
  readonly spec: string;
}

export interface GlobalDecl {
  readonly name: string;
  readonly symbol: string;
  readonly type: Type;
  readonly location: Location;
  readonly spec: string;
}

interface CaseCommon {
  readonly kind: 'case' | 'table';
  /** `spec/case-name-as-slug`; a table's rows have `key.<row>`. */
  readonly key: string;
  readonly spec: string;
  readonly title: string;
  readonly about: string | null;
  readonly location: Location;
  readonly steps: readonly Step[];
  /** Derived and declared feature names, sorted. */
  readonly features: readonly string[];
  /** Names of declared types, functions (`fn name`) and globals (`global name`) the case needs. */
  readonly uses: readonly string[];
  readonly timeoutMs: number | null;
  readonly when: When | null;
}

export interface Case extends CaseCommon {
  readonly kind: 'case';
}

/** A case with rows. Every `{"$slot":i}` in `steps` stands for slot i of a row. */
export interface Table extends CaseCommon {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Rows in file order, in batches, already checked. May be asked for again. */
  rows(): AsyncIterable<readonly Row[]>;
}

export interface Row {
  /** The row's case key. */
  readonly key: string;
  /** One wire value a slot; expected values are slots too (may hold `Expected` forms). */
  readonly slots: readonly Expected[];
  readonly location: Location;
}

export interface When {
  readonly os?: readonly string[];
  readonly arch?: readonly string[];
  readonly endian?: 'little' | 'big';
  readonly pointer_width?: 32 | 64;
}

/** A step as the spec states it: what the driver gets, and what must be observed. */
export interface Step {
  readonly plan: PlanStep;
  readonly expect: Expectation;
  readonly location: Location;
  /** Steps inside `threads`, `repeat` and callbacks' `on`, by plan id. */
  readonly inner: readonly Step[];
}

export interface Expectation {
  /** Absent: not asked for. */
  readonly returns?: Expected;
  /** `check` and `get`. */
  readonly value?: Expected;
  /** By parameter; includes `$untouched` for every `$out` the spec does not name. */
  readonly after?: Readonly<Record<string, Expected>>;
  readonly errno?: Expected;
  readonly found?: boolean;
  /** By callback name: every call in order, each partial in fields; or count with first and last. */
  readonly called?: Readonly<Record<string, readonly Expected[] | CalledSummary>>;
  /** `aborts: true` is `abort`. */
  readonly dies?: Death;
}

export interface CalledSummary {
  readonly count: string;
  readonly first?: Expected;
  readonly last?: Expected;
}

export type Death =
  | { readonly kind: 'abort' }
  | { readonly kind: 'signal'; readonly name: string }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'any' };

/**
 * A wire value, or at any depth one of:
 * `{"$any":true}`, `{"$nan":true}` (any NaN), `{"$untouched":true}`, `{"$approx":{"value":"3ff…","ulps":"4"}}`,
 * `{"$one_of":[…]}`, `{"$not":V}`, `{"$prefix":[…] or {"$bytes":"…"},"rest":"untouched"|"any"}`, `{"$ref":"g","path":[…]}` (equal to what was bound), `{"$slot":2}`.
 * In `called` a struct of parameters may leave fields out.
 */
export type Expected = Wire;
