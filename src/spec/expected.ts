/** Values that must be observed: what the spec says × the type → expectation, and how to read to see it. */
import { typeText } from '../abi/print-type.ts';
import type { Field, Type } from '../abi/type.ts';
import type { Read, Wire } from '../plan/wire.ts';
import { cellValue } from './cells.ts';
import { hasColumn } from './columns.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { expectedForm } from './expected-form.ts';
import { expectedPointer, type ArgMemory } from './expected-pointer.ts';
import { headOf } from './fields.ts';
import { formOf, utf8Hex } from './forms.ts';
import { bytesOfLength, checkFields, hasLength, onlyMember, sequence, variantIn } from './given-aggregate.ts';
import { constantNode, fits } from './given-reference.ts';
import { mergeReads, type Seen } from './reads.ts';
import type { Reference } from './references.ts';
import { addressWire, findTarget, meansAddress, referenceWire } from './resolve-reference.ts';
import { bool, enumerator, expectedFloat, integer, isByte, wrongValue } from './scalars.ts';
import { entryOf, type ListNode, type MapNode, type SpecNode } from './tree.ts';
import { zeroOf } from './zeros.ts';

/** A whole expectation; in a table, one that depends on columns becomes a slot. */
export function seenInRows(
  templates: readonly SpecNode[],
  place: Place,
  lower: (nodes: readonly SpecNode[], place: Place) => Seen | undefined,
): Seen | undefined {
  const { table } = place.case;
  if (table === null || !templates.some(hasColumn)) return lower(templates, place);
  return table.expected(templates, place, lower);
}

export function expected(node: SpecNode, type: Type, place: Place): Seen | undefined {
  return seenInRows([node], place, ([row = node], rowPlace) => expectedValue(row, type, rowPlace, null));
}

/** What is read without following anything. */
export function plainly(value: Wire | undefined): Seen | undefined {
  return value === undefined ? undefined : { expected: value, read: null };
}

/** Undefined: it has a fault, which is among the problems. `memory`: what the call gave for this pointer. */
export function expectedValue(
  written: SpecNode,
  type: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const { declarations, problems } = place.case;
  const wanted = resolved(type, declarations);
  const node = cellValue(written, wanted, declarations, problems);
  if (node === null) return undefined;
  const form = formOf(node, problems);
  if (form === 'bad') return undefined;
  if (form?.kind === 'reference') return expectedReference(form.reference, node, wanted, place, memory);
  if (form !== null) return expectedForm(form, wanted, place, memory);
  switch (wanted.kind) {
    case 'int':
      return plainly(integer(node, wanted, declarations, problems));
    case 'float':
      return plainly(expectedFloat(node, wanted.name, problems));
    case 'bool':
      return plainly(bool(node, problems));
    case 'pointer':
      return expectedPointer(node, wanted, place, memory);
    case 'array':
      return expectedArray(node, wanted, place);
    case 'named':
      return expectedNamed(node, wanted, place);
    case 'void':
      return wrongValue(node, 'no value: it returns nothing', problems, 'Leave the key out.');
  }
}

function expectedNamed(node: SpecNode, type: Type & { kind: 'named' }, place: Place): Seen | undefined {
  const { declarations, problems } = place.case;
  const decl = declarations.types.get(type.name);
  switch (decl?.kind) {
    case 'struct':
      if (node.kind === 'map') return expectedFields(node, type.name, decl.fields, place, false);
      return wrongValue(node, `a map of the fields of ${type.name}`, problems);
    case 'union': {
      const only = onlyMember(node, type.name, decl.members, place);
      const seen = only === null ? undefined : expectedValue(only.node, only.field.type, place, null);
      if (only === null || seen === undefined) return undefined;
      const member = only.field.name;
      return { expected: { [member]: seen.expected }, read: { member, read: seen.read } };
    }
    case 'enum':
      return plainly(enumerator(node, type.name, decl, problems));
    case 'tagged': {
      const found = variantIn(node, type.name, decl, place);
      if (found === null) return undefined;
      const { variant, payload } = found;
      const seen = expectedFields(payload, `${type.name}::${variant.name}`, variant.fields, place, false);
      return seen === undefined
        ? undefined
        : { expected: { [variant.name]: seen.expected }, read: seen.read };
    }
    case 'callback':
      if (node.kind === 'null') return { expected: null, read: null };
      return wrongValue(node, 'null, $name of a callback, $any or { $not: null }', problems);
    default:
      return wrongValue(node, `no value by value for ${type.name}`, problems);
  }
}

