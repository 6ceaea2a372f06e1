/** Runs a tool for its answer: no shell, no stdin, a deadline. */
import { execa } from 'execa';
import type { Environment } from './search-path.ts';

export interface Answer {
  readonly ok: boolean;
  /** stdout and stderr in the order they came. */
  readonly output: string;
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

export async function askProgram(command: readonly string[], options: AskOptions): Promise<Answer> {
  const [file = '', ...args] = command;
  const result = await execa(file, args, {
    cwd: options.cwd,
    timeout: options.timeoutMs,
    stdin: 'ignore',
    all: true,
    reject: false,
    maxBuffer: LONGEST,
    forceKillAfterDelay: 500,
    ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  options.signal?.throwIfAborted();
  const output = typeof result.all === 'string' ? result.all : '';
  return { ok: !result.failed, output, ending: result.failed ? ending(result, options.timeoutMs) : '' };
}

interface Ended {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly originalMessage?: string | undefined;
}

function ending(result: Ended, timeoutMs: number): string {
  if (result.timedOut) return `no answer within ${timeoutMs / 1000} s`;
  if (result.isMaxBuffer) return `more than ${LONGEST} bytes of output`;
  if (result.signal !== undefined) return `ended by ${result.signal}`;
  if (result.exitCode !== undefined) return `exit code ${result.exitCode}`;
  return result.originalMessage ?? 'could not be started';
}
