import type { ItemCount } from '../plan/wire.ts';
import type { Place } from './context.ts';
import { resolved } from './declarations.ts';
import { countIn } from './fields.ts';
import { constantNode } from './given-reference.ts';
import { parseReference, type Reference } from './references.ts';
import { findTarget, referenceWire } from './resolve-reference.ts';
import { wrongValue } from './scalars.ts';
import type { SpecNode } from './tree.ts';

const MOST_ITEMS = 1 << 28;

/** How many pointees to read: a number, a bound integer, or what a parameter of this call now points at. */
export function itemCount(node: SpecNode, place: Place): ItemCount | undefined {
  const { problems } = place.case;
  const reference = node.kind === 'text' ? parseReference(node.text) : null;
  if (reference === null) return countIn(node, 0, MOST_ITEMS, 'a number of pointees', problems) ?? undefined;
  const constant = constantNode(reference, node, place);
  if (constant !== null)
    return countIn(constant, 0, MOST_ITEMS, 'a number of pointees', problems) ?? undefined;
  const parameter = afterParameter(reference, place);
  if (parameter !== null) return { $out: parameter };
  const target = findTarget(reference, node, place);
  if (target === null) return undefined;
  const type = target.type === null ? null : resolved(target.type, place.case.declarations);
  if (type !== null && type.kind !== 'int') return wrongValue(node, 'a bound integer', problems);
  return referenceWire(target);
}

/** `$after.len`: what stands behind parameter `len` when the call has returned. */
function afterParameter(reference: Reference, place: Place): string | null {
  const [name, ...rest] = reference.path;
  if (reference.name !== 'after' || name === undefined || rest.length > 0) return null;
  return place.step?.params.has(name) === true ? name : null;
}
