import { spawn, type ChildProcess } from 'node:child_process';

/** How a process ended. `signal` is the platform's name for it, null after an ordinary exit. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the program could not be started at all: the system's words. */
  readonly failure: string | null;
}

/** A running driver: one process group. */
export interface DriverProcess {
  readonly pid: number | null;
  readonly exited: Promise<Exit>;
  /** Lets the driver begin: one byte on its stdin. */
  release(): void;
  /** Kills the whole group, at once and for good. */
  kill(): void;
}

export interface DriverCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts a driver in a process group of its own. Plain spawn, not execa: in a storm of crashes each start
 * counts. `stdout` and `stderr` are descriptors opened for appending.
 */
export function startDriver(command: DriverCommand, stdout: number, stderr: number): DriverProcess {
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['pipe', stdout, stderr],
    detached: process.platform !== 'win32',
    windowsHide: true,
    shell: false,
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      resolve({ code: null, signal: null, failure: error.message });
    });
    child.once('exit', (code, signal) => {
      resolve({ code, signal, failure: null });
    });
  });
  child.stdin?.on('error', () => {
    // A driver that died before it read its byte is seen by its exit.
  });
  return {
    pid: child.pid ?? null,
    exited,
    release: () => child.stdin?.end('\n'),
    kill: () => {
      killGroup(child);
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/T', '/F', '/PID', String(child.pid)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left, or, as macOS says it, only the dead.
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** A process that outlives abide by an instant: kills the groups on its list when its stdin closes. */
export interface Watchdog {
  watch(pid: number): void;
  forget(pid: number): void;
  stop(): void;
}

/** Starts the watchdog program (watchdog.ts), in a group of its own so that Ctrl-C does not reach it. */
export function startWatchdog(program: string): Watchdog {
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  child.unref();
  child.on('error', () => {
    // Without a watchdog a run still works; only a killed abide would leave drivers behind.
  });
  const { stdin } = child;
  stdin.on('error', () => {
    // The same: the pipe of a watchdog that is gone.
  });
  return {
    watch: (pid) => stdin.write(`+${pid}\n`),
    forget: (pid) => stdin.write(`-${pid}\n`),
    stop: () => stdin.end('.\n'),
  };
}
