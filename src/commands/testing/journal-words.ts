/** A step line of a journal in the words that reproductions print (callers/README.md, "Reproductions"). */
import { isObject, textOf } from '../../judge/compare.ts';
import type { Wire } from '../../plan/wire.ts';

/** One line an observation, as a reproduction prints them; floats without their `0x`. */
export function journalWords(line: string): string[] {
  const step = JSON.parse(line) as Record<string, Wire | undefined>;
  const id = words(step['step']);
  const lines: string[] = [];
  for (const key of ['returns', 'value'] as const) {
    if (step[key] !== undefined) lines.push(`${id} ${key} ${words(step[key])}`);
  }
  if (isObject(step['after'])) {
    for (const [name, value] of Object.entries(step['after'])) {
      lines.push(`${id} after ${name} ${words(value)}`);
    }
  }
  if (isObject(step['called'])) {
    for (const [name, calls] of Object.entries(step['called'])) {
      if (!Array.isArray(calls) || calls.length > 0) lines.push(`${id} called ${name} ${words(calls)}`);
    }
  }
  for (const key of ['errno', 'found', 'missing', 'raised'] as const) {
    if (step[key] !== undefined) lines.push(`${id} ${key} ${words(step[key])}`);
  }
  return lines;
}

/** What a reproduction printed, in the same form: calls printed one by one, as they came, made a list. */
export function printedWords(output: string): string[] {
  const calls = new Map<string, string[]>();
  const lines: string[] = [];
  for (const line of output.split('\n').filter((each) => each !== '')) {
    const text = line.replace(/\b0x([0-9a-f]{16}|[0-9a-f]{8})\b/gu, '$1');
    const [, callback, call] = /^(\S+ called \S+) (\{.*)$/u.exec(text) ?? [];
    if (callback === undefined || call === undefined) lines.push(text);
    else calls.set(callback, [...(calls.get(callback) ?? []), call]);
  }
  return [...lines, ...Array.from(calls, ([callback, each]) => `${callback} [${each.join(', ')}]`)];
}

function words(value: Wire | number | undefined): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${(value as readonly Wire[]).map(words).join(', ')}]`;
  if (!isObject(value)) return textOf(value);
  const { $text: text, $bytes: bytes, $raw: raw } = value;
  if (typeof text === 'string') return textWords(text);
  if (typeof bytes === 'string') return bytesWords(bytes);
  if ('$untouched' in value) return 'untouched';
  if (['$at', '$pointer', '$address', '$callback', '$ref'].some((key) => key in value)) return 'pointer';
  if (raw !== undefined) return `{$raw: ${words(raw)}}`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}: ${words(each)}`)
    .join(', ')}}`;
}

function textWords(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? JSON.stringify(text) : bytesWords(hex);
}

function bytesWords(hex: string): string {
  return ['bytes', ...(hex.match(/../gu) ?? [])].join(' ');
}
