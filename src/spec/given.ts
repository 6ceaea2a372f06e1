/** Values that are handed over: what the spec says × the type they stand for → the wire. */
import { nearestName } from '../abi/parse-type.ts';
import { typeText } from '../abi/print-type.ts';
import type { StructDecl, TaggedDecl, Type } from '../abi/type.ts';
import type { Field } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { cellValue } from './cells.ts';
import { hasColumn } from './columns.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { headOf } from './fields.ts';
import { bytesIn, formOf, notHere, utf8Hex, type Form } from './forms.ts';
import { givenCallback } from './given-callback.ts';
import { givenPointer, givenPointerForm } from './given-pointer.ts';
import { givenReference } from './given-reference.ts';
import { listed, type Problems } from './problems.ts';
import { bool, enumerator, exactBits, float, integer, isByte, rawInteger, unknownVariant, wrongValue } from './scalars.ts';
import { entryOf, quoted, type ListNode, type MapNode, type SpecNode } from './tree.ts';
import { zeroOf } from './zeros.ts';

/** A whole argument or other value; in a table, one that names columns becomes a slot. */
export function given(node: SpecNode, type: Type, place: Place): Wire | undefined {
  const { table } = place.case;
  const scripted = node.kind === 'map' && entryOf(node, '$callback') !== null;
  if (table === null || scripted || !hasColumn(node)) return givenValue(node, type, place);
  return table.given(node, place, (row, rowPlace) => givenValue(row, type, rowPlace));
}

/** Undefined: it has a fault, which is among the problems. */
export function givenValue(written: SpecNode, type: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const wanted = resolved(type, declarations);
  const node = cellValue(written, wanted, declarations, problems);
  if (node === null) return undefined;
  const form = formOf(node, problems);
  if (form === 'bad') return undefined;
  if (form?.kind === 'reference') return givenReference(form.reference, node, wanted, place);
  if (form !== null) return givenForm(form, wanted, place);
  switch (wanted.kind) {
    case 'int':
      return integer(node, wanted, declarations, problems);
    case 'float':
      return float(node, wanted.name, problems);
    case 'bool':
      return bool(node, problems);
    case 'pointer':
      return givenPointer(node, wanted, place);
    case 'array':
      return givenArray(node, wanted, place);
    case 'named':
      return givenNamed(node, wanted, place);
    case 'void':
      return wrongValue(node, 'no value, for ()', problems);
  }
}

function givenNamed(node: SpecNode, type: Type & { kind: 'named' }, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const decl = declarations.types.get(type.name);
  switch (decl?.kind) {
    case 'struct':
      return givenStruct(node, type.name, decl, place);
    case 'union':
      return givenUnion(node, type.name, decl.members, place);
    case 'enum':
      return enumerator(node, type.name, decl, problems);
    case 'tagged':
      return givenTagged(node, type.name, decl, place);
    case 'callback':
      if (node.kind !== 'null') {
        const help = 'Write { $callback: { … } }, $name of a bound one, or null for Option<>.';
        return wrongValue(node, `a function pointer for ${typeText(type)}`, problems, help);
      }
      return type.nullable ? null : nullRefused(node, type, place);
    default:
      return wrongValue(node, `no value by value for ${type.name}`, problems);
  }
}

/** Null for what cannot be null. */
export function nullRefused(node: SpecNode, type: Type, place: Place): undefined {
  const help = 'Declare it as Option<…> if null is allowed, or write { $raw: null } to hand over what the type forbids.';
  place.case.problems.add('null-not-allowed', node, `${typeText(type)} is never null.`, { help });
  return undefined;
}

