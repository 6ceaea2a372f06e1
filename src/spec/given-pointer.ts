import { typeText } from '../abi/print-type.ts';
import type { PointerType, Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { countIn } from './fields.ts';
import { addressIn, bytesIn, digitsOf, notHere, utf16Units, utf8Hex, type Form } from './forms.ts';
import { givenItems, givenZero, sequence } from './given-aggregate.ts';
import { givenValue, nullRefused } from './given.ts';
import { isByte, wrongValue } from './scalars.ts';
import { inWords, type ListNode, type SpecNode } from './tree.ts';

/** A plain value for a pointer: null, text, or the pointees. */
export function givenPointer(node: SpecNode, type: PointerType, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  if (node.kind === 'null') return type.nullable ? null : nullRefused(node, type, place);
  const to = resolved(type.to, declarations);
  if (node.kind === 'text' && isByte(to, declarations)) return textMemory(node.text, to);
  if (opaquePointee(to, place)) {
    const help = 'Pass $name of what the library returned, null, or { $address: 0x51 }.';
    return wrongValue(
      node,
      `a pointer for ${typeText(type)}, whose pointee only the library makes`,
      problems,
      help,
    );
  }
  if (node.kind === 'list' && to.kind !== 'array') return givenItems(node, to, place);
  const items: ListNode = node.kind === 'list' && isListOfLists(node) ? node : oneItem(node);
  if (node.kind === 'text' && to.kind === 'int') {
    const help = to.name === 'u16' || to.name === 'c_ushort' ? 'Write { $utf16: … } for wide text.' : null;
    return wrongValue(node, `pointees of ${typeText(type)}`, problems, help);
  }
  return givenItems(items, to, place);
}

/** Behind a pointer to arrays, a list of lists is that many arrays. */
function isListOfLists(node: ListNode): boolean {
  return node.items.some((item) => item.kind === 'list');
}

function oneItem(node: SpecNode): ListNode {
  const { source, start, end } = node;
  return { kind: 'list', items: [node], source, start, end };
}

export function opaquePointee(to: Type, place: Place): boolean {
  return to.kind === 'named' && place.case.declarations.types.get(to.name)?.kind === 'opaque';
}

/** NUL-terminated text behind `c_char`, else just its bytes. */
export function textMemory(text: string, to: Type): Wire {
  return isChar(to) ? { $text: utf8Hex(text) } : { $bytes: utf8Hex(text) };
}

export function isChar(to: Type): boolean {
  return to.kind === 'int' && to.name === 'c_char';
}

export function isWide(to: Type): boolean {
  return to.kind === 'int' && (to.name === 'u16' || to.name === 'c_ushort');
}

/** A `$` form for a pointer, or for a function pointer where it means the same. */
export function givenPointerForm(
  form: Form & { kind: 'form' },
  type: PointerType | (Type & { kind: 'named' }),
  place: Place,
): Wire | undefined {
  const { declarations, problems } = place.case;
  const to: Type = type.kind === 'pointer' ? resolved(type.to, declarations) : { kind: 'void' };
  switch (form.name) {
    case '$address': {
      const address = addressIn(form.value, form.node, declarations.platform.pointerWidth, problems);
      return address === null ? undefined : { $address: address };
    }
    case '$raw':
      return holdsRaw(form, to, place) ? rawPointee(form, to, place) : rawPointer(form, place);
    case '$out':
      return outMemory(form, to, type, place);
    case '$at':
      return addressAt(form, place);
    case '$bytes': {
      const digits = bytesIn(form.value, form.node, problems);
      if (digits === null || !holdsWhole(digits, to, form.node, place)) return undefined;
      return { $bytes: digits };
    }
    case '$utf16': {
      if (!isWide(to)) return notHere(form, typeText(type), problems, 'It stands for a pointer to u16.');
      const units = wideUnits(form, place);
      return units === undefined ? undefined : [...units.map(String), '0'];
    }
    case '$zero': {
      if (opaquePointee(to, place) || to.kind === 'void') return notHere(form, typeText(type), problems);
      const value = givenZero(form, to, place);
      return value === undefined
        ? undefined
        : sequence([value], isByte(to, declarations), form.node, problems);
    }
    case '$bits': {
      // A pointee in its exact bits.
      const value = to.kind === 'float' ? givenValue(form.node, to, place) : undefined;
      return to.kind === 'float'
        ? value === undefined
          ? undefined
          : [value]
        : notHere(form, typeText(type), problems);
    }
    default:
      return notHere(form, typeText(type), problems);
  }
}

export function wideUnits(form: Form & { kind: 'form' }, place: Place): readonly number[] | undefined {
  const { value, node } = form;
  if (value?.kind !== 'text') return wrongValue(value ?? node, 'text for $utf16', place.case.problems);
  return utf16Units(value.text);
}

/** `{ $raw: 9 }` behind a pointer to an enum is a pointee; a pointer itself can only be a forbidden null. */
export function holdsRaw(form: Form & { kind: 'form' }, to: Type, place: Place): boolean {
  const decl = to.kind === 'named' ? place.case.declarations.types.get(to.name) : undefined;
  const forbids = decl?.kind === 'enum' || decl?.kind === 'tagged' || (to.kind === 'int' && to.nonzero);
  return forbids && form.value?.kind === 'int';
}

function rawPointee(form: Form & { kind: 'form' }, to: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const value = givenValue(form.node, to, place);
  return value === undefined ? undefined : sequence([value], isByte(to, declarations), form.node, problems);
}

function rawPointer(form: Form & { kind: 'form' }, place: Place): Wire | undefined {
  const { value, node } = form;
  if (value?.kind === 'null' || (value?.kind === 'int' && value.value === 0n)) return null;
  const help = 'For another address write { $address: … }.';
  return wrongValue(value ?? node, 'null: it is the only pointer a type forbids', place.case.problems, help);
}

/** Raw bytes must be whole pointees. */
export function holdsWhole(digits: string, to: Type, node: SpecNode, place: Place): boolean {
  if (opaquePointee(to, place)) {
    place.case.problems.add('form-not-here', node, 'An opaque type has no bytes that a caller may give.');
    return false;
  }
  const size = to.kind === 'void' ? 1 : place.case.declarations.layouts.of(to).size;
  if (size === 0 || (digits.length / 2) % size === 0) return true;
  const message = `Expected a multiple of ${size} bytes for pointees of ${typeText(to)}, found ${digits.length / 2}.`;
  place.case.problems.add('wrong-length', node, message);
  return false;
}

const MOST_POINTEES = 1 << 28;

/** How many pointees `$out` asks for; null, with the reason among the problems, when that is no count. */
export function outCount(form: Form & { kind: 'form' }, place: Place): number | null {
  if (form.value === null) return 1;
  const constant =
    form.value.kind === 'text' && form.value.text.startsWith('$')
      ? place.case.declarations.constants.get(form.value.text.slice(1))?.node
      : undefined;
  return countIn(constant ?? form.value, 0, MOST_POINTEES, 'a number of pointees', place.case.problems);
}

function outMemory(form: Form & { kind: 'form' }, to: Type, type: Type, place: Place): Wire | undefined {
  const { problems, declarations } = place.case;
  if (type.kind !== 'pointer' || opaquePointee(to, place)) return notHere(form, typeText(type), problems);
  const count = outCount(form, place);
  const from = form.beside.get('from');
  if (count === null) return undefined;
  if (from === undefined) return { $out: count };
  const value = fromValue(from, to, place);
  if (value === undefined) return undefined;
  const given = Array.isArray(value)
    ? value.length
    : pointees(value, to.kind === 'void' ? 1 : declarations.layouts.of(to).size);
  if (given > count) {
    problems.add('wrong-length', from, `Expected at most ${count} pointees in "from", found ${given}.`);
    return undefined;
  }
  return { $out: count, from: value };
}

function pointees(value: Wire, size: number): number {
  const digits = digitsOf(value, '$bytes') ?? '';
  return digits.length / 2 / Math.max(size, 1);
}

/** What in/out memory begins with. */
function fromValue(from: SpecNode, to: Type, place: Place): Wire | undefined {
  const pointer: PointerType = { kind: 'pointer', to, form: 'mut', nullable: false };
  const value = givenValue(from, pointer, place);
  if (value === undefined) return undefined;
  const text = digitsOf(value, '$text');
  if (text !== null) return { $bytes: `${text}00` };
  if (Array.isArray(value) || digitsOf(value, '$bytes') !== null) return value;
  return wrongValue(from, 'the first pointees', place.case.problems);
}

/** `{ $at: z, offset: 1 }`: named memory, or a parameter of this call. */
export function addressAt(form: Form & { kind: 'form' }, place: Place): Wire | undefined {
  const { problems } = place.case;
  const { value, node } = form;
  const name = value?.kind === 'text' ? value.text.replace(/^\$/u, '') : null;
  const binding = name === null ? null : place.scope.find(name);
  const memory = binding !== null && binding.kind === 'memory';
  if (name === null || !(memory || place.step?.params.has(name) === true)) {
    const found = value === null ? 'nothing' : inWords(value);
    const message = `Expected the name of memory from "let" or a parameter of this call, found ${found}.`;
    problems.add(name === null ? 'wrong-value' : 'unbound-name', value ?? node, message);
    return undefined;
  }
  const offset = form.beside.get('offset');
  if (offset === undefined) return { $at: name };
  const bytes = countIn(offset, -MOST_POINTEES, MOST_POINTEES, 'an offset in bytes', problems);
  if (bytes === null) return undefined;
  return bytes === 0 ? { $at: name } : { $at: name, offset: bytes };
}
