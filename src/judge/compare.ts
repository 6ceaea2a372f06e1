/** Expected against observed wire values. Pure, and blind to types: the wire is exact. */
import type { Wire } from '../plan/wire.ts';
import type { Expected } from '../spec/suite.ts';
import type { Mismatch, WirePath } from './outcome.ts';

/** What `$name` and `$slot` stand for while one case is judged. */
export interface Scope {
  readonly bound: ReadonlyMap<string, Wire>;
  readonly slots: readonly Expected[];
}

/** Every place where the two differ; empty when they agree. */
export function compare(
  expected: Expected,
  observed: Wire | undefined,
  scope: Scope,
  path: WirePath = [],
): Mismatch[] {
  const different = [{ path, expected, observed }];
  if (observed === undefined) return isForm(expected, '$any') ? [] : different;
  if (Array.isArray(expected)) {
    return Array.isArray(observed)
      ? compareLists(expected as Wire[], observed as Wire[], scope, path)
      : different;
  }
  if (typeof expected !== 'object' || expected === null) return expected === observed ? [] : different;
  const form = expected as WireObject;
  const special = compareForm(form, observed, scope, path);
  if (special !== null) return special;
  if (!isObject(observed)) return different;
  return compareObjects(form, observed, scope, path);
}

/** As `compare`, but fields the expectation does not name are not looked at (arguments of a callback). */
export function comparePartial(
  expected: Expected,
  observed: Wire | undefined,
  scope: Scope,
  path: WirePath,
): Mismatch[] {
  if (
    !isObject(expected) ||
    !isObject(observed) ||
    Object.keys(expected).some((key) => key.startsWith('$'))
  ) {
    return compare(expected, observed, scope, path);
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    compare(value as Expected, observed[key] as Wire | undefined, scope, [...path, key]),
  );
}

export interface WireObject {
  readonly [key: string]: Wire | number;
}

export function isObject(value: Wire | number | undefined): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A scalar of a form as text; anything else as JSON, for messages. */
export function textOf(value: Wire | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isForm(value: Wire | number | undefined, key: string): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}

/** Null when `expected` is no special form but a plain object. */
function compareForm(expected: WireObject, observed: Wire, scope: Scope, path: WirePath): Mismatch[] | null {
  const verdict = (agrees: boolean): Mismatch[] => (agrees ? [] : [{ path, expected, observed }]);
  if (Object.hasOwn(expected, '$any')) return [];
  if (Object.hasOwn(expected, '$nan')) return verdict(typeof observed === 'string' && isNanBits(observed));
  if (Object.hasOwn(expected, '$slot')) {
    return compare(scope.slots[Number(expected['$slot'])] ?? null, observed, scope, path);
  }
  if (Object.hasOwn(expected, '$ref')) {
    const value = resolveReference(expected, scope);
    return value === undefined ? verdict(false) : compare(value, observed, scope, path);
  }
  if (Object.hasOwn(expected, '$not')) {
    return verdict(compare(expected['$not'] as Wire, observed, scope, path).length > 0);
  }
  if (Object.hasOwn(expected, '$one_of')) {
    const options = expected['$one_of'] as readonly Wire[];
    return verdict(options.some((option) => compare(option, observed, scope, path).length === 0));
  }
  if (Object.hasOwn(expected, '$approx'))
    return verdict(isClose(expected['$approx'] as WireObject, observed));
  if (Object.hasOwn(expected, '$prefix')) return comparePrefix(expected, observed, scope, path);
  return null;
}

function compareLists(
  expected: readonly Wire[],
  observed: readonly Wire[],
  scope: Scope,
  path: WirePath,
): Mismatch[] {
  if (expected.length !== observed.length) return [{ path, expected, observed }];
  return expected.flatMap((each, index) => compare(each, observed[index], scope, [...path, index]));
}

