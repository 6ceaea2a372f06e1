/** The C header of the subject: its own, one that cbindgen writes, or none. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { DiagnosticError, type Diagnostic } from '../diagnostic.ts';
import type { SubjectCode } from './codes.ts';

/** `auto`: cbindgen if it is there and the subject is a crate, else none, with the reason. */
export type HeaderChoice = 'auto' | 'cbindgen' | 'none' | { readonly file: string };

export interface Header {
  readonly path: string | null;
  /** Why there is none; null when there is one. */
  readonly missing: string | null;
  /** Who made it: `cbindgen 0.24.3`; null for a header of the subject's own. */
  readonly generator: string | null;
}

export interface HeaderOptions {
  /** Null: the subject is a built library. */
  readonly crate: string | null;
  /** Where a generated header is written to. */
  readonly folder: string;
  readonly cbindgen?: string;
}

export async function prepareHeader(choice: HeaderChoice, options: HeaderOptions): Promise<Header> {
  if (choice === 'none') return none('no header was asked for');
  if (typeof choice === 'object') return ownHeader(choice.file);
  if (options.crate !== null) return generated(choice === 'cbindgen', options.crate, options);
  if (choice === 'auto') return none('the subject is a library without a crate, and no header was given');
  throw new DiagnosticError([
    problem(
      'no-crate',
      'cbindgen makes a header from a crate, but the subject is a built library.',
      'Give its header with --header FILE.',
    ),
  ]);
}

function none(missing: string): Header {
  return { path: null, missing, generator: null };
}

async function ownHeader(file: string): Promise<Header> {
  const path = resolve(file);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return { path, missing: null, generator: null };
  const what = found === null ? 'there is no such file' : 'it is no file';
  throw new DiagnosticError([
    problem(
      'header-missing',
      `The header ${path} cannot be read: ${what}.`,
      'Give its path with --header FILE.',
    ),
  ]);
}

const GET_CBINDGEN =
  'Install it with "cargo install cbindgen" (Debian: apt-get install cbindgen; macOS: brew install cbindgen).';

async function generated(required: boolean, crate: string, options: HeaderOptions): Promise<Header> {
  const cbindgen = options.cbindgen ?? 'cbindgen';
  const version = await execa(cbindgen, ['--version'], { reject: false, stdin: 'ignore' });
  if (version.failed) {
    if (!required) return none(`cbindgen was not found; ${GET_CBINDGEN}`);
    throw new DiagnosticError([
      problem('cbindgen-missing', 'The header needs cbindgen, which was not found.', GET_CBINDGEN),
    ]);
  }
  await mkdir(options.folder, { recursive: true });
  const path = join(options.folder, 'subject.h');
  const args = ['--quiet', '--lang', 'c', '--output', path, resolve(crate)];
  const result = await execa(cbindgen, args, { cwd: resolve(crate), reject: false, stdin: 'ignore' });
  // cbindgen 0.24 ends with 0 and writes nothing when it finds no export.
  const text = result.failed ? null : await readFile(path, 'utf8').catch(() => null);
  if (text !== null) return { path, missing: null, generator: version.stdout.trim() };
  const said = result.stderr.trim();
  const message = `cbindgen made no header for ${crate}${said === '' ? '.' : `:\n${said}`}`;
  if (!required) return none(message);
  throw new DiagnosticError([
    problem('cbindgen-failed', message, 'Give a header with --header FILE, or "none".'),
  ]);
}

function problem(code: SubjectCode, message: string, help: string): Diagnostic {
  return { code, severity: 'error', message, location: null, help };
}
