/** Which symbols a library file exports, whatever platform it is for. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Platform } from '../abi/platform.ts';
import { DiagnosticError, visible } from '../diagnostic.ts';
import type { SubjectCode } from './codes.ts';
import { readElf } from './elf.ts';
import { NotLoadable, type LibraryExports } from './exports.ts';
import { MalformedLibrary } from './library-bytes.ts';
import { readMachO, sliceOfUniversal } from './macho.ts';
import { readPe } from './pe.ts';

/** A library that is larger is no library that anyone ships. */
const LARGEST = 2 ** 30;
const LONGEST_SCRIPT = 65_536;

export interface LibraryFile extends LibraryExports {
  /** The file that was read: what a linker script points at, when `file` was one. */
  readonly file: string;
}

/** Throws a DiagnosticError that says what the file is when it is no library. */
export async function readLibrary(file: string, platform: Platform): Promise<LibraryFile> {
  const content = await contentOf(file);
  const target = scriptTarget(content, file);
  if (target !== null) return { ...exportsOf(await contentOf(target), target, platform), file: target };
  return { ...exportsOf(content, file, platform), file };
}

function exportsOf(content: Uint8Array, file: string, platform: Platform): LibraryExports {
  try {
    const read = readerFor(content, platform.arch);
    return read();
  } catch (error) {
    if (error instanceof NotLoadable) throw refusal('not-a-library', `${file} is ${error.message}.`);
    if (error instanceof MalformedLibrary) {
      throw refusal(
        'broken-library',
        `${file} is broken or cut off: ${error.message}.`,
        'Build the library again.',
      );
    }
    throw error;
  }
}

function readerFor(content: Uint8Array, arch: string): () => LibraryExports {
  const magic = hex(content.subarray(0, 4));
  if (magic === '7f454c46') return () => readElf(content);
  if (magic === 'cffaedfe' || magic === 'cefaedfe') return () => readMachO(content);
  if (magic === 'cafebabe' || magic === 'cafebabf') {
    const slice = sliceOfUniversal(content, arch);
    return () => readMachO(slice);
  }
  if (magic.startsWith('4d5a')) return () => readPe(content);
  throw new NotLoadable(whatElse(content));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function whatElse(content: Uint8Array): string {
  if (content.length === 0) return 'empty';
  const start = Buffer.from(content.subarray(0, 512)).toString('latin1');
  if (start.startsWith('!<arch>') || start.startsWith('!<thin>')) {
    return 'a static library (an archive of object files); a shared one is needed';
  }
  if (start.startsWith('\0asm')) return 'a WebAssembly module, not a shared library';
  if (start.startsWith('#!')) return 'a script, not a library';
  if (start.startsWith('PK\u0003\u0004')) return 'a zip archive, not a library';
  const text = content
    .subarray(0, 512)
    .every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
  const shown = visible(start.slice(0, 40).split('\n', 1)[0] ?? '');
  return text ? `a text that begins with "${shown}", not a library` : 'no ELF, Mach-O or PE file';
}

/** `libc.so` on Linux is often a text for the linker that names the real file. */
function scriptTarget(content: Uint8Array, file: string): string | null {
  if (content.length > LONGEST_SCRIPT) return null;
  const text = Buffer.from(content)
    .toString('latin1')
    .replaceAll(/\/\*.*?\*\//gs, ' ');
  const inside = /^[\s\w()\-.,]*?\b(?:GROUP|INPUT)\s*\((?<inside>[^)]*)/.exec(text)?.groups?.['inside'];
  const target = inside?.split(/[\s,(]+/).find((each) => /\.so(?:\.[0-9]+)*$/.test(each));
  if (target === undefined) return null;
  return isAbsolute(target) ? target : join(dirname(file), target);
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    // Before opening: a named pipe would wait for its writer.
    const found = await stat(file);
    if (found.isDirectory()) throw refusal('not-a-library', `${file} is a folder, not a library.`);
    if (!found.isFile()) throw refusal('not-a-library', `${file} is no regular file, so no library.`);
    if (found.size > LARGEST) {
      throw refusal('not-a-library', `${file} has ${found.size} bytes; at most ${LARGEST} are read.`);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw refusal(
      'library-missing',
      `${file} cannot be read: ${reason(error)}.`,
      'Build the library, or give its path with --library.',
    );
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission is denied';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}

function refusal(code: SubjectCode, message: string, help?: string): DiagnosticError {
  const base = { code, severity: 'error', message, location: null } as const;
  return new DiagnosticError([help === undefined ? base : { ...base, help }]);
}
