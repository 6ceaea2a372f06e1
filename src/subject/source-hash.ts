/** One number for the sources of a crate, the same on every platform. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Besides `src/`: what decides how the crate is built. */
const CRATE_FILES = [
  'Cargo.toml',
  'Cargo.lock',
  'build.rs',
  'cbindgen.toml',
  'rust-toolchain',
  'rust-toolchain.toml',
  '.cargo/config.toml',
];

/** SHA-256 over names and contents, line ends normalised to LF. */
export async function sourceHash(crate: string): Promise<string> {
  const nested = await readdir(join(crate, 'src'), { recursive: true }).catch((): string[] => []);
  const sources = nested.map((name) => `src/${name.replaceAll('\\', '/')}`);
  const hash = createHash('sha256');
  for (const name of [...CRATE_FILES, ...sources].toSorted()) {
    // Folders stand in the list too; they cannot be read and are left out.
    const content = await readFile(join(crate, name), 'latin1').catch(() => null);
    if (content === null) continue;
    const lines = content.replaceAll('\r\n', '\n');
    hash.update(`${name}\0${lines.length}\0`).update(lines, 'latin1');
  }
  return hash.digest('hex');
}

/** SHA-256 of a file as it is. */
export async function fileHash(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
