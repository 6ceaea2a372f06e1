/** abide.yaml and the command line made one: what a run is about. Command line first, then the file. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { readYamlFile } from '../yaml-file.ts';
import { defaultConfigFile, packageRoot } from './package.ts';

const text = z.string().min(1);
const callerEntry = z.union([text, z.record(text, z.strictObject({ with: text }))]);

const subject = z.union(
  [z.strictObject({ crate: text }), z.strictObject({ library: text }), z.strictObject({ system: text })],
  { error: 'expected { crate: FOLDER }, { library: FILE } or { system: NAME }' },
);
const specs = z.union([text, z.array(text).min(1, 'expected at least one')], {
  error: 'expected a file, a folder or a glob, or a list of them',
});

const configFile = z.strictObject({
  subject,
  header: text.default('none'),
  specs,
  callers: z.array(callerEntry).optional(),
  ledger: text.optional(),
  'known-issues': text.optional(),
  /** The file of the mistakes that `abide faults` plants into the crate. */
  faults: text.optional(),
  /** Folder that complete runs write to. */
  results: text.optional(),
  /** A Markdown file whose table, between its `abide:table` comments, complete runs renew. */
  readme: text.optional(),
});

/** Paths are absolute. */
export interface Config {
  readonly subject: SubjectChoice;
  readonly header: { readonly kind: 'cbindgen' | 'none' } | { readonly kind: 'file'; readonly path: string };
  /** Folders, files or globs. */
  readonly specs: readonly string[];
  /** Null: all. */
  readonly callers: readonly CallerChoice[] | null;
  readonly ledger: string | null;
  readonly knownIssues: string | null;
  readonly faults: string | null;
  readonly results: string | null;
  readonly readme: string | null;
  /** Where caches and the last run are kept. */
  readonly state: string;
  /** Nothing on the command line replaced the file's subject or specs. */
  readonly isDefault: boolean;
  /** The suite that ships with the package, unchanged: the one that callers' known issues are written for. */
  readonly isPackages: boolean;
}

export type SubjectChoice =
  | { readonly kind: 'crate'; readonly folder: string }
  /** A file, or a name that the loader finds. */
  | { readonly kind: 'library'; readonly library: string };

export interface CallerChoice {
  readonly name: string;
  readonly with: string | null;
}

/** The flags that replace parts of abide.yaml. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly crate?: string | undefined;
  readonly library?: string | undefined;
  readonly specs?: readonly string[] | undefined;
  readonly header?: string | undefined;
  readonly ledger?: string | undefined;
  readonly caller?: readonly string[] | undefined;
}

export async function readConfig(flags: ConfigFlags): Promise<Config> {
  const path = flags.config === undefined ? findConfig(process.cwd()) : resolve(flags.config);
  const shown = relative(process.cwd(), path) || path;
  const request = {
    path,
    shown,
    schema: configFile,
    code: 'config',
    reference: 'README.md',
  } as const;
  const { value } = await readYamlFile(request);
  const at = (name: string): string => resolve(dirname(path), name);
  const optional = (name: string | undefined): string | null => (name === undefined ? null : at(name));
  const isDefault = [flags.library, flags.crate, flags.specs, flags.header, flags.ledger].every(isUnset);
  const replaced = flags.library !== undefined || flags.crate !== undefined;
  return {
    subject: subjectOf(flags) ?? fileSubject(value.subject, at),
    header: headerOf(flags.header, (name) => resolve(name)) ??
      headerOf(replaced ? 'none' : value.header, at) ?? { kind: 'none' },
    specs: flags.specs?.map((each) => resolve(each)) ?? [value.specs].flat().map(at),
    callers: flags.caller?.map(callerFlag) ?? value.callers?.flatMap(callerOf) ?? null,
    ledger: flags.ledger ?? (replaced ? null : (value.ledger ?? null)),
    knownIssues: replaced || flags.specs !== undefined ? null : optional(value['known-issues']),
    faults: optional(value.faults),
    results: optional(value.results),
    readme: optional(value.readme),
    state: join(stateRoot(path), '.abide'),
    isDefault,
    isPackages: isDefault && path === defaultConfigFile(),
  };
}

function isUnset(flag: unknown): boolean {
  return flag === undefined;
}

/** The nearest abide.yaml up the tree; without one, the package's own default subject. */
function findConfig(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'abide.yaml');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return defaultConfigFile();
  }
}

function stateRoot(configPath: string): string {
  const own = relative(packageRoot, configPath).startsWith('..');
  return own ? dirname(configPath) : packageRoot;
}

function subjectOf(flags: ConfigFlags): SubjectChoice | null {
  if (flags.library !== undefined) return libraryChoice(flags.library, (name) => resolve(name));
  return flags.crate === undefined ? null : { kind: 'crate', folder: resolve(flags.crate) };
}

function fileSubject(
  subject: z.infer<typeof configFile>['subject'],
  at: (name: string) => string,
): SubjectChoice {
  if ('crate' in subject) return { kind: 'crate', folder: at(subject.crate) };
  if ('system' in subject) return { kind: 'library', library: subject.system };
  return libraryChoice(subject.library, at);
}

/** A bare name that is no file here is the loader's to find. */
function libraryChoice(name: string, at: (name: string) => string): SubjectChoice {
  const bare = !/[/\\]/u.test(name) && !existsSync(at(name));
  return { kind: 'library', library: bare ? name : at(name) };
}

function headerOf(name: string | undefined, at: (name: string) => string): Config['header'] | null {
  if (name === undefined) return null;
  return name === 'cbindgen' || name === 'none' ? { kind: name } : { kind: 'file', path: at(name) };
}

/** `NAME` or `NAME@INTERPRETER`. */
function callerFlag(flag: string): CallerChoice {
  const at = flag.indexOf('@');
  return at < 0 ? { name: flag, with: null } : { name: flag.slice(0, at), with: flag.slice(at + 1) };
}

function callerOf(entry: z.infer<typeof callerEntry>): CallerChoice[] {
  if (typeof entry === 'string') return [{ name: entry, with: null }];
  return Object.entries(entry).map(([name, { with: interpreter }]) => ({ name, with: interpreter }));
}
