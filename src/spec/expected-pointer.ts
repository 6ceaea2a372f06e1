import { typeText } from '../abi/print-type.ts';
import type { PointerType, Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { expectedItems, expectedValue, plainly } from './expected.ts';
import { approximately, expectedZero } from './expected-form.ts';
import { headOf } from './fields.ts';
import { addressIn, bytesIn, digitsOf, notHere, utf8Hex, type Form } from './forms.ts';
import { addressAt, holdsRaw, isChar, isWide, opaquePointee, wideUnits } from './given-pointer.ts';
import { sequence } from './given-aggregate.ts';
import { itemCount } from './item-count.ts';
import type { Seen } from './reads.ts';
import { isByte, wrongValue } from './scalars.ts';
import type { ListNode, SpecNode } from './tree.ts';

/** Memory that the call itself gave for a pointer parameter. */
export interface ArgMemory {
  /** Pointees; null where that cannot be told. */
  readonly count: number | null;
  /** What `$out` memory began with. */
  readonly from: SpecNode | null;
  /** `$out`: filled with the pattern. */
  readonly out: boolean;
}

export function expectedPointer(
  node: SpecNode,
  type: PointerType,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { declarations, problems } = place.case;
  if (node.kind === 'null') return { expected: null, read: null };
  const to = resolved(type.to, declarations);
  if (node.kind === 'text' && isChar(to))
    return { expected: { $text: utf8Hex(node.text) }, read: { text: true } };
  if (node.kind === 'text' && isByte(to, declarations))
    return bytesBehind(utf8Hex(node.text), node, place, memory);
  if (opaquePointee(to, place)) {
    const help = 'Write { $not: null }, null, $any or $name.';
    return wrongValue(node, `no contents of ${typeText(to)}, which only the library knows`, problems, help);
  }
  if (node.kind === 'text' && isWide(to)) {
    return wrongValue(node, `pointees of ${typeText(type)}`, problems, 'Write { $utf16: … } for wide text.');
  }
  const list =
    node.kind === 'list' && (to.kind !== 'array' || node.items.some((item) => item.kind === 'list'));
  const items: ListNode = list ? node : alone(node);
  const seen = expectedItems(items, to, place);
  if (seen === undefined || !hasCount(items.items.length, node, place, memory)) return undefined;
  return { expected: seen.expected, read: { items: items.items.length, each: seen.read } };
}

function alone(node: SpecNode): ListNode {
  const { source, start, end } = node;
  return { kind: 'list', items: [node], source, start, end };
}

/** Memory that the call gave must be looked at whole, so that nothing behind the list goes unseen. */
function hasCount(found: number, node: SpecNode, place: Place, memory: ArgMemory | null): boolean {
  if (memory === null || memory.count === null || memory.count === found) return true;
  const pointees = memory.count === 1 ? '1 pointee' : `${memory.count} pointees`;
  const message = `Expected all ${pointees} that the call gave memory for, found ${found}.`;
  place.case.problems.add('wrong-length', headOf(node), message, {
    help: 'For the first ones only, write { $prefix: [ … ], rest: untouched } or rest: any.',
  });
  return false;
}

function bytesBehind(
  digits: string,
  node: SpecNode,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const count = digits.length / 2;
  if (!hasCount(count, node, place, memory)) return undefined;
  return { expected: { $bytes: digits }, read: { items: count, each: null } };
}

export function expectedPointerForm(
  form: Form & { kind: 'form' },
  type: PointerType,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { declarations, problems } = place.case;
  const to = resolved(type.to, declarations);
  switch (form.name) {
    case '$untouched':
      return { expected: { $untouched: true }, read: { items: memory?.count ?? 1, each: null } };
    case '$address': {
      const address = addressIn(form.value, form.node, declarations.platform.pointerWidth, problems);
      return address === null ? undefined : plainly({ $address: address });
    }
    case '$at':
      return plainly(addressAt(form, place));
    case '$raw':
      if (!holdsRaw(form, to, place)) return { expected: null, read: null };
      return onePointee(form, to, place, memory);
    case '$bytes': {
      if (!isByte(to, declarations)) {
        return notHere(
          form,
          typeText(type),
          problems,
          'It stands for pointees of one byte; write a list of values.',
        );
      }
      const digits = bytesIn(form.value, form.node, problems);
      return digits === null ? undefined : bytesBehind(digits, form.node, place, memory);
    }
    case '$utf16': {
      if (!isWide(to)) return notHere(form, typeText(type), problems, 'It stands for a pointer to u16.');
      const units = wideUnits(form, place);
      if (units === undefined) return undefined;
      const digits = units.map((unit) => unit.toString(16).padStart(4, '0')).join('');
      return { expected: { $utf16: digits }, read: { utf16: true } };
    }
    case '$prefix':
      return prefix(form, to, place, memory);
    case '$items':
      return counted(form, to, place);
    default:
      return onePointee(form, to, place, memory);
  }
}

/** `$approx`, `$bits`, `$zero` of what one pointer points at. */
function onePointee(
  form: Form & { kind: 'form' },
  to: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { problems } = place.case;
  const seen =
    form.name === '$approx'
      ? approximately(form, to, place)
      : form.name === '$zero' && to.kind !== 'void' && !opaquePointee(to, place)
        ? expectedZero(form, to, place)
        : form.name === '$bits' && to.kind === 'float'
          ? expectedValue(form.node, to, place, null)
          : form.name === '$raw'
            ? expectedValue(form.node, to, place, null)
            : notHere(form, `a pointer to ${typeText(to)}`, problems);
  if (seen === undefined || !hasCount(1, form.node, place, memory)) return undefined;
  const items = sequence([seen.expected], isByte(to, place.case.declarations), form.node, problems);
  return items === undefined ? undefined : { expected: items, read: { items: 1, each: seen.read } };
}

/** `{ $prefix: [1, 2], rest: untouched }`: the first pointees of memory that the call gave. */
function prefix(
  form: Form & { kind: 'form' },
  to: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { problems } = place.case;
  const rest = restIn(form, place);
  if (rest === undefined) return undefined;
  if (memory === null || memory.count === null) {
    return notHere(
      form,
      'memory whose size the call does not say',
      problems,
      'Write just as many values as are to be read.',
    );
  }
  const { count } = memory;
  const seen = beginning(form, to, place, count);
  return seen === undefined
    ? undefined
    : { expected: { $prefix: seen.expected, rest }, read: { items: count, each: seen.read } };
}

/** The same of named memory that is an array: `check: $dest, is: { $prefix: … }`. */
export function arrayPrefix(
  form: Form & { kind: 'form' },
  type: Type & { kind: 'array' },
  place: Place,
): Seen | undefined {
  const rest = restIn(form, place);
  const seen = rest === undefined ? undefined : beginning(form, type.of, place, type.length);
  if (rest === undefined || seen === undefined) return undefined;
  const read = seen.read === null ? null : { elements: seen.read };
  return { expected: { $prefix: seen.expected, rest }, read };
}

/** The pointees that are told of `most`. */
function beginning(form: Form & { kind: 'form' }, to: Type, place: Place, most: number): Seen | undefined {
  const { declarations, problems } = place.case;
  const value = form.value;
  const seen = value === null ? undefined : prefixItems(value, to, place);
  if (seen === undefined) return undefined;
  const bytes = isByte(to, declarations);
  const count = bytes ? bytesOf(seen.expected) : (seen.expected as readonly Wire[]).length;
  if (count <= most) return seen;
  const message = `Expected at most ${most} pointees, which is the memory there is, found ${count}.`;
  problems.add('wrong-length', value ?? form.node, message);
  return undefined;
}

function bytesOf(wire: Wire): number {
  return (digitsOf(wire, '$bytes') ?? '').length / 2;
}

function prefixItems(value: SpecNode, to: Type, place: Place): Seen | undefined {
  const { declarations, problems } = place.case;
  if (value.kind === 'list') return expectedItems(value, to, place);
  if (!isByte(to, declarations)) return wrongValue(value, 'a list of the first pointees', problems);
  if (value.kind === 'text') return plainly({ $bytes: utf8Hex(value.text) });
  const inner = value.kind === 'map' ? value.entries[0] : undefined;
  if (inner?.key === '$text' && inner.value.kind === 'text')
    return plainly({ $bytes: utf8Hex(inner.value.text) });
  if (inner?.key !== '$bytes') return wrongValue(value, 'a list, text or { $bytes: … }', problems);
  const digits = bytesIn(inner.value, value, problems);
  return digits === null ? undefined : plainly({ $bytes: digits });
}

function restIn(form: Form & { kind: 'form' }, place: Place): 'untouched' | 'any' | undefined {
  const rest = form.beside.get('rest');
  if (rest === undefined) return 'untouched';
  const word = rest.kind === 'text' ? rest.text.replace(/^\$/u, '') : '';
  if (word === 'untouched' || word === 'any') return word;
  return wrongValue(rest, 'untouched or any', place.case.problems);
}

/** `{ $items: [1, 2], count: $n }`: as many as an observed count says. */
function counted(form: Form & { kind: 'form' }, to: Type, place: Place): Seen | undefined {
  const { problems } = place.case;
  const node = form.beside.get('count');
  if (node === undefined) {
    problems.add('missing-key', headOf(form.node), 'Expected the key "count" beside $items.', {
      help: 'It says how many to read: a number, $name, or $after.PARAM.',
    });
    return undefined;
  }
  const count = itemCount(node, place);
  const seen = form.value === null ? undefined : prefixItems(form.value, to, place);
  return count === undefined || seen === undefined
    ? undefined
    : { expected: seen.expected, read: { items: count, each: seen.read } };
}
