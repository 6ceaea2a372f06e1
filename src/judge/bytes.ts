/** Which byte of which field: the place of a mismatch in memory. */
import type { Layouts } from '../abi/layout.ts';
import type { Platform } from '../abi/platform.ts';
import { declOf, resolve } from '../abi/resolve.ts';
import type { Type, TypeTable } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { isObject } from './compare.ts';
import type { Mismatch, WirePath } from './outcome.ts';
import { typeAt } from './words.ts';

export interface Memory {
  readonly table: TypeTable;
  readonly layouts: Layouts;
  readonly platform: Platform;
}

/** `byte 3 of 8 of .y (offset 11 of Point): expected 42, found 43`; null where bytes say nothing. */
export function differingByte(type: Type | null, mismatch: Mismatch, memory: Memory): string | null {
  const leaf = typeAt(type, mismatch.path, memory.table);
  if (mismatch.observed === undefined) return null;
  const expected = encode(mismatch.expected, leaf, memory);
  const found = encode(mismatch.observed, leaf, memory);
  if (expected === null || found === null) return null;
  const length = Math.max(expected.length, found.length);
  let at = 0;
  while (at < length && expected[at] === found[at]) at++;
  if (at === length) return null;
  const inside = placeInStruct(type, mismatch.path, at, memory);
  return `byte ${at} of ${length}${inside}: expected ${hex(expected[at])}, found ${hex(found[at])}`;
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'none' : byte.toString(16).padStart(2, '0');
}

/** The bytes of a scalar, text or byte sequence as they stand in memory; null for anything else. */
function encode(value: Wire, type: Type | null, memory: Memory): Uint8Array | null {
  if (isObject(value)) {
    const bytes = value['$bytes'] ?? value['$text'];
    return typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : null;
  }
  if (type === null || typeof value !== 'string') return null;
  const bytes = scalarBytes(value, type, memory);
  if (bytes !== null && memory.platform.endian === 'little') bytes.reverse();
  return bytes;
}

/** Most significant byte first. */
function scalarBytes(value: string, type: Type, memory: Memory): Uint8Array | null {
  if (type.kind === 'float') return Buffer.from(value, 'hex');
  if (type.kind !== 'int' && declOf(type, memory.table)?.kind !== 'enum') return null;
  if (!/^-?\d+$/u.test(value)) return null;
  const { size } = memory.layouts.of(type);
  const digits = BigInt.asUintN(size * 8, BigInt(value)).toString(16);
  return Buffer.from(digits.padStart(size * 2, '0'), 'hex');
}

/** ` of .y (offset 11 of Point)` when the path leads into a struct by value. */
function placeInStruct(type: Type | null, path: WirePath, at: number, memory: Memory): string {
  let current = type === null ? null : resolve(type, memory.table);
  let offset = 0;
  let container: string | null = null;
  let field = '';
  for (const part of path) {
    const next: Type | null = current === null ? null : typeAt(current, [part], memory.table);
    if (current === null || next === null) return '';
    if (typeof part === 'number') {
      if (current.kind === 'pointer') [offset, container] = [0, null];
      else offset += part * memory.layouts.of(next).size;
    } else if (current.kind === 'named') {
      container ??= current.name;
      offset += memory.layouts.of(current).offsets[part] ?? 0;
      field = part;
    }
    current = next;
  }
  return container === null ? '' : ` of field ${field} (offset ${offset + at} of ${container})`;
}
