import { typeText } from '../abi/print-type.ts';
import type { Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved, type Declarations } from './declarations.ts';
import { sequence } from './given-aggregate.ts';
import { givenValue } from './given.ts';
import type { Reference } from './references.ts';
import { addressWire, findTarget, meansAddress, referenceWire, type Target } from './resolve-reference.ts';
import { isByte } from './scalars.ts';
import type { SpecNode } from './tree.ts';

/** A constant stands for what it was declared as, at the place of use. */
export function constantNode(reference: Reference, node: SpecNode, place: Place): SpecNode | null {
  if (reference.path.length > 0) return null;
  const constant = place.case.declarations.constants.get(reference.name)?.node;
  if (constant === undefined) return null;
  const { source, start, end } = node;
  return { ...constant, source, start, end };
}

export function givenReference(
  reference: Reference,
  node: SpecNode,
  wanted: Type,
  place: Place,
): Wire | undefined {
  const constant = constantNode(reference, node, place);
  if (constant !== null) return givenValue(constant, wanted, place);
  const target = findTarget(reference, node, place);
  if (target === null) return undefined;
  const { declarations, problems } = place.case;
  if (isOnePointee(target, wanted, declarations) && wanted.kind === 'pointer') {
    if (!fits(target, wanted.to, node, place)) return undefined;
    return sequence(
      [referenceWire(target)],
      isByte(resolved(wanted.to, declarations), declarations),
      node,
      problems,
    );
  }
  if (!fits(target, wanted, node, place)) return undefined;
  return meansAddress(target, wanted, declarations)
    ? addressWire(target, declarations)
    : referenceWire(target);
}

/** A bound value, not a pointer, where a pointer to such is wanted: memory that holds it. */
export function isOnePointee(target: Target, wanted: Type, declarations: Declarations): boolean {
  if (wanted.kind !== 'pointer' || target.binding.kind === 'memory' || target.type === null) return false;
  return (
    kindOfType(target.type, declarations) !== 'pointer' && resolved(wanted.to, declarations).kind !== 'void'
  );
}

/** Is the bound value of the kind that is wanted? Reported when not. */
export function fits(target: Target, wanted: Type, node: SpecNode, place: Place): boolean {
  const { declarations, problems } = place.case;
  const found = kindOf(target, declarations);
  if (found === null || meansAddress(target, wanted, declarations)) return true;
  const needed = kindOfType(wanted, declarations);
  if (found === needed) return true;
  const what = target.type === null ? 'a number' : typeText(target.type);
  const message = `Expected ${typeText(wanted)}, found ${what} in $${[target.binding.wire, ...target.path].join('.')}.`;
  problems.add('type-mismatch', node, message);
  return false;
}

function kindOf(target: Target, declarations: Declarations): string | null {
  if (target.binding.kind === 'number') return 'int';
  return target.type === null ? null : kindOfType(target.type, declarations);
}

/** Integers of any width convert, and pointers to anything: a wrong handle is a case worth writing. */
function kindOfType(type: Type, declarations: Declarations): string {
  const found = resolved(type, declarations);
  switch (found.kind) {
    case 'int':
    case 'bool':
    case 'void':
    case 'pointer':
      return found.kind;
    case 'float':
      return found.name;
    case 'array':
      return typeText(found);
    case 'named': {
      const decl = declarations.types.get(found.name);
      return decl?.kind === 'enum' ? 'int' : decl?.kind === 'callback' ? 'pointer' : found.name;
    }
  }
}
