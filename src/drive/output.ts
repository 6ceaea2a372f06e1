import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

/** What is kept of a driver's stderr or stdout as evidence. */
export const TAIL_BYTES = 64 * 1024;
const DROPPED = '[earlier output dropped]\n';
/** Far above what a case prints before it dies, so that last words are not lost between a look and the cut. */
const CAP_BYTES = 64 * 1024 * 1024;
const MOST_LOOKS = 100;

/**
 * A file that takes a driver's stdout or stderr. It is opened for appending, so cutting it short while the
 * driver still writes is safe: `trim` keeps a flood from filling the disk.
 */
export class OutputFile {
  readonly fd: number;
  readonly #readFd: number;
  #kept: Buffer = Buffer.alloc(0);
  #from = 0;
  #cut = false;

  constructor(path: string) {
    this.fd = openSync(path, 'a');
    this.#readFd = openSync(path, 'r');
  }

  /** How much was written so far: a place for `mark`. */
  get size(): number {
    return fstatSync(this.fd).size;
  }

  /** Start a new piece of evidence: what was written before this place belongs to an earlier case. */
  mark(place: number): void {
    this.#from = Math.min(place, this.size);
    this.#kept = Buffer.alloc(0);
    this.#cut = false;
  }

  /** Cut the file when it has grown past its cap; the tail stays in memory. */
  trim(): void {
    if (this.size <= CAP_BYTES) return;
    // The driver writes on meanwhile: what came after the last look would be lost with the rest.
    for (let tries = 0, before = -1; before !== this.size && tries < MOST_LOOKS; tries++) {
      before = this.size;
      this.#kept = this.#last();
    }
    ftruncateSync(this.fd, 0);
    this.#from = 0;
    this.#cut = true;
  }

  /** The last 64 KiB since `mark`, as text; when something in front was dropped, they begin by saying so. */
  tail(): string {
    const all = Buffer.concat([this.#kept, this.#last()]);
    const dropped = this.#cut || this.size - this.#from > TAIL_BYTES;
    if (!dropped) return all.toString('utf8');
    return `${DROPPED}${all.subarray(DROPPED.length - TAIL_BYTES).toString('utf8')}`;
  }

  close(): void {
    closeSync(this.fd);
    closeSync(this.#readFd);
  }

  #last(): Buffer {
    const { size } = this;
    const start = Math.max(this.#from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(this.#readFd, buffer, 0, buffer.length, start);
    return buffer;
  }
}
