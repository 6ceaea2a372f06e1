/** What a case expects, in words: for the comment in front of a reproduction and for reports. */
import type { Type } from '../abi/type.ts';
import { deathAsked } from '../judge/death.ts';
import { inWords } from '../judge/words.ts';
import type { Wire } from '../plan/wire.ts';
import type { Expected, Row, Step, Suite } from '../spec/suite.ts';

/** One line a thing that must be observed, steps in order, inner ones behind their outer one. */
export function expectationLines(suite: Suite, steps: readonly Step[], row: Row | null): string[] {
  return steps.flatMap((step) => [
    ...stepLines(suite, step, row).map((line) => `step ${step.plan.id} ${line}`),
    ...expectationLines(suite, step.inner, row),
  ]);
}

function stepLines(suite: Suite, step: Step, row: Row | null): string[] {
  const { expect, plan } = step;
  const say = (value: Expected, type: Type | null): string => inWords(filled(value, row), type, suite.types);
  const callee = 'call' in plan && typeof plan.call === 'string' ? suite.functions.get(plan.call) : undefined;
  const param = (name: string): Type | null =>
    callee?.params.find((each) => each.name === name)?.type ?? null;
  const lines: string[] = [];
  if (expect.returns !== undefined) lines.push(`returns ${say(expect.returns, callee?.returns ?? null)}`);
  if (expect.value !== undefined) lines.push(`value ${say(expect.value, null)}`);
  for (const [name, value] of Object.entries(expect.after ?? {})) {
    lines.push(`after ${name} ${say(value, param(name))}`);
  }
  for (const [name, calls] of Object.entries(expect.called ?? {})) {
    lines.push(`called ${name} ${say(calls as Wire, null)}`);
  }
  if (expect.errno !== undefined) lines.push(`errno ${say(expect.errno, null)}`);
  if (expect.found !== undefined) lines.push(`found ${String(expect.found)}`);
  if (expect.dies !== undefined) lines.push(deathAsked(expect.dies));
  return lines;
}

/** Slots replaced by the row's values. */
function filled(value: Expected, row: Row | null): Expected {
  if (row === null || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Wire[]).map((each) => filled(each, row));
  const entries = Object.entries(value as Record<string, Wire>);
  const [first] = entries;
  if (first?.[0] === '$slot' && typeof first[1] === 'number') return row.slots[first[1]] ?? null;
  return Object.fromEntries(entries.map(([key, each]) => [key, filled(each, row)]));
}
