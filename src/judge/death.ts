import type { Exit } from '../drive/process.ts';
import type { Death } from '../spec/suite.ts';

/** A runtime's own way of dying, and what it stands for; from caller.yaml. */
export interface RuntimeDeath {
  readonly signal: string | null;
  readonly exit: number | null;
  readonly stderr: string | null;
  readonly cause: string;
}

/** Windows' exit codes for what is a signal elsewhere. */
const windowsCauses: Readonly<Record<number, string>> = {
  0xc0000005: 'SIGSEGV',
  0xc0000409: 'SIGABRT',
  0xc000001d: 'SIGILL',
  0xc0000094: 'SIGFPE',
  0xc00000fd: 'stack overflow',
};

/** The signal that ended the process, seen through runtimes that turn one death into another; null after an ordinary exit. */
export function causeOfDeath(exit: Exit, stderr: string, ways: readonly RuntimeDeath[]): string | null {
  const way = ways.find(
    (each) =>
      (each.signal === null || each.signal === exit.signal) &&
      (each.exit === null || each.exit === exit.code) &&
      (each.stderr === null || stderr.includes(each.stderr)),
  );
  if (way !== undefined) return way.cause;
  if (exit.signal !== null) return exit.signal;
  return exit.code === null ? null : (windowsCauses[exit.code >>> 0] ?? null);
}

/** `SIGSEGV`, `exit code 3`, `SIGSEGV (ended with SIGABRT)`. */
export function deathWords(exit: Exit, stderr: string, ways: readonly RuntimeDeath[]): string {
  const cause = causeOfDeath(exit, stderr, ways);
  const how = exit.signal ?? (exit.code === null ? (exit.failure ?? 'unknown') : `exit code ${exit.code}`);
  return cause === null || cause === how ? how : `${cause} (ended with ${how})`;
}

/** Is it the death that the spec asks for? */
export function isDeath(wanted: Death, exit: Exit, cause: string | null): boolean {
  switch (wanted.kind) {
    case 'any':
      return true;
    case 'exit':
      return exit.code === wanted.code && cause === null;
    case 'abort':
      return cause === 'SIGABRT';
    case 'signal':
      return cause === signalName(wanted.name);
  }
}

/** `segv` and `SIGSEGV` are the same. */
function signalName(name: string): string {
  const upper = name.toUpperCase();
  return upper.startsWith('SIG') ? upper : `SIG${upper}`;
}

export function deathAsked(wanted: Death): string {
  switch (wanted.kind) {
    case 'any':
      return 'the process dies';
    case 'exit':
      return `the process ends with exit code ${wanted.code}`;
    case 'abort':
      return 'the process aborts';
    case 'signal':
      return `the process dies of ${signalName(wanted.name)}`;
  }
}
