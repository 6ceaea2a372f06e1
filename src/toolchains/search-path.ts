/** Which files a command name can mean on this machine. */
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The files that `command` can mean, in the order of PATH. A command with a folder in it means that
 * file only, relative to `from`.
 */
export async function candidates(
  command: string,
  environment: Environment,
  from: string,
  alsoIn: readonly string[] = [],
): Promise<string[]> {
  const bases = /[/\\]/.test(command)
    ? [isAbsolute(command) ? command : resolve(from, command)]
    : (await distinct([...pathFolders(environment), ...alsoIn])).map((folder) => join(folder, command));
  const files = bases.flatMap((base) => suffixes(base, environment).map((suffix) => base + suffix));
  const usable = await Promise.all(
    [...new Set(files)].map(async (file) => ((await isProgram(file)) ? [file] : [])),
  );
  return usable.flat();
}

function pathFolders(environment: Environment): string[] {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  // An empty entry means the current folder to POSIX; nothing should be run from there unasked.
  return (environment[key] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Without the second of two names of one folder, as /bin is of /usr/bin. */
async function distinct(folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return folders.filter((_, index) => real.indexOf(real[index] ?? '') === index);
}

/** On Windows only what can be started without a shell: no batch files, whatever PATHEXT says. */
function suffixes(base: string, environment: Environment): string[] {
  if (process.platform !== 'win32') return [''];
  const startable = ['.com', '.exe'];
  if (startable.some((suffix) => base.toLowerCase().endsWith(suffix))) return [''];
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATHEXT') ?? 'PATHEXT';
  const listed = (environment[key] ?? '.COM;.EXE').toLowerCase().split(';');
  return listed.filter((suffix) => startable.includes(suffix));
}

async function isProgram(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    if (process.platform !== 'win32') await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
