/** For tests: a temporary folder with programs that say what a test wants. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TestFolder {
  readonly path: string;
  /** Writes a file, folders included; gives its path. */
  write(name: string, text: string): string;
  /** An executable shell script. */
  program(name: string, script: string): string;
}

/** Programs of tests are shell scripts, which Windows cannot start. */
export const NEEDS_SCRIPTS = process.platform === 'win32' ? { skip: 'programs here are shell scripts' } : {};

export function testFolder(teardown: (work: () => void) => void): TestFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'abide-toolchains-')));
  teardown(() => {
    rmSync(path, { recursive: true, force: true });
  });
  const write = (name: string, text: string): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  return {
    path,
    write,
    program(name, script) {
      const file = write(name, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o755);
      return file;
    },
  };
}
