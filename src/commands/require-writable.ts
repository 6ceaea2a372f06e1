import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostic.ts';

/** Throws a DiagnosticError when `file` cannot come to stand where it should: better before a long run than after. */
export async function requireWritable(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  try {
    const place = await stat(folder);
    if (!place.isDirectory()) throw new Error(`${folder} is no folder`);
    await access(folder, constants.W_OK);
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory() === true) throw new Error('it is a folder');
  } catch (error) {
    throw notWritten(file, error);
  }
}

export function notWritten(file: string, error: unknown): DiagnosticError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `${file} cannot be written: ${why}`;
  return new DiagnosticError([{ code: 'not-written', severity: 'error', message, location: null }]);
}
