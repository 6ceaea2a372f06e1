import type { Wire } from '../plan/wire.ts';
import type { Expected, Step } from '../spec/suite.ts';

/** All steps of a case by plan id, inner ones too. */
export function flatten(steps: readonly Step[]): ReadonlyMap<string, Step> {
  let map = flattened.get(steps);
  if (map === undefined) {
    map = new Map();
    collect(steps, map as Map<string, Step>);
    flattened.set(steps, map);
  }
  return map;
}

const flattened = new WeakMap<readonly Step[], ReadonlyMap<string, Step>>();

function collect(steps: readonly Step[], into: Map<string, Step>): void {
  for (const step of steps) {
    into.set(step.plan.id, step);
    collect(step.inner, into);
  }
}

/** Does the step run its inner steps several times? */
export function isMultiplied(step: Step): boolean {
  return 'threads' in step.plan || 'repeat' in step.plan;
}

/**
 * The journal line of a step whose expectation is literal and that behaves: comparing its bytes spares
 * parsing. Null when only a real comparison can tell, e.g. because the step binds a value.
 */
export function expectedLine(step: Step, slots: readonly Expected[]): string | null {
  let parts = templates.get(step);
  if (parts === undefined) {
    parts = template(step);
    templates.set(step, parts);
  }
  if (parts === null) return null;
  let text = '';
  for (const part of parts) text += typeof part === 'number' ? JSON.stringify(slots[part] ?? null) : part;
  return text;
}

/** Literal text and numbers of slots in turn. */
type Template = readonly (string | number)[];

const templates = new WeakMap<Step, Template | null>();

function template(step: Step): Template | null {
  const { expect, plan } = step;
  if ('bind' in plan || 'bind_after' in plan || expect.dies !== undefined) return null;
  if (expect.called !== undefined || expect.found !== undefined) return null;
  const line: Record<string, unknown> = { step: plan.id };
  if (expect.returns !== undefined) line['returns'] = expect.returns;
  if (expect.value !== undefined) line['value'] = expect.value;
  if (expect.after !== undefined && Object.keys(expect.after).length > 0) line['after'] = expect.after;
  if (expect.errno !== undefined) line['errno'] = expect.errno;
  if (!Object.values(expect).every((value) => isLiteral(value as Wire))) return null;
  return JSON.stringify(line)
    .split(/\{"\$slot":(\d+)\}/u)
    .map((part, index) => (index % 2 === 0 ? part : Number(part)));
}

const literalForms: ReadonlySet<string> = new Set([
  '$bytes',
  '$text',
  '$utf16',
  '$slot',
  '$untouched',
  '$at',
  '$address',
]);

/** Free of forms that stand for more than themselves. */
function isLiteral(value: Wire | number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return (value as readonly Wire[]).every(isLiteral);
  return Object.entries(value as Record<string, Wire>).every(
    ([key, inner]) => (!key.startsWith('$') || literalForms.has(key)) && isLiteral(inner),
  );
}
