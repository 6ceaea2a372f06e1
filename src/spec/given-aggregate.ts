/** Values made of parts: structs, unions, data-carrying enums, arrays. */
import { nearestName } from '../abi/parse-type.ts';
import { typeText } from '../abi/print-type.ts';
import type { Field, StructDecl, TaggedDecl, Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { headOf } from './fields.ts';
import { notHere, utf8Hex, type Form } from './forms.ts';
import { givenValue } from './given.ts';
import { listed, type Problems } from './problems.ts';
import { isByte, unknownVariant, wrongValue } from './scalars.ts';
import { entryOf, quoted, type ListNode, type MapNode, type SpecNode } from './tree.ts';
import { zeroOf } from './zeros.ts';

export function givenStruct(node: SpecNode, name: string, decl: StructDecl, place: Place): Wire | undefined {
  const { problems } = place.case;
  if (node.kind !== 'map') {
    return wrongValue(node, `a map of the fields of ${name}`, problems, `It has ${fieldNames(decl.fields)}.`);
  }
  return fieldValues(node, name, decl.fields, place, null);
}

export function fieldNames(fields: readonly Field[]): string {
  return listed(fields.map((field) => field.name));
}

/** Every field in declared order; missing ones are zero where `zeros` says so. */
export function fieldValues(
  node: MapNode,
  owner: string,
  fields: readonly Field[],
  place: Place,
  zeros: 'zeros' | null,
): Wire | undefined {
  if (!checkFields(node, owner, fields, zeros !== null, place)) return undefined;
  const values: Record<string, Wire> = {};
  let whole = true;
  for (const { name, type } of fields) {
    const entry = entryOf(node, name);
    const value =
      entry === null
        ? zeroOf(type, place.case.declarations)
        : givenValue(entry.value, type, { ...place, name });
    if (value === undefined) whole = false;
    else Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return whole ? values : undefined;
}

/** Reports unknown fields, and missing ones unless they may be left out. */
export function checkFields(
  node: MapNode,
  owner: string,
  fields: readonly Field[],
  partial: boolean,
  place: Place,
): boolean {
  const { problems } = place.case;
  const before = problems.count;
  for (const { key, keySpan } of node.entries) {
    if (fields.some((field) => field.name === key)) continue;
    const near = nearestName(
      key,
      fields.map((field) => field.name),
    );
    const all = `It has ${fieldNames(fields) || 'no fields'}.`;
    problems.add('unknown-field', keySpan, `${owner} has no field ${quoted(key)}.`, {
      help: near === null ? all : `Did you mean ${near}? ${all}`,
    });
  }
  const missing = partial ? [] : fields.filter((field) => entryOf(node, field.name) === null);
  if (missing.length > 0) {
    problems.add('missing-field', headOf(node), `${owner} lacks the field ${fieldNames(missing)}.`, {
      help: 'Give all fields, or { $zero: { … } } for zeros but for some.',
    });
  }
  return problems.count === before;
}

export function givenUnion(
  node: SpecNode,
  name: string,
  members: readonly Field[],
  place: Place,
): Wire | undefined {
  const entry = onlyMember(node, name, members, place);
  if (entry === null) return undefined;
  const value = givenValue(entry.node, entry.field.type, { ...place, name: entry.field.name });
  return value === undefined ? undefined : { [entry.field.name]: value };
}

/** The one member that a map names. */
export function onlyMember(
  node: SpecNode,
  owner: string,
  members: readonly Field[],
  place: Place,
): { readonly field: Field; readonly node: SpecNode } | null {
  const { problems } = place.case;
  const only = node.kind === 'map' && node.entries.length === 1 ? node.entries[0] : undefined;
  if (node.kind !== 'map' || only === undefined) {
    wrongValue(node, `a map with one member of ${owner}`, problems, `It has ${fieldNames(members)}.`);
    return null;
  }
  const field = members.find((member) => member.name === only.key);
  if (field === undefined) checkFields(node, owner, members, true, place);
  return field === undefined ? null : { field, node: only.value };
}

/** The variant a text or a map with one key names, and its payload. */
export function variantIn(
  node: SpecNode,
  owner: string,
  decl: TaggedDecl,
  place: Place,
): { readonly variant: TaggedDecl['variants'][number]; readonly payload: MapNode } | null {
  const { problems } = place.case;
  const only = node.kind === 'map' && node.entries.length === 1 ? node.entries[0] : undefined;
  const key = node.kind === 'text' ? node.text : only?.key;
  const names = decl.variants.map((variant) => variant.name);
  if (key === undefined) {
    wrongValue(node, `a map with one variant of ${owner}`, problems, `It has ${listed(names)}.`);
    return null;
  }
  const variant = decl.variants.find((each) => each.name === key);
  if (variant === undefined) {
    unknownVariant(node, quoted(key), owner, names, nearestName(key, names), problems);
    return null;
  }
  const { source, start, end } = node;
  const payload = only?.value ?? { kind: 'map', entries: [], source, start, end };
  if (payload.kind === 'null' && variant.fields.length === 0) {
    return { variant, payload: { kind: 'map', entries: [], source, start, end } };
  }
  if (payload.kind === 'map') return { variant, payload };
  wrongValue(
    payload,
    `a map of the fields of ${owner}::${key}`,
    problems,
    `It has ${fieldNames(variant.fields)}.`,
  );
  return null;
}

export function givenTagged(node: SpecNode, name: string, decl: TaggedDecl, place: Place): Wire | undefined {
  const found = variantIn(node, name, decl, place);
  if (found === null) return undefined;
  const { variant, payload } = found;
  const fields = fieldValues(payload, `${name}::${variant.name}`, variant.fields, place, null);
  return fields === undefined ? undefined : { [variant.name]: fields };
}

export function givenArray(node: SpecNode, type: Type & { kind: 'array' }, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const byte = isByte(resolved(type.of, declarations), declarations);
  if (node.kind === 'text' && byte) return bytesOfLength(utf8Hex(node.text), type, node, place);
  if (node.kind !== 'list')
    return wrongValue(node, `a list of ${type.length} for ${typeText(type)}`, problems);
  if (!hasLength(node, type.length, typeText(type), place)) return undefined;
  return givenItems(node, type.of, place);
}

export function hasLength(node: ListNode, length: number, what: string, place: Place): boolean {
  if (node.items.length === length) return true;
  const message = `Expected ${length} ${length === 1 ? 'item' : 'items'} for ${what}, found ${node.items.length}.`;
  place.case.problems.add('wrong-length', headOf(node), message);
  return false;
}

/** Bytes that fill an array. */
export function bytesOfLength(
  digits: string,
  type: Type & { kind: 'array' },
  node: SpecNode,
  place: Place,
): Wire | undefined {
  if (digits.length === type.length * 2) return { $bytes: digits };
  const message = `Expected ${type.length} bytes for ${typeText(type)}, found ${digits.length / 2}.`;
  place.case.problems.add('wrong-length', node, message);
  return undefined;
}

/** A sequence of elements: `$bytes` where they are bytes that are known. */
export function givenItems(node: ListNode, of: Type, place: Place): Wire | undefined {
  const { declarations } = place.case;
  const element: Type =
    of.kind === 'void' ? { kind: 'int', name: 'u8', nonzero: false, nullable: false } : of;
  const items = node.items.map((item) => givenValue(item, element, place));
  if (items.includes(undefined)) return undefined;
  const bytes = isByte(resolved(of, declarations), declarations);
  return sequence(items as readonly Wire[], bytes, node, place.case.problems);
}

/** Byte elements stand as `$bytes`: all of them are plain numbers then. */
export function sequence(
  items: readonly Wire[],
  bytes: boolean,
  node: SpecNode,
  problems: Problems,
): Wire | undefined {
  if (!bytes) return items;
  if (!items.every((item) => typeof item === 'string')) {
    const help = 'Bytes are handed over and compared as one piece: write each of them as a number.';
    return wrongValue(node, 'plain numbers in a sequence of bytes', problems, help);
  }
  const digits = items.map((item) => BigInt.asUintN(8, BigInt(item)).toString(16).padStart(2, '0'));
  return { $bytes: digits.join('') };
}

/** `{ $zero: { x: 1 } }`: zero but for these fields. */
export function givenZero(form: Form & { kind: 'form' }, type: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const fields = form.value?.kind === 'map' ? form.value : null;
  if (form.value !== null && form.value.kind !== 'null' && fields === null) {
    return wrongValue(form.value, 'a map of the fields that are not zero', problems);
  }
  const decl = type.kind === 'named' ? declarations.types.get(type.name) : undefined;
  if (fields === null || fields.entries.length === 0) {
    if (decl?.kind === 'opaque') return notHere(form, typeText(type), problems);
    return zeroOf(type, declarations);
  }
  if (decl?.kind === 'struct') return fieldValues(fields, typeText(type), decl.fields, place, 'zeros');
  if (decl?.kind === 'union') return givenUnion(fields, typeText(type), decl.members, place);
  problems.add('unknown-field', headOf(fields), `${typeText(type)} has no fields to give.`);
  return undefined;
}
