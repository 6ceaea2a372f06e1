import { declOf } from '../abi/resolve.ts';
import type { Type } from '../abi/type.ts';
import { typeText } from '../abi/print-type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { isBroken, resolved, type Declarations } from './declarations.ts';
import type { Reference } from './references.ts';
import type { ValueBinding } from './scope.ts';
import { listed } from './problems.ts';
import { quoted, type SpecNode } from './tree.ts';

/** What a reference leads to. */
export interface Target {
  readonly binding: ValueBinding;
  /** From the binding on; the plan's path begins with the binding's own. */
  readonly path: readonly string[];
  /** Of the part the path leads to; null when not known. */
  readonly type: Type | null;
}

/** Null, with the reason among the problems, when the name is not bound or has no such part. */
export function findTarget(reference: Reference, node: SpecNode, place: Place): Target | null {
  const found = place.scope.find(reference.name);
  if (found === null) {
    const near = place.scope.nearest(reference.name);
    const bound = [...new Set(place.scope.names())].map((name) => `$${name}`);
    const known = bound.length === 0 ? 'Nothing is bound before this step.' : `Bound here: ${listed(bound)}.`;
    place.case.problems.add('unbound-name', node, `Nothing has bound $${reference.name} before.`, {
      help:
        near === null ? `${known} For this very text write { $text: … }.` : `Did you mean $${near}? ${known}`,
    });
    return null;
  }
  if (found.kind !== 'record') return walk(found, reference.path, node, place);
  const [first, ...rest] = reference.path;
  const member = first === undefined ? undefined : found.members.get(first);
  if (member !== undefined) return walk(member, rest, node, place);
  const names = [...found.members.keys()].map((name) => `$${reference.name}.${name}`);
  const help = names.length === 0 ? null : `There is ${listed(names)}.`;
  const text = [reference.name, ...reference.path].join('.');
  place.case.problems.add('bad-path', node, `There is no $${text}.`, { help });
  return null;
}

function walk(binding: ValueBinding, path: readonly string[], node: SpecNode, place: Place): Target | null {
  const { declarations, problems } = place.case;
  let { type } = binding;
  if (type !== null && isBroken(type, declarations)) type = null;
  if (binding.type === null && path.length > 0 && binding.kind === 'number') {
    problems.add('bad-path', node, `A number has no part ${quoted(path.join('.'))}.`);
    return null;
  }
  for (const part of path) {
    if (type === null) break;
    const next = partOf(type, part, declarations);
    if (typeof next === 'string') {
      problems.add('bad-path', node, next);
      return null;
    }
    type = next;
  }
  return { binding, path, type };
}

/** The type of a field, member or element; a sentence when there is none. */
function partOf(type: Type, part: string, declarations: Declarations): Type | string {
  const found = resolved(type, declarations);
  if (found.kind === 'array') {
    if (/^\d+$/u.test(part) && BigInt(part) < BigInt(found.length)) return found.of;
    return `${typeText(found)} has no element ${part}: the last one is ${found.length - 1}.`;
  }
  if (found.kind === 'pointer') {
    return `A path does not lead through the pointer ${typeText(found)}: name what it points at with "as" or "let".`;
  }
  const decl = declOf(found, declarations.types);
  const members = decl?.kind === 'struct' ? decl.fields : decl?.kind === 'union' ? decl.members : null;
  const member = members?.find((each) => each.name === part);
  if (member !== undefined) return member.type;
  if (members === null) return `${typeText(found)} has no part ${quoted(part)}.`;
  return `${typeText(found)} has no field ${quoted(part)}: it has ${listed(members.map((each) => each.name))}.`;
}

/** `{"$ref":…}`. */
export function referenceWire(target: Target): { $ref: string; path?: readonly string[] } {
  const path = [...target.binding.path, ...target.path];
  return path.length === 0 ? { $ref: target.binding.wire } : { $ref: target.binding.wire, path };
}

/** Is an address inside named memory meant, not its contents? Only where a pointer is wanted. */
export function meansAddress(target: Target, wanted: Type, declarations: Declarations): boolean {
  if (target.binding.kind !== 'memory' || resolved(wanted, declarations).kind !== 'pointer') return false;
  const depth = pointerDepth(wanted, declarations);
  // `$head` of type *mut Node: its address for *mut *mut Node, itself for *const Node.
  return depth > 0 && (target.type === null || depth > pointerDepth(target.type, declarations));
}

/** How many pointers stand before the pointee; a function pointer is one. */
function pointerDepth(type: Type, declarations: Declarations): number {
  const found = resolved(type, declarations);
  if (found.kind === 'pointer') return 1 + pointerDepth(found.to, declarations);
  return declOf(found, declarations.types)?.kind === 'callback' ? 1 : 0;
}

/** `{"$at":"z","offset":8}` for named memory or a part of it. */
export function addressWire(target: Target, declarations: Declarations): Wire {
  let offset = 0;
  let type = target.binding.type;
  for (const part of target.path) {
    if (type === null) break;
    const found = resolved(type, declarations);
    if (found.kind === 'array') {
      offset += Number(part) * declarations.layouts.of(found.of).size;
      type = found.of;
    } else {
      offset += declarations.layouts.of(found).offsets[part] ?? 0;
      const next = partOf(found, part, declarations);
      type = typeof next === 'string' ? null : next;
    }
  }
  return offset === 0 ? { $at: target.binding.wire } : { $at: target.binding.wire, offset };
}
