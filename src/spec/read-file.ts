import { open, stat } from 'node:fs/promises';
import type { Problems } from './problems.ts';
import { TextSource } from './source.ts';

export const LARGEST_SPEC = 16 * 1024 * 1024;

/** The text of a spec file; null, with the reason among the problems, when it cannot be one. */
export async function readSpecFile(file: string, problems: Problems): Promise<TextSource | null> {
  const start = { source: new TextSource(file, ''), start: 0, end: 0 };
  try {
    const facts = await stat(file);
    if (!facts.isFile()) {
      const help = facts.isDirectory() ? 'Name a spec file, or give the directory with --specs.' : null;
      const kind = facts.isDirectory() ? 'a directory' : 'no ordinary file';
      problems.add('file-not-regular', start, `Expected a spec file, found ${kind}.`, { help });
      return null;
    }
    const bytes = await readAtMost(file, LARGEST_SPEC + 1);
    if (bytes.length > LARGEST_SPEC) {
      const size = `${Math.ceil(Math.max(facts.size, bytes.length) / 1048576)} MB`;
      const help = 'Put the data of large suites into tables: each: name.csv or name.jsonl.';
      problems.add('file-too-large', start, `Expected a spec of at most 16 MB, found ${size}.`, { help });
      return null;
    }
    return textOf(file, bytes, problems);
  } catch (error) {
    reportSystemError(error, start, problems);
    return null;
  }
}

/** What the operating system says of a file, as a problem. */
export function reportSystemError(
  error: unknown,
  at: Parameters<Problems['add']>[1],
  problems: Problems,
): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    problems.add('file-missing', at, 'The file does not exist.', { help: 'Check the path.' });
  } else {
    problems.add('file-unreadable', at, `The file cannot be read: ${code}.`);
  }
}

/** A file may grow or lie about its size: never more than `limit` bytes are taken. */
async function readAtMost(file: string, limit: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    while (total < limit) {
      const chunk = Buffer.allocUnsafe(Math.min(1 << 20, limit - total));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
      total += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

function textOf(file: string, bytes: Buffer, problems: Problems): TextSource | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes);
    const before = new TextSource(file, bytes.subarray(0, at).toString('utf8'));
    const span = { source: before, start: before.text.length, end: before.text.length + 1 };
    const message = `Expected UTF-8 text, found the byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}.`;
    problems.add('file-binary', span, message, { help: 'Save the file as UTF-8.' });
    return null;
  }
  const source = new TextSource(file, text);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/u.exec(text);
  if (control !== null) {
    const span = { source, start: control.index, end: control.index + 1 };
    const name = `0x${control[0].charCodeAt(0).toString(16).padStart(2, '0')}`;
    const help = 'Write control characters as escapes in a double-quoted text: "\\0".';
    problems.add('file-binary', span, `Expected text, found the control character ${name}.`, { help });
    return null;
  }
  if (/^[\s\ufeff]*$/u.test(text)) {
    const help = 'Begin with: abide: 1, spec: NAME, then types, functions and cases.';
    problems.add('file-empty', { source, start: 0, end: 0 }, 'Expected a spec, found an empty file.', {
      help,
    });
    return null;
  }
  return source;
}

function firstBadByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isWhole(bytes.subarray(0, middle + 1))) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Valid so far: a character that is cut off at the end is no fault. */
function isWhole(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
