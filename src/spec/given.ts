/** Values that are handed over: what the spec says × the type they stand for → the wire. */
import { typeText } from '../abi/print-type.ts';
import type { Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { cellValue } from './cells.ts';
import { hasColumn } from './columns.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { bytesIn, formOf, notHere, type Form } from './forms.ts';
import {
  bytesOfLength,
  givenArray,
  givenStruct,
  givenTagged,
  givenUnion,
  givenZero,
} from './given-aggregate.ts';
import { givenCallback } from './given-callback.ts';
import { givenPointer, givenPointerForm } from './given-pointer.ts';
import { givenReference } from './given-reference.ts';
import { bool, enumerator, exactBits, float, integer, isByte, rawInteger, wrongValue } from './scalars.ts';
import { entryOf, type SpecNode } from './tree.ts';

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
  const help =
    'Declare it as Option<…> if null is allowed, or write { $raw: null } to hand over what the type forbids.';
  place.case.problems.add('null-not-allowed', node, `${typeText(type)} is never null.`, { help });
  return undefined;
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
      return form.name === '$raw'
        ? rawInteger(form, type, declarations, problems)
        : notHere(form, typeText(type), problems);
    case 'float':
      return form.name === '$bits'
        ? exactBits(form, type.name, problems)
        : notHere(form, type.name, problems);
    case 'pointer':
      return givenPointerForm(form, type, place);
    case 'array': {
      if (form.name !== '$bytes') return notHere(form, typeText(type), problems);
      if (!isByte(resolved(type.of, declarations), declarations))
        return notHere(form, typeText(type), problems);
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

function givenNamedForm(
  form: Form & { kind: 'form' },
  type: Type & { kind: 'named' },
  place: Place,
): Wire | undefined {
  const { declarations, problems } = place.case;
  const decl = declarations.types.get(type.name);
  if (decl?.kind === 'callback') {
    if (form.name === '$callback') return givenCallback(form, type.name, decl, place);
    if (form.name === '$address' || form.name === '$raw') return givenPointerForm(form, type, place);
  }
  if (decl?.kind === 'enum' && form.name === '$raw')
    return rawInteger(form, decl.repr, declarations, problems);
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
