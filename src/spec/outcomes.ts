/** What else a call may be expected to do: set errno, end the process. */
import { nearestName } from '../abi/parse-type.ts';
import { hasColumn } from './columns.ts';
import type { Place } from './context.ts';
import { seenInRows } from './expected.ts';
import { formOf, notHere } from './forms.ts';
import { listed } from './problems.ts';
import type { Seen } from './reads.ts';
import type { Death, Expected } from './suite.ts';
import { inWords, quoted, type Entry, type SpecNode } from './tree.ts';

/** Names whose number is the same on every platform. */
const ERRNO: ReadonlyMap<string, number> = new Map([
  ['EPERM', 1],
  ['ENOENT', 2],
  ['ESRCH', 3],
  ['EINTR', 4],
  ['EIO', 5],
  ['ENXIO', 6],
  ['E2BIG', 7],
  ['ENOEXEC', 8],
  ['EBADF', 9],
  ['ECHILD', 10],
  ['ENOMEM', 12],
  ['EACCES', 13],
  ['EFAULT', 14],
  ['EBUSY', 16],
  ['EEXIST', 17],
  ['EXDEV', 18],
  ['ENODEV', 19],
  ['ENOTDIR', 20],
  ['EISDIR', 21],
  ['EINVAL', 22],
  ['ENFILE', 23],
  ['EMFILE', 24],
  ['ENOTTY', 25],
  ['EFBIG', 27],
  ['ENOSPC', 28],
  ['ESPIPE', 29],
  ['EROFS', 30],
  ['EMLINK', 31],
  ['EPIPE', 32],
  ['EDOM', 33],
  ['ERANGE', 34],
]);

export function expectedErrno(node: SpecNode, place: Place): Expected | undefined {
  const lower = ([row = node]: readonly SpecNode[], rowPlace: Place): Seen | undefined => {
    const value = errnoValue(row, rowPlace);
    return value === undefined ? undefined : { expected: value, read: null };
  };
  return seenInRows([node], place, lower)?.expected;
}

function errnoValue(written: SpecNode, place: Place): Expected | undefined {
  const { problems } = place.case;
  const node = written.kind === 'cell' ? asWritten(written) : written;
  if (node.kind === 'int' && node.value >= 0n && node.value < 1n << 31n) return String(node.value);
  const number = node.kind === 'text' ? ERRNO.get(node.text) : undefined;
  if (number !== undefined) return String(number);
  const form = formOf(node, problems);
  if (form === 'bad') return undefined;
  if (form?.kind === 'form' && form.name === '$any') return { $any: true };
  if (form?.kind === 'form' && form.name === '$not' && form.value !== null) {
    const not = errnoValue(form.value, place);
    return not === undefined ? undefined : { $not: not };
  }
  if (form?.kind === 'form') return notHere(form, 'errno', problems);
  const near = node.kind === 'text' ? nearestName(node.text, ERRNO.keys()) : null;
  const help = near === null ? `Known names: ${listed(ERRNO.keys())}.` : `Did you mean ${near}?`;
  problems.add(
    'bad-errno',
    node,
    `Expected an integer or a portable name for errno, found ${inWords(node)}.`,
    { help },
  );
  return undefined;
}

function asWritten(node: SpecNode & { kind: 'cell' }): SpecNode {
  const { source, start, end } = node;
  const text = node.text.trim();
  if (/^\d{1,10}$/u.test(text))
    return { kind: 'int', value: BigInt(text), written: text, source, start, end };
  return { kind: 'text', text, source, start, end };
}

const SIGNALS: ReadonlyMap<string, string> = new Map([
  ['segv', 'SIGSEGV'],
  ['bus', 'SIGBUS'],
  ['fpe', 'SIGFPE'],
  ['ill', 'SIGILL'],
  ['trap', 'SIGTRAP'],
  ['kill', 'SIGKILL'],
  ['term', 'SIGTERM'],
]);

/** `aborts: true` or `dies: segv | exit(3) | any`; null when the process is to live, or on a fault. */
export function expectedDeath(
  aborts: Entry | undefined,
  dies: Entry | undefined,
  place: Place,
): Death | null {
  const { problems } = place.case;
  if (aborts !== undefined && dies !== undefined) {
    problems.add('contradictory-keys', dies.keySpan, '"aborts" and "dies" say the same: keep one.');
  }
  if (aborts !== undefined) {
    if (aborts.value.kind === 'bool' && aborts.value.value) return { kind: 'abort' };
    problems.add('wrong-shape', aborts.value, `Expected aborts: true, found ${inWords(aborts.value)}.`);
    return null;
  }
  if (dies === undefined) return null;
  const text = dies.value.kind === 'text' ? dies.value.text.trim() : '';
  if (text === 'any') return { kind: 'any' };
  if (text === 'abort') return { kind: 'abort' };
  const code = /^exit\(\s*(\d{1,10})\s*\)$/u.exec(text)?.[1];
  if (code !== undefined) return { kind: 'exit', code: Number(code) };
  const signal = SIGNALS.get(text.toLowerCase().replace(/^sig/u, ''));
  if (signal !== undefined) return { kind: 'signal', name: signal };
  if (!hasColumn(dies.value)) {
    const found = text === '' ? inWords(dies.value) : quoted(text);
    problems.add('bad-death', dies.value, `Expected a way to die, found ${found}.`, {
      help: `Write abort, exit(CODE), any, or one of ${listed(SIGNALS.keys())}.`,
    });
    return null;
  }
  problems.add('column-not-here', dies.value, 'A column cannot stand for the way to die.');
  return null;
}
