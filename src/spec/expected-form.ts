/** The `$` forms as expectations. */
import { typeText } from '../abi/print-type.ts';
import type { Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { expectedArray, expectedFields, expectedValue, isPointer, mergedRead, plainly } from './expected.ts';
import { arrayPrefix, expectedPointer, expectedPointerForm, type ArgMemory } from './expected-pointer.ts';
import { addressIn, bytesIn, notHere, type Form } from './forms.ts';
import { bytesOfLength } from './given-aggregate.ts';
import type { Seen } from './reads.ts';
import { exactBits, isByte, rawInteger, wrongValue } from './scalars.ts';
import { entryOf } from './tree.ts';
import { zeroOf } from './zeros.ts';

export function expectedForm(
  form: Form & { kind: 'form' },
  type: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { declarations, problems } = place.case;
  switch (form.name) {
    case '$any':
      return { expected: { $any: true }, read: null };
    case '$one_of':
      return oneOf(form, type, place, memory);
    case '$not': {
      const seen = form.value === null ? undefined : expectedValue(form.value, type, place, memory);
      return seen === undefined ? undefined : { expected: { $not: seen.expected }, read: seen.read };
    }
    case '$text':
      return expectedText(form, type, place, memory);
    case '$callback':
    case '$out':
      return notHere(form, 'an expectation', problems);
    default:
      break;
  }
  if (type.kind === 'pointer') return expectedPointerForm(form, type, place, memory);
  switch (form.name) {
    case '$prefix':
      return type.kind === 'array' ? arrayPrefix(form, type, place) : notHere(form, typeText(type), problems);
    case '$untouched':
      return { expected: { $untouched: true }, read: null };
    case '$bits':
      return type.kind === 'float'
        ? plainly(exactBits(form, type.name, problems))
        : notHere(form, typeText(type), problems);
    case '$approx':
      return approximately(form, type, place);
    case '$raw':
      return plainly(rawValue(form, type, place));
    case '$zero':
      return expectedZero(form, type, place);
    case '$bytes':
      return plainly(rawBytes(form, type, place));
    case '$address': {
      if (!isPointer(type, place)) return notHere(form, typeText(type), problems);
      const address = addressIn(form.value, form.node, declarations.platform.pointerWidth, problems);
      return address === null ? undefined : plainly({ $address: address });
    }
    default:
      return notHere(form, typeText(type), problems);
  }
}

function oneOf(
  form: Form & { kind: 'form' },
  type: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { value, node } = form;
  if (value?.kind !== 'list' || value.items.length === 0) {
    return wrongValue(value ?? node, 'a list of values for $one_of', place.case.problems);
  }
  const seen = value.items.map((item) => expectedValue(item, type, place, memory));
  const read = mergedRead(seen, node, place);
  if (read === undefined || seen.includes(undefined)) return undefined;
  return { expected: { $one_of: seen.map((each) => each?.expected ?? null) }, read };
}

function expectedText(
  form: Form & { kind: 'form' },
  type: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { value, node } = form;
  if (value?.kind !== 'text') return wrongValue(value ?? node, 'text for $text', place.case.problems);
  if (type.kind === 'pointer') return expectedPointer(value, type, place, memory);
  if (type.kind === 'array') return expectedArray(value, type, place);
  return notHere(form, typeText(type), place.case.problems);
}

/** `{ $approx: { value: 0.3, ulps: 4 } }`. */
export function approximately(form: Form & { kind: 'form' }, type: Type, place: Place): Seen | undefined {
  const { problems } = place.case;
  if (type.kind !== 'float') return notHere(form, typeText(type), problems, 'It stands for a float.');
  const map = form.value?.kind === 'map' ? form.value : null;
  const value = map === null ? null : entryOf(map, 'value');
  const ulps = map === null ? null : entryOf(map, 'ulps');
  const known = map?.entries.every((entry) => entry.key === 'value' || entry.key === 'ulps') === true;
  if (!known || value === null || ulps?.value.kind !== 'int' || ulps.value.value < 0n) {
    const help = 'Write { $approx: { value: 0.1, ulps: 4 } }.';
    return wrongValue(form.value ?? form.node, 'a map with value and ulps for $approx', problems, help);
  }
  const bits = expectedValue(value.value, type, place, null);
  if (bits === undefined) return undefined;
  return plainly({ $approx: { value: bits.expected, ulps: String(ulps.value.value) } });
}

function rawValue(form: Form & { kind: 'form' }, type: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  if (type.kind === 'int') return rawInteger(form, type, declarations, problems);
  const decl = type.kind === 'named' ? declarations.types.get(type.name) : undefined;
  if (decl?.kind === 'enum') return rawInteger(form, decl.repr, declarations, problems);
  if (decl?.kind !== 'tagged') return notHere(form, typeText(type), problems);
  const tag = rawInteger(form, decl.tag, declarations, problems);
  return tag === undefined ? undefined : { $raw: tag };
}

export function expectedZero(form: Form & { kind: 'form' }, type: Type, place: Place): Seen | undefined {
  const { declarations, problems } = place.case;
  const { value } = form;
  if (value === null || value.kind === 'null' || (value.kind === 'map' && value.entries.length === 0)) {
    return plainly(zeroOf(type, declarations));
  }
  const decl = type.kind === 'named' ? declarations.types.get(type.name) : undefined;
  if (value.kind !== 'map' || decl?.kind !== 'struct') return notHere(form, typeText(type), problems);
  return expectedFields(value, typeText(type), decl.fields, place, true);
}

function rawBytes(form: Form & { kind: 'form' }, type: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const byteArray = type.kind === 'array' && isByte(resolved(type.of, declarations), declarations);
  const union = type.kind === 'named' && declarations.types.get(type.name)?.kind === 'union';
  if (!byteArray && !union)
    return notHere(form, typeText(type), problems, 'It stands for bytes and for unions.');
  const digits = bytesIn(form.value, form.node, problems);
  const length = type.kind === 'array' ? type.length : declarations.layouts.of(type).size;
  return digits === null
    ? undefined
    : bytesOfLength(digits, { kind: 'array', of: type, length }, form.node, place);
}
