/** Journal lines, told apart by their first bytes; nothing here parses more JSON than it must. */

/** A complete line without its sequence number: `line` is `{"begin":…}`. */
export interface JournalLine {
  readonly sequence: number;
  readonly kind: LineKind;
  readonly line: string;
}

export type LineKind =
  'hello' | 'layout' | 'begin' | 'at' | 'step' | 'again' | 'end' | 'bye' | 'error' | 'garbage';

const kinds: ReadonlySet<string> = new Set<LineKind>([
  'hello',
  'layout',
  'begin',
  'at',
  'step',
  'again',
  'end',
  'bye',
  'error',
]);

const head = /^\{"n":(\d{1,15}),("([a-z]+)":)/u;

/** Reads one line of a journal. Whatever no driver of this protocol writes is `garbage`. */
export function readJournalLine(text: string): JournalLine {
  const match = head.exec(text);
  const kind = match?.[3];
  if (match === null || kind === undefined || !kinds.has(kind) || !text.endsWith('}')) {
    return { sequence: -1, kind: 'garbage', line: text.slice(0, 200) };
  }
  return {
    sequence: Number(match[1]),
    kind: kind as LineKind,
    line: `{${text.slice(match[0].length - (match[2]?.length ?? 0))}`,
  };
}

/** The key in a `begin`, `again` or `end` line; null when the line is not of that form. */
export function keyOf(line: JournalLine): string | null {
  const value: unknown = parseObject(line.line)?.[line.kind];
  return typeof value === 'string' ? value : null;
}

/** The line as an object, null when it is not one. */
export function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
