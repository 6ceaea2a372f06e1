import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { readJournalLine, type JournalLine } from './journal.ts';

/** Longest journal line kept; what is longer is `garbage` and never whole in memory. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads the lines that a growing journal gained since the last look. A torn last line stays unread. Of the lines
 * with one number only the first is given: a library that forks and returns in both processes makes two drivers
 * of one, and both write on.
 */
export class JournalFollower {
  /** The first line that was left out because its number was there before. */
  repeated: string | null = null;
  #last = -1;
  #fd: number | null = null;
  #position = 0;
  #rest = '';
  #overlong = false;
  #decoder = new StringDecoder('utf8');
  readonly #path: string;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(path: string) {
    this.#path = path;
  }

  /** The next complete lines, at most about a megabyte of them; empty when nothing is new. */
  read(): JournalLine[] {
    this.#fd ??= openIfThere(this.#path);
    if (this.#fd === null) return [];
    const size = readSync(this.#fd, this.#chunk, 0, CHUNK_BYTES, this.#position);
    if (size === 0) return [];
    this.#position += size;
    return this.#split(this.#decoder.write(this.#chunk.subarray(0, size)));
  }

  /** Was something written that `read` has not returned yet? A torn line does not count. */
  get behind(): boolean {
    return this.#fd !== null && fstatSync(this.#fd).size > this.#position;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #split(text: string): JournalLine[] {
    const pieces = text.split('\n');
    const last = pieces.pop() ?? '';
    const lines: JournalLine[] = [];
    for (const piece of pieces) {
      if (this.#overlong) lines.push({ sequence: -1, kind: 'garbage', line: 'a line that was too long' });
      else this.#push(readJournalLine(this.#rest + piece), lines);
      this.#rest = '';
      this.#overlong = false;
    }
    if (this.#overlong || this.#rest.length + last.length > MAX_LINE_BYTES) {
      this.#overlong = true;
      this.#rest = '';
    } else {
      this.#rest += last;
    }
    return lines;
  }

  #push(line: JournalLine, lines: JournalLine[]): void {
    if (line.kind !== 'garbage' && line.sequence <= this.#last) this.repeated ??= line.line;
    else {
      this.#last = Math.max(this.#last, line.sequence);
      lines.push(line);
    }
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
