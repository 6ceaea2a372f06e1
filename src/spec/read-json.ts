/** JSON text → nodes: numbers of any size keep their digits, and every part its place. */
import type { Problems } from './problems.ts';
import type { Source, Span } from './source.ts';
import { quoted, type Entry, type SpecNode } from './tree.ts';

const DEEPEST = 100;

/** One JSON value; null, with the reason among the problems, when the text is none. */
export function readJson(text: string, source: Source, problems: Problems): SpecNode | null {
  const reader = new JsonReader(text, source, problems);
  try {
    return reader.whole();
  } catch (error) {
    if (!(error instanceof Syntax)) throw error;
    problems.add('json-syntax', { source, start: error.at, end: error.at + 1 }, error.message);
    return null;
  }
}

class Syntax extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const SPACE = /[ \t\r\n]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/uy;
const WORD = /true|false|null/uy;
// eslint-disable-next-line no-control-regex -- JSON allows none of them in text
const PLAIN_TEXT = /"[^"\\\u0000-\u001f]*"/uy;
// eslint-disable-next-line no-control-regex -- the same
const ANY_TEXT = /"(?:[^"\\\u0000-\u001f]|\\.)*"/suy;

class JsonReader {
  readonly #text: string;
  readonly #source: Source;
  readonly #problems: Problems;
  #at = 0;

  constructor(text: string, source: Source, problems: Problems) {
    this.#text = text;
    this.#source = source;
    this.#problems = problems;
  }

  whole(): SpecNode {
    const node = this.#value(0);
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw this.#expected('the end of the line');
    return node;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #expected(what: string): Syntax {
    const found =
      this.#at < this.#text.length ? quoted(this.#text.slice(this.#at, this.#at + 12)) : 'the end';
    return new Syntax(this.#at, `Expected ${what}, found ${found}.`);
  }

  #span(start: number): Span {
    return { source: this.#source, start, end: this.#at };
  }

  #skip(char: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): SpecNode {
    this.#match(SPACE);
    const start = this.#at;
    if (depth > DEEPEST) throw new Syntax(start, `Expected at most ${DEEPEST} levels, found more.`);
    if (this.#skip('{')) return this.#map(start, depth);
    if (this.#skip('[')) return this.#list(start, depth);
    if (this.#text[start] === '"') return { kind: 'text', text: this.#string(), ...this.#span(start) };
    const word = this.#match(WORD);
    if (word === 'null') return { kind: 'null', ...this.#span(start) };
    if (word !== null) return { kind: 'bool', value: word === 'true', ...this.#span(start) };
    const number = this.#match(NUMBER);
    if (number === null) throw this.#expected('a JSON value');
    if (number.length > 1200)
      throw new Syntax(start, 'Expected a number of at most 1200 digits, found more.');
    if (!/[.eE]/u.test(number))
      return { kind: 'int', value: BigInt(number), written: number, ...this.#span(start) };
    return { kind: 'decimal', written: number, ...this.#span(start) };
  }

  #string(): string {
    const start = this.#at;
    const plain = this.#match(PLAIN_TEXT);
    if (plain !== null) return plain.slice(1, -1);
    const text = this.#match(ANY_TEXT);
    if (text === null) throw this.#expected('text that ends with "');
    try {
      return JSON.parse(text) as string;
    } catch {
      throw new Syntax(start, `Expected valid escapes in text, found ${quoted(text)}.`);
    }
  }

  #list(start: number, depth: number): SpecNode {
    const items: SpecNode[] = [];
    if (!this.#skip(']')) {
      do items.push(this.#value(depth + 1));
      while (this.#skip(','));
      if (!this.#skip(']')) throw this.#expected('"," or "]"');
    }
    return { kind: 'list', items, ...this.#span(start) };
  }

  #map(start: number, depth: number): SpecNode {
    const entries: Entry[] = [];
    if (!this.#skip('}')) {
      do entries.push(this.#entry(depth));
      while (this.#skip(','));
      if (!this.#skip('}')) throw this.#expected('"," or "}"');
    }
    this.#reportTwice(entries);
    return { kind: 'map', entries, ...this.#span(start) };
  }

  #entry(depth: number): Entry {
    this.#match(SPACE);
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#expected('a key in quotes');
    const key = this.#string();
    const keySpan = this.#span(start);
    if (!this.#skip(':')) throw this.#expected('":"');
    return { key, keySpan, value: this.#value(depth + 1) };
  }

  #reportTwice(entries: readonly Entry[]): void {
    const seen = new Map<string, Entry>();
    for (const entry of entries) {
      const first = seen.get(entry.key);
      if (first === undefined) seen.set(entry.key, entry);
      else {
        const related = [{ message: 'first here', at: first.keySpan }];
        const message = `The key ${quoted(entry.key)} is here twice.`;
        this.#problems.add('duplicate-key', entry.keySpan, message, { related });
      }
    }
  }
}
