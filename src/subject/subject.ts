/** The subject of a run: built or found, with its exports, its header and what tells it from another. */
import { resolve } from 'node:path';
import { execa } from 'execa';
import type { Platform } from '../abi/platform.ts';
import { buildCrate } from './cargo.ts';
import type { SymbolKind } from './exports.ts';
import { prepareHeader, type Header, type HeaderChoice } from './header.ts';
import { findLibrary, requirePlatform } from './library.ts';
import { fileHash, sourceHash } from './source-hash.ts';
import { readLibrary } from './symbols.ts';

export type SubjectChoice =
  | {
      readonly crate: string;
      readonly profile?: 'release' | 'dev';
      readonly targetDir?: string;
      readonly target?: string;
    }
  /** A path, or a name the loader knows: `libz.so.1`, `z`. */
  | { readonly library: string };

export interface SubjectOptions {
  readonly subject: SubjectChoice;
  readonly header: HeaderChoice;
  readonly platform: Platform;
  /** Of this run; a generated header is written here. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export interface Subject {
  /** What drivers hand to the loader. */
  readonly library: string;
  /** Null when only the loader knows where the library is. */
  readonly file: string | null;
  readonly name: string;
  /** Of the crate; null for a library. */
  readonly version: string | null;
  /** Null when they could not be read, because there is no file. */
  readonly symbols: ReadonlyMap<string, SymbolKind> | null;
  readonly header: Header;
  readonly headerPath: string | null;
  /** Of a crate: over its LF-normalised sources; of a library: of the file; null without a file. */
  readonly sourceHash: string | null;
  /** `rustc 1.95.0 (…)`; null for a library. */
  readonly rustc: string | null;
  readonly profile: 'release' | 'dev' | null;
  /** True: built from a crate by this run. */
  readonly built: boolean;
}

/** Throws a DiagnosticError when there is no subject to test. */
export async function prepareSubject(options: SubjectOptions): Promise<Subject> {
  const { subject } = options;
  return 'crate' in subject ? fromCrate(subject, options) : fromLibrary(subject.library, options);
}

async function fromCrate(
  choice: Extract<SubjectChoice, { crate: string }>,
  { header: wanted, platform, folder, signal }: SubjectOptions,
): Promise<Subject> {
  const crate = resolve(choice.crate);
  const build = buildCrate({ ...choice, ...(signal === undefined ? {} : { signal }) });
  // The header needs no build, only the sources; a build error is the one to show.
  const [artifact, prepared] = await Promise.allSettled([build, prepareHeader(wanted, { crate, folder })]);
  if (artifact.status === 'rejected') throw artifact.reason;
  if (prepared.status === 'rejected') throw prepared.reason;
  const { file, packageName, version, profile } = artifact.value;
  const library = await readLibrary(file, platform);
  requirePlatform(library, platform);
  return {
    library: file,
    file,
    name: packageName,
    version,
    symbols: library.symbols,
    header: prepared.value,
    headerPath: prepared.value.path,
    sourceHash: await sourceHash(crate),
    rustc: await rustcVersion(crate),
    profile,
    built: true,
  };
}

async function fromLibrary(
  given: string,
  { header: wanted, platform, folder }: SubjectOptions,
): Promise<Subject> {
  const found = await findLibrary(given, platform);
  const header = await prepareHeader(wanted, { crate: null, folder });
  const file = found.library?.file ?? null;
  return {
    library: found.loader,
    file,
    name: found.name,
    version: null,
    symbols: found.library?.symbols ?? null,
    header,
    headerPath: header.path,
    sourceHash: file === null ? null : await fileHash(file),
    rustc: null,
    profile: null,
    built: false,
  };
}

/** Asked in the crate, because a rust-toolchain file there decides. */
async function rustcVersion(crate: string): Promise<string | null> {
  const result = await execa('rustc', ['--version'], { cwd: crate, reject: false, stdin: 'ignore' });
  return result.failed ? null : result.stdout.trim();
}
