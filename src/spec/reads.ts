/** How values are to be read back, put together from several expectations of one place. */
import type { ItemCount, Read } from '../plan/wire.ts';
import type { Expected } from './suite.ts';

/** In the rows of a table: the number of pointees differs, so it stands in a slot of its own. */
export const VARIES = -1;

/** What an expectation says, and how the driver must read to see it. */
export interface Seen {
  readonly expected: Expected;
  readonly read: Read;
}

/**
 * One way of reading that serves both; undefined when there is none. Counts that differ become VARIES
 * when `counts` allows it, and so do counts beside null, where nothing may be followed.
 */
export function mergeReads(a: Read, b: Read, counts: 'vary' | 'agree'): Read | undefined {
  if (a === null || b === null) return counts === 'vary' ? unfixed(a ?? b) : (a ?? b);
  if ('text' in a || 'utf16' in a) return Object.keys(a)[0] === Object.keys(b)[0] ? a : undefined;
  if ('items' in a && 'items' in b) return mergeItems(a, b, counts);
  if ('fields' in a && 'fields' in b) return mergeFields(a.fields, b.fields, counts);
  if ('elements' in a && 'elements' in b) {
    const elements = mergeReads(a.elements, b.elements, counts);
    return elements === undefined ? undefined : { elements };
  }
  if ('member' in a && 'member' in b && a.member === b.member) {
    const read = mergeReads(a.read, b.read, counts);
    return read === undefined ? undefined : { member: a.member, read };
  }
  return undefined;
}

type Items = Extract<Read, { readonly items: ItemCount }>;

function mergeItems(a: Items, b: Items, counts: 'vary' | 'agree'): Read | undefined {
  const each = mergeReads(a.each, b.each, counts);
  if (each === undefined) return undefined;
  if (JSON.stringify(a.items) === JSON.stringify(b.items)) return { items: a.items, each };
  const numbers = typeof a.items === 'number' && typeof b.items === 'number';
  return numbers && counts === 'vary' ? { items: VARIES, each } : undefined;
}

function mergeFields(
  a: Readonly<Record<string, Read>>,
  b: Readonly<Record<string, Read>>,
  counts: 'vary' | 'agree',
): Read | undefined {
  const fields = new Map(Object.entries(a));
  for (const [name, read] of Object.entries(b)) {
    const merged = mergeReads(fields.get(name) ?? null, read, counts);
    if (merged === undefined) return undefined;
    fields.set(name, merged);
  }
  return { fields: Object.fromEntries(fields) };
}

/** A row that expects null reads no pointees. */
function unfixed(read: Read): Read {
  if (read === null) return null;
  return 'items' in read && typeof read.items === 'number' ? { items: VARIES, each: read.each } : read;
}

/** The read with a slot for each count that varies; `slots` is told where each of them stands. */
export function withCountSlots(
  read: Read,
  nextSlot: (path: readonly string[]) => number,
  path: readonly string[] = [],
): Read {
  if (read === null || 'text' in read || 'utf16' in read) return read;
  if ('items' in read) {
    const each = withCountSlots(read.each, nextSlot, [...path, 'each']);
    return { items: read.items === VARIES ? { $slot: nextSlot(path) } : read.items, each };
  }
  if ('elements' in read) return { elements: withCountSlots(read.elements, nextSlot, [...path, 'elements']) };
  if ('member' in read) return { ...read, read: withCountSlots(read.read, nextSlot, [...path, 'read']) };
  const fields = Object.entries(read.fields).map(
    ([name, field]) => [name, withCountSlots(field, nextSlot, [...path, 'fields', name])] as const,
  );
  return { fields: Object.fromEntries(fields) };
}

/** The count at such a place in the read of one row. */
export function countAt(read: Read, path: readonly string[]): string {
  let found: unknown = read;
  for (const part of path)
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : null;
  const items =
    typeof found === 'object' && found !== null ? (found as { items?: unknown }).items : undefined;
  return typeof items === 'number' ? String(items) : '0';
}
