/** Where the package itself stands, and what its package.json says. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, wherever abide is installed. */
export const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface PackageFile {
  readonly version: string;
  readonly abide: { readonly config: string };
}

function packageFile(): PackageFile {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as PackageFile;
}

export function packageVersion(): string {
  return packageFile().version;
}

/** The abide.yaml of the subject that comes with the package. */
export function defaultConfigFile(): string {
  return join(packageRoot, packageFile().abide.config);
}

export const callersFolder = join(packageRoot, 'callers');

/** The program that kills drivers when abide dies. */
export const watchdogProgram = join(packageRoot, 'dist', 'drive', 'watchdog.js');