export function expectedFields(
  node: MapNode,
  owner: string,
  fields: readonly Field[],
  place: Place,
  zeros: boolean,
): Seen | undefined {
  if (!checkFields(node, owner, fields, zeros, place)) return undefined;
  const values: [string, Wire][] = [];
  const reads: [string, Read][] = [];
  let whole = true;
  for (const { name, type } of fields) {
    const entry = entryOf(node, name);
    const seen =
      entry === null
        ? plainly(zeroOf(type, place.case.declarations))
        : expectedValue(entry.value, type, { ...place, name }, null);
    if (seen === undefined) whole = false;
    else {
      values.push([name, seen.expected]);
      if (seen.read !== null) reads.push([name, seen.read]);
    }
  }
  if (!whole) return undefined;
  return {
    expected: Object.fromEntries(values),
    read: reads.length === 0 ? null : { fields: Object.fromEntries(reads) },
  };
}

export function expectedArray(
  node: SpecNode,
  type: Type & { kind: 'array' },
  place: Place,
): Seen | undefined {
  const { declarations, problems } = place.case;
  if (node.kind === 'text' && isByte(resolved(type.of, declarations), declarations)) {
    return plainly(bytesOfLength(utf8Hex(node.text), type, node, place));
  }
  if (node.kind !== 'list')
    return wrongValue(node, `a list of ${type.length} for ${typeText(type)}`, problems);
  if (!hasLength(node, type.length, typeText(type), place)) return undefined;
  const items = expectedItems(node, type.of, place);
  if (items === undefined) return undefined;
  return { expected: items.expected, read: items.read === null ? null : { elements: items.read } };
}

/** A sequence, with one way to read all its elements. */
export function expectedItems(node: ListNode, of: Type, place: Place): Seen | undefined {
  const { declarations, problems } = place.case;
  const element: Type =
    of.kind === 'void' ? { kind: 'int', name: 'u8', nonzero: false, nullable: false } : of;
  const seen = node.items.map((item) => expectedValue(item, element, place, null));
  const read = mergedRead(seen, node, place);
  if (read === undefined || seen.includes(undefined)) return undefined;
  const values = seen.map((each) => each?.expected ?? null);
  const wire = sequence(values, isByte(resolved(of, declarations), declarations), node, problems);
  return wire === undefined ? undefined : { expected: wire, read };
}

/** One read for alternatives or elements; undefined, with the reason among the problems, when they need several. */
export function mergedRead(
  seen: readonly (Seen | undefined)[],
  node: SpecNode,
  place: Place,
): Read | undefined {
  let read: Read = null;
  for (const each of seen) {
    const merged = mergeReads(read, each?.read ?? null, 'agree');
    if (merged === undefined) {
      const help =
        'Expect the same number of pointees in each, or look at them one by one with "let" and "check".';
      const message = 'These would have to be read back in different ways, which one read cannot do.';
      place.case.problems.add('reads-differ', headOf(node), message, { help });
      return undefined;
    }
    read = merged;
  }
  return read;
}

function expectedReference(
  reference: Reference,
  node: SpecNode,
  wanted: Type,
  place: Place,
  memory: ArgMemory | null,
): Seen | undefined {
  const constant = constantNode(reference, node, place);
  if (constant !== null) return expectedValue(constant, wanted, place, memory);
  const target = findTarget(reference, node, place);
  if (target === null) return undefined;
  const { declarations, problems } = place.case;
  if (target.binding.kind === 'callback' && target.path.length === 0) {
    return { expected: { $callback: target.binding.wire }, read: null };
  }
  if (meansAddress(target, wanted, declarations)) return plainly(addressWire(target, declarations));
  if (wanted.kind === 'pointer' && target.type !== null && !isPointer(target.type, place)) {
    if (!fits(target, wanted.to, node, place)) return undefined;
    const bytes = isByte(resolved(wanted.to, declarations), declarations);
    const items = sequence([referenceWire(target)], bytes, node, problems);
    return items === undefined ? undefined : { expected: items, read: { items: 1, each: null } };
  }
  return fits(target, wanted, node, place) ? plainly(referenceWire(target)) : undefined;
}

export function isPointer(type: Type, place: Place): boolean {
  const found = resolved(type, place.case.declarations);
  if (found.kind === 'pointer') return true;
  return found.kind === 'named' && place.case.declarations.types.get(found.name)?.kind === 'callback';
}
