/** The format of `caller.yaml` (callers/README.md, "Manifest"), and what is made of it. */
import { z } from 'zod';

export type PackageManager = 'apt' | 'dnf' | 'pacman' | 'brew' | 'winget';
export type Packages = Readonly<Partial<Record<PackageManager, readonly string[]>>>;

/** How a program is found: the first of `commands` on PATH that answers `version` and `probe`. */
export interface ToolSpec {
  readonly commands: readonly string[];
  readonly version: readonly string[];
  readonly minimum: string | null;
  /** Arguments with which it must exit 0, e.g. to import the FFI module. */
  readonly probe: readonly string[] | null;
  /** Arguments with which it prints the path of the program that really runs, should it be a version manager's script. */
  readonly executable: readonly string[] | null;
}

/** A runtime's own way of dying. All that is not null must match. */
export interface RuntimeDeath {
  readonly signal: string | null;
  readonly exit: number | null;
  /** Text that stands in stderr. */
  readonly stderr: string | null;
  readonly cause: string;
}

export interface Cannot {
  readonly features: readonly string[];
  readonly why: string;
}

export interface CompileRule {
  readonly command: readonly string[];
  /** File name patterns of the sources. */
  readonly sources: readonly string[];
  readonly object: string;
}

/** How a case becomes a program of its own, which needs neither abide nor the caller's folder. */
export interface Repro {
  /** Called with PLAN KEY LIBRARY; prints the program. */
  readonly command: readonly string[];
  /** What the program's file is called. */
  readonly file: string;
  /** What a line of comment begins with. */
  readonly comment: string;
  /** Makes `${executable}` of `${program}`; null: there is nothing to build. */
  readonly build: readonly string[] | null;
  readonly run: readonly string[];
}

interface ManifestCommon {
  readonly name: string;
  readonly language: string;
  readonly ffi: string;
  /** Callers of one engine are compared for attribution. */
  readonly engine: string;
  /** Its agreement with the spec clears the library. */
  readonly reference: boolean;
  /** In file order: the first one is what `--caller NAME@PATH` replaces. */
  readonly tools: ReadonlyMap<string, ToolSpec>;
  readonly install: Packages;
  readonly deaths: readonly RuntimeDeath[];
  readonly cannot: readonly Cannot[];
  /** Null: the caller writes no programs of single cases. */
  readonly repro: Repro | null;
}

export interface InterpretedManifest extends ManifestCommon {
  readonly kind: 'interpreted';
  readonly run: readonly string[];
}

export interface CompiledManifest extends ManifestCommon {
  readonly kind: 'compiled';
  readonly generate: readonly string[];
  readonly compile: CompileRule;
  readonly link: { readonly command: readonly string[] };
}

export type Manifest = InterpretedManifest | CompiledManifest;

const text = z.string().min(1).max(1000);
const words = z.array(text).min(1).max(100);
const version = z.string().regex(/^\d+(\.\d+)*$/, 'expected a quoted version like "2.7"');
const signal = z.string().regex(/^SIG[A-Z0-9]+$/, 'expected a signal name like SIGABRT');
/** Package managers run as root: nothing that they could read as an option or a path. */
const packageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._@-]*$/, 'expected a plain package name');
const packages = z.array(packageName).max(50).optional();

const tool = z.strictObject({
  commands: words,
  version: words.default(['--version']),
  minimum: version.nullable().default(null),
  probe: words.nullable().default(null),
  executable: words.nullable().default(null),
});

const death = z
  .strictObject({
    signal: signal.nullable().default(null),
    exit: z.int().min(0).max(0xffff_ffff).nullable().default(null),
    stderr: text.nullable().default(null),
    cause: signal,
  })
  .refine((each) => each.signal !== null || each.exit !== null || each.stderr !== null, {
    error: 'a death says at least one of signal, exit, stderr',
  });

const repro = z.strictObject({
  command: words,
  file: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, 'expected a plain file name like repro.py'),
  comment: z.string().regex(/^[!-~]{1,4}$/, 'expected what begins a line of comment, like "#"'),
  build: words.nullable().default(null),
  run: words,
});

const common = {
  abide: z.literal(1),
  caller: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by "-"'),
  language: text,
  ffi: text,
  engine: text,
  reference: z.boolean().default(false),
  tools: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected a tool name in lower case'), tool)
    .refine((tools) => Object.keys(tools).length > 0, { error: 'expected at least one tool' }),
  install: z
    .strictObject({ apt: packages, dnf: packages, pacman: packages, brew: packages, winget: packages })
    .prefault({}),
  deaths: z.array(death).max(100).default([]),
  cannot: z
    .array(z.strictObject({ features: words, why: text }))
    .max(200)
    .default([]),
  repro: repro.nullable().default(null),
};

/** What is written in the file; `toManifest` makes the model of it. */
export const manifestFile = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('interpreted'), run: words }),
  z.strictObject({
    ...common,
    kind: z.literal('compiled'),
    generate: words,
    compile: z.strictObject({
      command: words,
      sources: words,
      object: z.string().regex(/^\.[a-z0-9]+$/, 'expected a file name ending like ".o"'),
    }),
    link: z.strictObject({ command: words }),
  }),
]);

export type ManifestFile = z.infer<typeof manifestFile>;

export function toManifest({ abide: _version, caller, tools, install, ...rest }: ManifestFile): Manifest {
  return { ...rest, name: caller, tools: new Map(Object.entries(tools)), install: withoutUndefined(install) };
}

function withoutUndefined(install: ManifestFile['install']): Packages {
  return Object.fromEntries(Object.entries(install).filter(([, names]) => names !== undefined));
}
