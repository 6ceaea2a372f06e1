/** A subject that is a built library: a path, or a name that the system's loader knows. */
import { readdir, stat } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Platform } from '../abi/platform.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { readLibrary, type LibraryFile } from './symbols.ts';

export interface FoundLibrary {
  /** What drivers hand to the loader: the file, or the bare name when only the loader knows where it is. */
  readonly loader: string;
  readonly name: string;
  /** Null when no file was found, or the file lies in a cache that only the loader can read. */
  readonly library: LibraryFile | null;
}

/** Throws a DiagnosticError when `given` is a path to no library, or a name that nothing answers to. */
export async function findLibrary(given: string, platform: Platform): Promise<FoundLibrary> {
  if (await isPath(given)) {
    const library = await readLibrary(resolve(given), platform);
    requirePlatform(library, platform);
    return { loader: library.file, name: basename(given), library };
  }
  for (const file of await candidates(given, platform)) {
    const library = await readLibrary(file, platform).catch(() => null);
    if (library?.arch === platform.arch && library.endian === platform.endian) {
      return { loader: library.file, name: basename(file), library };
    }
  }
  // The system libraries of macOS lie in the loader's cache, those of Windows where the loader looks first.
  if (platform.os === 'linux') throw notFound(given, platform);
  const [name = given] = fileNames(given, platform);
  return { loader: name, name, library: null };
}

/** A library for another platform would only fail to load, in the words of each loader. */
export function requirePlatform(library: LibraryFile, platform: Platform): void {
  const { arch, endian, pointerWidth } = library;
  if (arch === platform.arch && endian === platform.endian && pointerWidth === platform.pointerWidth) return;
  throw new DiagnosticError([
    {
      code: 'other-platform',
      severity: 'error',
      message: `Expected a library for ${platform.name}, found ${library.file} for ${arch} (${library.format}, ${pointerWidth} bits).`,
      location: null,
      help: 'Build it for this platform.',
    },
  ]);
}

async function isPath(given: string): Promise<boolean> {
  if (/[/\\]/.test(given) || isAbsolute(given)) return true;
  const found = await stat(given).catch(() => null);
  return found?.isFile() === true;
}

/** `z` → `libz.so`; a name that has a suffix already is taken as it is. */
function fileNames(name: string, platform: Platform): readonly string[] {
  switch (platform.os) {
    case 'linux':
      return /\.so(?:\.|$)/.test(name) ? [name] : [`lib${name}.so`];
    case 'macos':
      return name.endsWith('.dylib') ? [name] : [`lib${name}.dylib`];
    case 'windows':
      return name.toLowerCase().endsWith('.dll') ? [name] : [`${name}.dll`, `lib${name}.dll`];
  }
}

/** Files that may be meant, in the loader's own order. */
async function candidates(name: string, platform: Platform): Promise<readonly string[]> {
  const wanted = fileNames(name, platform);
  const found = [
    ...(await inFolders(foldersOfEnvironment(platform), wanted, platform)),
    ...(platform.os === 'linux' ? await fromLoaderCache(wanted[0] ?? name) : []),
    ...(await inFolders(usualFolders(platform), wanted, platform)),
  ];
  return [...new Set(found)];
}

async function inFolders(
  folders: readonly string[],
  wanted: readonly string[],
  platform: Platform,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    found.push(...matching(names, wanted, platform).map((each) => join(folder, each)));
  }
  return found;
}

/** Exact names first, then versions: `libz.so` may be a script or absent, `libz.so.1` is what programs load. */
function matching(
  names: readonly string[],
  wanted: readonly string[],
  platform: Platform,
): readonly string[] {
  const exact = names.filter((each) => wanted.includes(each));
  if (platform.os !== 'linux') return exact;
  return [
    ...names.filter((each) => wanted.some((name) => isVersionOf(each, name))).toSorted(byLength),
    ...exact,
  ];
}

function isVersionOf(file: string, name: string): boolean {
  return file.startsWith(`${name}.`) && /^[0-9.]+$/.test(file.slice(name.length + 1));
}

function byLength(a: string, b: string): number {
  return a.length - b.length || a.localeCompare(b, 'en');
}

async function fromLoaderCache(name: string): Promise<string[]> {
  for (const command of ['ldconfig', '/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    const result = await execa(command, ['-p'], { reject: false, stdin: 'ignore', env: { LC_ALL: 'C' } });
    if (result.failed) continue;
    const entries = [...result.stdout.matchAll(/^\s*(?<name>\S+) \(.*\) => (?<file>.+)$/gm)].map((match) => ({
      name: match.groups?.['name'] ?? '',
      file: match.groups?.['file'] ?? '',
    }));
    const versions = entries.filter((each) => isVersionOf(each.name, name));
    const exact = entries.filter((each) => each.name === name);
    return [...versions.toSorted((a, b) => byLength(a.name, b.name)), ...exact].map((each) => each.file);
  }
  return [];
}

function foldersOfEnvironment(platform: Platform): readonly string[] {
  const variable = { linux: 'LD_LIBRARY_PATH', macos: 'DYLD_LIBRARY_PATH', windows: 'PATH' }[platform.os];
  return (process.env[variable] ?? '').split(delimiter).filter((each) => each !== '');
}

function usualFolders(platform: Platform): readonly string[] {
  switch (platform.os) {
    case 'linux': {
      const multiarch = ['/usr/lib', '/lib'].map((root) => join(root, `${platform.arch}-linux-gnu`));
      return [...multiarch, '/usr/local/lib', '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
    }
    case 'macos':
      return ['/usr/local/lib', '/opt/homebrew/lib', '/usr/lib'];
    case 'windows':
      return [join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')];
  }
}

function notFound(given: string, platform: Platform): DiagnosticError {
  return new DiagnosticError([
    {
      code: 'library-missing',
      severity: 'error',
      message: `No library ${given} for ${platform.name} was found (looked for ${fileNames(given, platform).join(', ')} where the loader looks).`,
      location: null,
      help: 'Give the path of the library, or install it.',
    },
  ]);
}
