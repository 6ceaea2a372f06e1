/** Steps of a case: what a driver is to do, and what must be observed. */
import { nearestName } from '../abi/parse-type.ts';
import type { PlanStep } from '../plan/wire.ts';
import { callStep } from './call-step.ts';
import { calledIn } from './called.ts';
import { newStep, type CaseContext, type Place, type StepDraft } from './context.ts';
import { fieldsOf, headOf, mapIn } from './fields.ts';
import { listed, type Problems } from './problems.ts';
import { releaseSteps, type Release } from './release.ts';
import { Scope } from './scope.ts';
import { STEP_SHAPES } from './shapes.ts';
import { SIMPLE_STEPS } from './simple-steps.ts';
import { locationOf } from './source.ts';
import type { Expectation, Step } from './suite.ts';
import { quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

export type Verb = keyof typeof STEP_SHAPES;
export const VERBS = Object.keys(STEP_SHAPES) as readonly Verb[];

/** The entries of a step, by key. */
export type StepEntries = { readonly [key: string]: Entry | undefined };

/** A step without what every step has. */
export interface BareStep {
  readonly plan: PlanStep;
  readonly expect: Expectation;
}

/** Steps in a row, and what they leave to be given back behind them. */
export function lowerBlock(
  nodes: readonly SpecNode[],
  parent: StepDraft | null,
  scope: Scope,
  context: CaseContext,
): readonly Step[] {
  const steps: Step[] = [];
  const releases: Release[] = [];
  const first = parent?.inner.length ?? 0;
  const nextId = (): string => `${parent === null ? '' : `${parent.id}.`}${first + steps.length}`;
  for (const node of nodes) {
    if (context.death !== null) {
      const related = [{ message: 'the process ends here', at: context.death }];
      context.problems.add(
        'step-after-death',
        headOf(node),
        'Nothing can be played after a step that ends the process.',
        {
          related,
        },
      );
      break;
    }
    const step = lowerStep(node, nextId(), scope, context, releases);
    if (step !== null) steps.push(step);
  }
  if (context.death === null) steps.push(...releaseSteps(releases, steps, nextId, steps.length, context));
  return steps;
}

function lowerStep(
  node: SpecNode,
  id: string,
  scope: Scope,
  context: CaseContext,
  releases: Release[],
): Step | null {
  const { problems } = context;
  const map = mapIn(node, 'a map that says what the step does', problems);
  const verb = map === null ? null : verbOf(map, problems);
  if (map === null || verb === null) return null;
  const entries = fieldsOf(map, STEP_SHAPES[verb], `a step that has "${verb}"`, problems) as StepEntries;
  const verbEntry = entries[verb];
  if (verbEntry === undefined) return null;
  const location = locationOf(verbEntry.keySpan);
  if (verb === 'call') return callStep(entries, verbEntry, id, scope, context, releases, location);
  const draft = newStep(id);
  const place: Place = { case: context, scope, step: draft, name: '' };
  const bare = SIMPLE_STEPS[verb](entries, verbEntry, place);
  const called = calledIn(entries['called'], place);
  if (bare === null) return null;
  const expect = called === null ? bare.expect : { ...bare.expect, called };
  return { plan: bare.plan, expect, location, inner: draft.inner };
}

/** The one key that says what a step does. */
export function verbOf(map: MapNode, problems: Problems): Verb | null {
  const present = map.entries.filter((entry) => VERBS.some((verb) => verb === entry.key));
  const [first, second] = present;
  if (first !== undefined && second === undefined) return first.key as Verb;
  if (first !== undefined && second !== undefined) {
    const message = `A step does one thing: ${quoted(first.key)} and ${quoted(second.key)} are two.`;
    problems.add('contradictory-keys', second.keySpan, message, { help: 'Make them two steps.' });
    return null;
  }
  const guesses = map.entries.map((entry) => nearestName(entry.key, VERBS)).filter((near) => near !== null);
  const help = guesses[0] === undefined ? null : `Did you mean "${guesses[0]}"?`;
  problems.add('unknown-step', headOf(map), `Expected one of the keys ${listed(VERBS, 'or')}.`, { help });
  return null;
}
