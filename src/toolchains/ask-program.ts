/** Runs a tool for its answer: no shell, no stdin, a deadline, and nothing of it left behind. */
import { execa } from 'execa';
import type { Environment } from './search-path.ts';

export interface Answer {
  readonly ok: boolean;
  /** stdout and stderr in the order they came. */
  readonly output: string;
  readonly stdout: string;
  /** How it ended, when it did not end well: `exit code 127`. */
  readonly ending: string;
}

export interface AskOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LONGEST = 4 * 1024 * 1024;
const GRACE_MS = 500;

export async function askProgram(command: readonly string[], options: AskOptions): Promise<Answer> {
  options.signal?.throwIfAborted();
  const subprocess = start(command, options);
  const watch = watchOver(subprocess, options);
  const result = await subprocess.finally(watch.stop);
  options.signal?.throwIfAborted();
  const output = typeof result.all === 'string' ? result.all : '';
  const { stdout } = result;
  if (!result.failed && !watch.timedOut()) return { ok: true, output, stdout, ending: '' };
  const late = watch.timedOut() ? `no answer within ${options.timeoutMs / 1000} s` : null;
  return { ok: false, output, stdout, ending: late ?? ending(result) };
}

type Running = ReturnType<typeof start>;

function start([file = '', ...args]: readonly string[], options: AskOptions) {
  return execa(file, args, {
    cwd: options.cwd,
    // A group of its own, so that whatever a tool started can be ended with it.
    detached: process.platform !== 'win32',
    stdin: 'ignore',
    all: true,
    reject: false,
    maxBuffer: LONGEST,
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
  });
}

interface Watch {
  timedOut(): boolean;
  stop(): void;
}

/** Ends the group at the deadline, on abort, and soon after the tool itself ended. */
function watchOver(subprocess: Running, { timeoutMs, signal }: AskOptions): Watch {
  let late = false;
  const timers: NodeJS.Timeout[] = [];
  const finish = (): void => {
    killGroup(subprocess);
    // A child that left the group may still hold the pipes: stop listening.
    timers.push(setTimeout(() => subprocess.stdout.destroy(), GRACE_MS));
    timers.push(setTimeout(() => subprocess.stderr.destroy(), GRACE_MS));
  };
  const expire = (): void => {
    late = true;
    finish();
  };
  timers.push(setTimeout(expire, timeoutMs));
  subprocess.once('exit', () => timers.push(setTimeout(finish, GRACE_MS)));
  signal?.addEventListener('abort', finish);
  running.add(subprocess);
  return {
    timedOut: () => late,
    stop() {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', finish);
      running.delete(subprocess);
    },
  };
}

/** A group of its own is not reached by what ends abide, so abide ends it. */
const running = new Set<Running>();
process.once('exit', () => {
  running.forEach(killGroup);
});

function killGroup(subprocess: Running): void {
  const { pid } = subprocess;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') subprocess.kill('SIGKILL');
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

interface Ended {
  readonly isMaxBuffer: boolean;
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly originalMessage?: string | undefined;
}

function ending(result: Ended): string {
  if (result.isMaxBuffer) return `more than ${LONGEST} bytes of output`;
  if (result.signal !== undefined) return `ended by ${result.signal}`;
  if (result.exitCode !== undefined) return `exit code ${result.exitCode}`;
  return result.originalMessage ?? 'could not be started';
}
