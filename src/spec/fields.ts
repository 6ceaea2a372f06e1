import type { z } from 'zod';
import { nearestName } from '../abi/parse-type.ts';
import { listed, type Problems } from './problems.ts';
import type { Span } from './source.ts';
import { inWords, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** The entries of a map that was checked against a shape, by key. */
export type Fields<K extends string> = { readonly [key in K]?: Entry };

interface Shape {
  readonly shape: Readonly<Record<string, z.ZodType>>;
}

type KeyOf<S extends Shape> = Extract<keyof S['shape'], string>;

/** The same for every map of one shape, so looked up once. */
interface Known {
  readonly keys: readonly string[];
  readonly required: readonly string[];
}

const knownShapes = new WeakMap<Shape, Known>();

function known(shape: Shape): Known {
  let found = knownShapes.get(shape);
  if (found === undefined) {
    const keys = Object.keys(shape.shape);
    found = {
      keys,
      required: keys.filter((key) => shape.shape[key]?.safeParse(undefined).success === false),
    };
    knownShapes.set(shape, found);
  }
  return found;
}

/** Reports unknown and missing keys of a map; hands back the entries of the known ones. */
export function fieldsOf<S extends Shape>(
  node: MapNode,
  shape: S,
  what: string,
  problems: Problems,
): Fields<KeyOf<S>> {
  const { keys, required } = known(shape);
  const found: Record<string, Entry> = Object.create(null) as Record<string, Entry>;
  for (const entry of node.entries) {
    if (keys.includes(entry.key)) found[entry.key] = entry;
    else reportUnknownKey(entry, keys, what, problems);
  }
  for (const key of required) {
    if (found[key] !== undefined || shape.shape[key]?.def.type === 'unknown') continue;
    problems.add('missing-key', headOf(node), `Expected the key "${key}" in ${what}.`);
  }
  return found;
}

export function reportUnknownKey(
  entry: Entry,
  allowed: readonly string[],
  what: string,
  problems: Problems,
): void {
  const near = nearestName(entry.key, allowed);
  const list = `Allowed in ${what}: ${listed(allowed, 'and')}.`;
  problems.add('unknown-key', entry.keySpan, `Unknown key ${quoted(entry.key)} in ${what}.`, {
    help: near === null ? list : `Did you mean "${near}"? ${list}`,
  });
}

/** Where to point for something that a map lacks: its first key, not all of its lines. */
export function headOf(node: SpecNode): Span {
  const first = node.kind === 'map' ? node.entries[0] : undefined;
  return (
    first?.keySpan ?? { source: node.source, start: node.start, end: Math.min(node.end, node.start + 1) }
  );
}

export function wrongShape(
  node: SpecNode,
  expected: string,
  problems: Problems,
  help: string | null = null,
): null {
  const at = node.kind === 'map' || node.kind === 'list' ? headOf(node) : node;
  problems.add('wrong-shape', at, `Expected ${expected}, found ${inWords(node)}.`, { help });
  return null;
}

export function mapIn(node: SpecNode, expected: string, problems: Problems): MapNode | null {
  return node.kind === 'map' ? node : wrongShape(node, expected, problems);
}

export function listIn(node: SpecNode, expected: string, problems: Problems): readonly SpecNode[] | null {
  return node.kind === 'list' ? node.items : wrongShape(node, expected, problems);
}

/** Text; a plain scalar that YAML takes for a number stays an error: names are not numbers. */
export function textIn(entry: Entry | undefined, expected: string, problems: Problems): string | null {
  if (entry === undefined) return null;
  const { value } = entry;
  return value.kind === 'text' ? value.text : wrongShape(value, expected, problems);
}

export function flagIn(entry: Entry | undefined, problems: Problems): boolean | null {
  if (entry === undefined) return null;
  return entry.value.kind === 'bool' ? entry.value.value : wrongShape(entry.value, 'true or false', problems);
}

/** A whole number between two limits. */
export function countIn(
  node: SpecNode,
  least: number,
  most: number,
  what: string,
  problems: Problems,
): number | null {
  if (node.kind === 'int' && node.value >= BigInt(least) && node.value <= BigInt(most))
    return Number(node.value);
  const at = node.kind === 'map' || node.kind === 'list' ? headOf(node) : node;
  problems.add('bad-count', at, `Expected ${what} from ${least} to ${most}, found ${inWords(node)}.`);
  return null;
}

export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/u;
