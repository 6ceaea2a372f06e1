import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import type { Diagnostic } from '../diagnostic.ts';
import { Problems } from './problems.ts';
import { reportSystemError } from './read-file.ts';
import { TextSource } from './source.ts';
import { quoted } from './tree.ts';

export interface FoundFiles {
  /** Sorted; relative to the working directory where they are inside it. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Asserted deviations stand beside the specs and are none. */
const NO_SPEC = /^known-issues\.ya?ml$/u;

/** The spec files a directory, a file name or a glob stands for. */
export async function findSpecFiles(wanted: string): Promise<FoundFiles> {
  const problems = new Problems();
  const files = await candidates(wanted, problems);
  if (files.length === 0 && problems.count === 0) {
    problems.add('no-specs', null, `Expected spec files (.yaml) at ${quoted(wanted)}, found none.`, {
      help: 'Give a directory, a file or a glob with --specs.',
    });
  }
  return { files: files.map(shown).sort(), diagnostics: problems.all };
}

async function candidates(wanted: string, problems: Problems): Promise<readonly string[]> {
  const facts = await stat(wanted).catch(() => null);
  if (facts?.isDirectory() === true) {
    return filesIn(wanted, (name) => /\.ya?ml$/u.test(name) && !NO_SPEC.test(name), false, problems);
  }
  if (facts !== null || !/[*?[\]{}!()]/u.test(wanted)) return [wanted];
  const { base, glob } = picomatch.scan(wanted.replaceAll(path.win32.sep, '/'));
  const matches = picomatch(glob);
  return filesIn(
    base === '' ? '.' : base,
    (name) => matches(name) && !NO_SPEC.test(path.posix.basename(name)),
    glob.includes('/'),
    problems,
  );
}

/** Names are tested with / between folders, on every system. */
async function filesIn(
  folder: string,
  wanted: (name: string) => boolean,
  deep: boolean,
  problems: Problems,
): Promise<readonly string[]> {
  try {
    const names = await readdir(folder, { recursive: deep });
    return names
      .filter((name) => wanted(name.replaceAll(path.sep, '/')))
      .map((name) => path.join(folder, name));
  } catch (error) {
    reportSystemError(error, { source: new TextSource(folder, ''), start: 0, end: 0 }, problems);
    return [];
  }
}

function shown(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
