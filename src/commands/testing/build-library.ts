import { execa } from 'execa';
import { hostPlatform } from '../../abi/platforms.ts';

const suffix = { linux: 'so', macos: 'dylib', windows: 'dll' }[hostPlatform().os];

/** Builds one Rust file, optimised, into a library beside `stem`; the path of what was built. */
export async function buildLibrary(source: string, stem: string): Promise<string> {
  const library = `${stem}.${suffix}`;
  await execa('rustc', ['-O', '--edition', '2021', '--crate-type', 'cdylib', '-o', library, source]);
  return library;
}
