import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostic.ts';

/** Throws a DiagnosticError when `file` cannot come to stand where it should: better before a long run than after. */
export async function requireWritable(file: string): Promise<void> {
  try {
    await requireFolder(dirname(resolve(file)));
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory() === true) throw new Error('it is a folder');
  } catch (error) {
    throw notWritten(file, error);
  }
}

/** Makes the folder that caches and the last run are kept in; throws a DiagnosticError when that cannot be. */
export async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await requireFolder(folder);
  } catch (error) {
    throw notWritten(folder, error);
  }
}

async function requireFolder(folder: string): Promise<void> {
  const place = await stat(folder);
  if (!place.isDirectory()) throw new Error(`${folder} is no folder`);
  await access(folder, constants.W_OK);
}

function notWritten(file: string, error: unknown): DiagnosticError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `${file} cannot be written: ${why}`;
  return new DiagnosticError([{ code: 'not-written', severity: 'error', message, location: null }]);
}
