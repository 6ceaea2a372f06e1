import type { PointerType, Type } from '../abi/type.ts';
import { cellValue } from './cells.ts';
import type { Place } from './context.ts';
import { resolved, typesIn } from './declarations.ts';
import { expectedValue } from './expected.ts';
import { expectedPointerForm, type ArgMemory } from './expected-pointer.ts';
import { formOf, utf16Units, utf8Hex, type Form } from './forms.ts';
import { constantNode } from './given-reference.ts';
import { isChar, opaquePointee, outCount } from './given-pointer.ts';
import { Problems } from './problems.ts';
import type { Seen } from './reads.ts';
import { isByte } from './scalars.ts';
import type { SpecNode } from './tree.ts';

/** What memory an argument makes; null for one that makes none. Faults of the argument are not its matter. */
export function argMemory(written: SpecNode, type: Type, place: Place): ArgMemory | null {
  const quiet: Place = { ...place, case: { ...place.case, problems: new Problems(0) } };
  const { declarations, problems } = quiet.case;
  const pointer = resolved(type, declarations);
  if (pointer.kind !== 'pointer') return null;
  const to = resolved(pointer.to, declarations);
  const node = cellValue(written, pointer, declarations, problems);
  const form = node === null ? 'bad' : formOf(node, problems);
  if (node === null || form === 'bad' || node.kind === 'null' || opaquePointee(to, place)) return null;
  if (form?.kind === 'reference') {
    const constant = constantNode(form.reference, node, quiet);
    return constant === null ? null : argMemory(constant, type, quiet);
  }
  if (form !== null) return memoryOfForm(form, to, quiet);
  if (node.kind === 'text' && isByte(to, declarations)) return textMemory(node.text, to);
  return plain(
    node.kind === 'list' && to.kind !== 'array' ? node.items.length : to.kind === 'array' ? null : 1,
  );
}

function plain(count: number | null): ArgMemory {
  return { count, from: null, out: false };
}

function textMemory(text: string, to: Type): ArgMemory {
  return plain(utf8Hex(text).length / 2 + (isChar(to) ? 1 : 0));
}

function memoryOfForm(form: Form & { kind: 'form' }, to: Type, place: Place): ArgMemory | null {
  const { value } = form;
  const text = value?.kind === 'text' ? value.text : '';
  switch (form.name) {
    case '$out':
      return { count: outCount(form, place), from: form.beside.get('from') ?? null, out: true };
    case '$bytes': {
      const size = to.kind === 'void' ? 1 : place.case.declarations.layouts.of(to).size;
      return plain(size === 0 ? null : text.replace(/\s+/gu, '').length / 2 / size);
    }
    case '$utf16':
      return plain(utf16Units(text).length + 1);
    case '$text':
      return textMemory(text, to);
    case '$zero':
    case '$bits':
      return plain(1);
    default:
      return null;
  }
}

/** Does the argument ask the library to fill memory? Seen from the template, whatever a row says. */
export function asksForOutput(node: SpecNode): boolean {
  if (node.kind === 'text') return node.text === '$out';
  return node.kind === 'map' && node.entries.some((entry) => entry.key === '$out');
}

/** Nothing may be written where the spec expects nothing: `$out` untouched, `from` as it was given. */
export function unwritten(node: SpecNode, type: PointerType, place: Place): Seen | undefined {
  const memory = argMemory(node, type, place);
  if (memory === null || memory.count === null) return undefined;
  if (memory.from === null)
    return { expected: { $untouched: true }, read: { items: memory.count, each: null } };
  return kept(memory.from, memory, type, place);
}

function kept(from: SpecNode, memory: ArgMemory, type: PointerType, place: Place): Seen | undefined {
  const to = resolved(type.to, place.case.declarations);
  if (holdsPointers(to, place)) return undefined;
  const { source, start, end } = from;
  const length = argMemory(from, type, place)?.count ?? 0;
  if (length === memory.count && !isChar(to)) return expectedValue(from, type, place, memory);
  const value = isByte(to, place.case.declarations) || from.kind === 'list' ? from : listOf(from);
  const node = { kind: 'map' as const, entries: [], source, start, end };
  const form = {
    kind: 'form' as const,
    name: '$prefix' as const,
    value,
    beside: new Map<string, SpecNode>(),
    node,
  };
  return expectedPointerForm(form, type, place, memory);
}

function listOf(node: SpecNode): SpecNode {
  const { source, start, end } = node;
  return { kind: 'list', items: [node], source, start, end };
}

/** Pointees that lead on would be read as mere addresses. */
function holdsPointers(type: Type, place: Place): boolean {
  const { declarations } = place.case;
  const found = resolved(type, declarations);
  if (found.kind === 'pointer') return true;
  if (found.kind === 'array') return holdsPointers(found.of, place);
  const decl = found.kind === 'named' ? declarations.types.get(found.name) : undefined;
  if (decl === undefined) return false;
  return (
    decl.kind === 'union' ||
    decl.kind === 'callback' ||
    typesIn(decl).some((inner) => holdsPointers(inner, place))
  );
}
