/**
 * The watchdog's program. It reads `+PID` and `-PID` lines and, when its input ends, kills what is still
 * on the list: abide died. Drivers know nothing of it.
 */
import { spawnSync } from 'node:child_process';

const watched = new Set<number>();
let rest = '';

process.stdin.on('data', (chunk: Buffer) => {
  const lines = (rest + chunk.toString('latin1')).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) watched.add(pid);
    else if (line.startsWith('-')) watched.delete(pid);
  }
});

process.stdin.on('end', () => {
  for (const pid of watched) killGroup(pid);
});

function killGroup(pid: number): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(pid)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group ended by itself; nobody is left to be told.
  }
}
