/** Builds the subject's crate and finds the library cargo made, from cargo's own messages. */
import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { DiagnosticError } from '../diagnostic.ts';
import type { SubjectCode } from './codes.ts';

export interface CargoOptions {
  /** The folder of Cargo.toml. */
  readonly crate: string;
  readonly profile?: 'release' | 'dev';
  /** Default: where cargo puts this crate's output anyway. */
  readonly targetDir?: string;
  /** A Rust target triple, for another platform. */
  readonly target?: string;
  readonly cargo?: string;
  readonly signal?: AbortSignal;
}

export interface CargoArtifact {
  readonly file: string;
  readonly packageName: string;
  readonly version: string;
  readonly profile: 'release' | 'dev';
}

const LIBRARY_SUFFIXES = new Set(['.so', '.dylib', '.dll']);

export async function buildCrate(options: CargoOptions): Promise<CargoArtifact> {
  const crate = resolve(options.crate);
  await requireManifest(crate);
  const profile = options.profile ?? 'release';
  const artifacts = (await runCargo(crate, profile, options)).flatMap(artifactOf);
  const own = artifacts.filter((each) => sameFolder(dirname(each.manifest), crate));
  // A workspace without a package of its own has only the artifacts of its members.
  const found = own.length > 0 ? own : artifacts;
  const [artifact] = found;
  if (artifact === undefined) throw noLibrary(crate);
  if (found.length > 1) {
    const names = found.map((each) => each.packageName).join(', ');
    throw refusal(
      'several-libraries',
      `The workspace ${crate} builds several C libraries: ${names}.`,
      'Give the folder of one of these crates with --crate.',
    );
  }
  return { file: artifact.file, packageName: artifact.packageName, version: artifact.version, profile };
}

/** The lines of cargo's JSON; a build that fails is one error with rustc's own words. */
async function runCargo(crate: string, profile: string, options: CargoOptions): Promise<readonly string[]> {
  const cargo = options.cargo ?? 'cargo';
  const args = [
    'build',
    '--quiet',
    ...(profile === 'release' ? ['--release'] : []),
    '--message-format=json-render-diagnostics',
    ...(options.targetDir === undefined ? [] : ['--target-dir', options.targetDir]),
    ...(options.target === undefined ? [] : ['--target', options.target]),
  ];
  const result = await execa(cargo, args, {
    cwd: crate,
    env: { CARGO_TERM_COLOR: 'never' },
    stdin: 'ignore',
    reject: false,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  if (result.code === 'ENOENT') {
    throw refusal(
      'cargo-missing',
      `The crate ${crate} cannot be built: ${cargo} was not found.`,
      'Install Rust (https://rustup.rs), or give a built library with --library PATH.',
    );
  }
  if (result.isCanceled) throw refusal('build-stopped', `The build of ${crate} was stopped.`);
  if (result.failed) {
    const said = result.stderr.trim();
    const words = said === '' ? result.shortMessage : said;
    throw refusal('build-failed', `The crate ${crate} does not build.\n${words}`);
  }
  return result.stdout.split('\n');
}

interface Artifact extends Omit<CargoArtifact, 'profile'> {
  readonly manifest: string;
}

/** The C library that one line of cargo's output announces, if it does. */
function artifactOf(line: string): readonly Artifact[] {
  const message = parsed(line);
  const target = field(message, 'target');
  const kinds = field(target, 'crate_types');
  const files = field(message, 'filenames');
  const manifest = field(message, 'manifest_path');
  if (field(message, 'reason') !== 'compiler-artifact' || typeof manifest !== 'string') return [];
  if (!Array.isArray(kinds) || !kinds.includes('cdylib') || !Array.isArray(files)) return [];
  const file: unknown = files.find((each) => typeof each === 'string' && LIBRARY_SUFFIXES.has(extname(each)));
  if (typeof file !== 'string') return [];
  return [{ file, manifest, ...packageOf(field(message, 'package_id')) }];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A build script may print what it likes.
    return null;
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** `path+file:///x/name#0.1.0`, `path+file:///x/folder#name@0.1.0`, and `name 0.1.0 (path+…)` before Rust 1.77. */
function packageOf(id: unknown): { packageName: string; version: string } {
  const text = typeof id === 'string' ? id : '';
  const old = /^(?<name>[^ ]+) (?<version>[^ ]+) \(/.exec(text)?.groups;
  if (old !== undefined) return { packageName: old['name'] ?? '', version: old['version'] ?? '' };
  const [url = '', rest = ''] = text.split('#');
  const [name = '', version = ''] = rest.includes('@') ? rest.split('@') : [url.split('/').at(-1), rest];
  return { packageName: name, version };
}

function sameFolder(one: string, other: string): boolean {
  return real(one) === real(other);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function requireManifest(crate: string): Promise<void> {
  const manifest = join(crate, 'Cargo.toml');
  const found = await stat(manifest).catch(() => null);
  if (found?.isFile() === true) return;
  throw refusal(
    'no-crate',
    `Expected a Rust crate in ${crate}, found no Cargo.toml there.`,
    'Give the folder of Cargo.toml with --crate, or a built library with --library PATH.',
  );
}

function noLibrary(crate: string): DiagnosticError {
  return refusal(
    'no-cdylib',
    `The crate ${crate} builds no C library.`,
    'Put these two lines into its Cargo.toml:\n[lib]\ncrate-type = ["cdylib"]',
  );
}

function refusal(code: SubjectCode, message: string, help?: string): DiagnosticError {
  const base = { code, severity: 'error', message, location: null } as const;
  return new DiagnosticError([help === undefined ? base : { ...base, help }]);
}
