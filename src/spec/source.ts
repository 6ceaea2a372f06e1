import type { Location } from '../diagnostic.ts';

/** Text with a file behind it, where offsets have lines and columns. */
export interface Source {
  readonly file: string;
  locate(start: number, end: number): Location;
}

/** A part of a source: what a diagnostic points at. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export function locationOf(span: Span): Location {
  return span.source.locate(span.start, span.end);
}

/** A span inside another one, e.g. a word in a type. */
export function within(span: Span, offset: number, length: number): Span {
  const start = Math.min(span.start + offset, span.end);
  return { source: span.source, start, end: Math.min(start + length, Math.max(span.end, start + 1)) };
}

/** A piece of text that begins at a given line: a whole file, a line of JSON, a record of CSV. */
export class TextSource implements Source {
  readonly file: string;
  readonly text: string;
  readonly #firstLine: number;
  #starts: readonly number[] | null = null;

  constructor(file: string, text: string, firstLine = 1) {
    this.file = file;
    this.text = text;
    this.#firstLine = firstLine;
  }

  locate(start: number, end: number): Location {
    this.#starts ??= lineStarts(this.text);
    const index = lineAt(this.#starts, start);
    const lineStart = this.#starts[index] ?? 0;
    const lineEnd = (this.#starts[index + 1] ?? this.text.length + 1) - 1;
    return {
      file: this.file,
      line: this.#firstLine + index,
      column: start - lineStart + 1,
      length: Math.max(1, Math.min(end, lineEnd) - start),
    };
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