function compareObjects(
  expected: WireObject,
  observed: WireObject,
  scope: Scope,
  path: WirePath,
): Mismatch[] {
  const keys = new Set([...Object.keys(expected), ...Object.keys(observed)]);
  const plain = [...keys].every((key) => !key.startsWith('$'));
  if (!plain || Object.keys(expected).length !== Object.keys(observed).length) {
    const same = JSON.stringify(expected) === JSON.stringify(observed);
    return same ? [] : [{ path, expected, observed }];
  }
  return [...keys].flatMap((key) => {
    if (!Object.hasOwn(expected, key) || !Object.hasOwn(observed, key)) return [{ path, expected, observed }];
    return compare(expected[key] as Wire, observed[key] as Wire, scope, [...path, key]);
  });
}

/** The pattern that `$out` memory is filled with, byte i. */
export function fillByte(index: number): number {
  return 0xa5 ^ (index & 0xff);
}

function comparePrefix(expected: WireObject, observed: Wire, scope: Scope, path: WirePath): Mismatch[] {
  const prefix = expected['$prefix'] as Wire;
  const untouched = expected['rest'] !== 'any';
  if (isObject(prefix) && isObject(observed)) {
    return compareBytePrefix(textOf(prefix['$bytes']), observed, untouched)
      ? []
      : [{ path, expected, observed }];
  }
  if (Array.isArray(prefix) && isForm(observed, '$untouched')) {
    return prefix.length === 0 && untouched ? [] : [{ path, expected, observed }];
  }
  if (!Array.isArray(prefix) || !Array.isArray(observed) || observed.length < prefix.length) {
    return [{ path, expected, observed }];
  }
  const [list, found] = [prefix as readonly Wire[], observed as readonly Wire[]];
  const rest = untouched ? found.slice(list.length) : [];
  return [
    ...list.flatMap((each, index) => compare(each, found[index], scope, [...path, index])),
    ...rest.flatMap((each, index) =>
      isForm(each, '$untouched')
        ? []
        : [{ path: [...path, list.length + index], expected: { $untouched: true }, observed: each }],
    ),
  ];
}

function compareBytePrefix(prefix: string, observed: WireObject, untouched: boolean): boolean {
  if (Object.hasOwn(observed, '$untouched')) return prefix === '' && untouched;
  const bytes = textOf(observed['$bytes']);
  if (!bytes.startsWith(prefix)) return false;
  if (!untouched) return true;
  for (let index = prefix.length / 2; index < bytes.length / 2; index++) {
    if (Number.parseInt(bytes.slice(index * 2, index * 2 + 2), 16) !== fillByte(index)) return false;
  }
  return true;
}

/** What `$name` or a path into it was observed to be; undefined when it was never seen. */
export function resolveReference(reference: WireObject, scope: Scope): Wire | undefined {
  let value: Wire | undefined = scope.bound.get(textOf(reference['$ref']));
  for (const part of (reference['path'] as readonly string[] | undefined) ?? []) {
    if (Array.isArray(value)) value = (value as readonly Wire[])[Number(part)];
    else if (isObject(value)) value = value[part] as Wire | undefined;
    else return undefined;
  }
  return value;
}

function isNanBits(bits: string): boolean {
  if (bits.length === 8) return (BigInt(`0x${bits}`) & 0x7fffffffn) > 0x7f800000n;
  if (bits.length !== 16) return false;
  return (BigInt(`0x${bits}`) & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

/** Within so many units in the last place, counted across zero. */
function isClose(approx: WireObject, observed: Wire): boolean {
  const wanted = approx['value'];
  if (typeof wanted !== 'string' || typeof observed !== 'string' || wanted.length !== observed.length)
    return false;
  if (isNanBits(wanted) || isNanBits(observed)) return isNanBits(wanted) && isNanBits(observed);
  const distance = orderedBits(wanted) - orderedBits(observed);
  return (distance < 0n ? -distance : distance) <= BigInt(textOf(approx['ulps']) || '0');
}

function orderedBits(bits: string): bigint {
  const value = BigInt(`0x${bits}`);
  const sign = 1n << BigInt(bits.length * 4 - 1);
  return value & sign ? sign - value : value;
}
