import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';

/** The command lines of the processes that name `text` in theirs: every driver names its library. POSIX only. */
export async function processesNaming(text: string): Promise<string[]> {
  const all = existsSync('/proc/self/cmdline') ? await fromProc() : await fromPs();
  return all.filter((each) => each.includes(text));
}

async function fromProc(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  // A process that ended meanwhile, or waits to be reaped, has no command line.
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

async function fromPs(): Promise<string[]> {
  const { stdout } = await execa('ps', ['-axwwo', 'args=']);
  return stdout.split('\n');
}

const LIMIT_MS = 20_000;

/** Waits for what another process does; false when it has not come after a time that is far too long. */
export async function comes(condition: () => Promise<boolean>): Promise<boolean> {
  for (const since = Date.now(); Date.now() - since < LIMIT_MS;) {
    if (await condition()) return true;
    await setTimeout(20);
  }
  return false;
}