function givenStruct(node: SpecNode, name: string, decl: StructDecl, place: Place): Wire | undefined {
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
function fieldValues(
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
    const near = nearestName(key, fields.map((field) => field.name));
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

function givenUnion(node: SpecNode, name: string, members: readonly Field[], place: Place): Wire | undefined {
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
  wrongValue(payload, `a map of the fields of ${owner}::${key}`, problems, `It has ${fieldNames(variant.fields)}.`);
  return null;
}

function givenTagged(node: SpecNode, name: string, decl: TaggedDecl, place: Place): Wire | undefined {
  const found = variantIn(node, name, decl, place);
  if (found === null) return undefined;
  const { variant, payload } = found;
  const fields = fieldValues(payload, `${name}::${variant.name}`, variant.fields, place, null);
  return fields === undefined ? undefined : { [variant.name]: fields };
}

function givenArray(node: SpecNode, type: Type & { kind: 'array' }, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const byte = isByte(resolved(type.of, declarations), declarations);
  if (node.kind === 'text' && byte) return bytesOfLength(utf8Hex(node.text), type, node, place);
  if (node.kind !== 'list') return wrongValue(node, `a list of ${type.length} for ${typeText(type)}`, problems);
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
  const element: Type = of.kind === 'void' ? { kind: 'int', name: 'u8', nonzero: false, nullable: false } : of;
  const items = node.items.map((item) => givenValue(item, element, place));
  if (items.includes(undefined)) return undefined;
  const bytes = isByte(resolved(of, declarations), declarations);
  return sequence(items as readonly Wire[], bytes, node, place.case.problems);
}

/** Byte elements stand as `$bytes`: all of them are plain numbers then. */
export function sequence(items: readonly Wire[], bytes: boolean, node: SpecNode, problems: Problems): Wire | undefined {
  if (!bytes) return items;
  if (!items.every((item) => typeof item === 'string')) {
    const help = 'Bytes are handed over and compared as one piece: write each of them as a number.';
    return wrongValue(node, 'plain numbers in a sequence of bytes', problems, help);
  }
  const digits = items.map((item) => BigInt.asUintN(8, BigInt(item)).toString(16).padStart(2, '0'));
  return { $bytes: digits.join('') };
}

function givenForm(form: Form & { kind: 'form' }, type: Type, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  if (form.name === '$text' && form.value !== null) {
    const { value } = form;
    // Text that begins with $ must not be taken for a form again.
    if (value.kind !== 'text') return wrongValue(value, 'text for $text', problems);
    if (type.kind === 'pointer') return givenPointer(value, type, place);
    if (type.kind === 'array') return givenArray(value, type, place);
    return notHere(form, typeText(type), problems);
  }
  if (form.name === '$zero' && type.kind !== 'pointer') return givenZero(form, type, place);
  switch (type.kind) {
    case 'int':
      return form.name === '$raw' ? rawInteger(form, type, declarations, problems) : notHere(form, typeText(type), problems);
    case 'float':
      return form.name === '$bits' ? exactBits(form, type.name, problems) : notHere(form, type.name, problems);
    case 'pointer':
      return givenPointerForm(form, type, place);
    case 'array': {
      if (form.name !== '$bytes') return notHere(form, typeText(type), problems);
      if (!isByte(resolved(type.of, declarations), declarations)) return notHere(form, typeText(type), problems);
      const digits = bytesIn(form.value, form.node, problems);
      return digits === null ? undefined : bytesOfLength(digits, type, form.node, place);
    }
    case 'named':
      return givenNamedForm(form, type, place);
    default:
      return notHere(form, typeText(type), problems, rawHelp(form, type));
  }
}

function rawHelp(form: Form & { kind: 'form' }, type: Type): string | null {
  if (form.name !== '$raw' || type.kind !== 'bool') return null;
  return 'Declare the parameter as u8 with "symbol:" of the same export: an FFI\'s own bool has no third value.';
}

function givenNamedForm(form: Form & { kind: 'form' }, type: Type & { kind: 'named' }, place: Place): Wire | undefined {
  const { declarations, problems } = place.case;
  const decl = declarations.types.get(type.name);
  if (decl?.kind === 'callback') {
    if (form.name === '$callback') return givenCallback(form, type.name, decl, place);
    if (form.name === '$address' || form.name === '$raw') return givenPointerForm(form, type, place);
  }
  if (decl?.kind === 'enum' && form.name === '$raw') return rawInteger(form, decl.repr, declarations, problems);
  if (decl?.kind === 'tagged' && form.name === '$raw') {
    const tag = rawInteger(form, decl.tag, declarations, problems);
    return tag === undefined ? undefined : { $raw: tag };
  }
  if (decl?.kind === 'union' && form.name === '$bytes') {
    const digits = bytesIn(form.value, form.node, problems);
    const { size } = declarations.layouts.of(type);
    if (digits === null) return undefined;
    return bytesOfLength(digits, { kind: 'array', of: type, length: size }, form.node, place);
  }
  return notHere(form, typeText(type), problems);
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
