/**
 * A driver that obeys a script instead of loading a library: LIBRARY is a JSON file that maps case keys
 * to what happens in them. For tests of the supervisor only.
 */
import { appendFileSync, readFileSync, readSync, writeSync } from 'node:fs';

/** What the scripted driver does when it comes to a case, or before its first (`start`) or after its last (`finish`). */
export type Behaviour =
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'hang' }
  | { readonly do: 'lines'; readonly lines: readonly string[] }
  | { readonly do: 'print'; readonly stream: 1 | 2; readonly text: string; readonly times: number }
  | { readonly do: 'restart' };

export type Script = Readonly<Record<string, readonly Behaviour[]>>;

const [library = '', plan = '', journal = '', , offset = ''] = process.argv.slice(2);
const script = JSON.parse(readFileSync(library, 'utf8')) as Script;
let sequence = 0;
let played = 0;

function write(line: string): void {
  appendFileSync(journal, `{"n":${sequence},${line.slice(1)}\n`);
  sequence += 1;
}

function perform(behaviour: Behaviour): void {
  switch (behaviour.do) {
    case 'signal':
      process.kill(process.pid, behaviour.signal);
      // The signal comes at once, but the process must not go on if it is late.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case 'exit':
      process.exit(behaviour.code);
      return;
    case 'hang':
      process.on('SIGTERM', () => undefined);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case 'lines':
      for (const line of behaviour.lines) appendFileSync(journal, line);
      return;
    case 'print':
      for (let index = 0; index < behaviour.times; index++) writeSync(behaviour.stream, behaviour.text);
      return;
    case 'restart':
      write(`{"bye":${played},"restart":"raises"}`);
      process.exit(0);
  }
}

function performAll(name: string): void {
  for (const behaviour of script[name] ?? []) perform(behaviour);
}

readSync(0, Buffer.alloc(1));
performAll('start');
write('{"hello":{"abide":1,"runtime":"Scripted 1.0.0","ffi":"script 1.0.0"}}');
performAll('hello');
const lines = readFileSync(plan, 'utf8').slice(Number(offset)).split('\n');
for (const line of lines.slice(offset === '' ? 1 : 0, -1)) {
  const key = (JSON.parse(line) as { case: string }).case;
  performAll(`before ${key}`);
  write(`{"begin":"${key}"}`);
  performAll(key);
  write('{"step":"0","returns":"42"}');
  write(`{"end":"${key}"}`);
  played += 1;
  performAll(`after ${key}`);
}
write(`{"bye":${played}}`);
performAll('finish');
