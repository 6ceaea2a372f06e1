/** Whom a deviation is laid to, from what all callers saw of the same case. */
import type { Attribution, CaseResult } from './outcome.ts';

/** One caller's outcome of a case; `result` null means it passed. */
export interface Witness {
  readonly caller: string;
  readonly engine: string;
  readonly reference: boolean;
  readonly result: CaseResult | null;
}

/** The attribution of `own`'s deviation. `witnesses` are all callers that judged the case, `own` among them. */
export function attribute(own: Witness, witnesses: readonly Witness[]): Attribution | null {
  const { result } = own;
  if (result === null || !blames(result)) return null;
  const alike = witnesses.filter((each) => each.result !== null && shape(each.result) === shape(result));
  const reference = witnesses.find((each) => each.reference);
  if (reference === undefined) return { to: 'nobody', why: 'the reference caller did not run' };
  if (reference.result === null) return callerOrEngine(own, witnesses, alike);
  const engines = new Set(alike.map((each) => each.engine));
  if (alike.includes(reference) && engines.size > 1) return { to: 'library' };
  const why = alike.includes(reference)
    ? 'only one engine saw it'
    : 'the reference caller saw something else';
  return { to: 'nobody', why };
}

function callerOrEngine(own: Witness, witnesses: readonly Witness[], alike: readonly Witness[]): Attribution {
  const sameEngine = witnesses.filter((each) => each.engine === own.engine);
  const all = sameEngine.length > 1 && sameEngine.every((each) => alike.includes(each));
  return all ? { to: 'engine', name: own.engine } : { to: 'caller', name: own.caller };
}

function blames(result: CaseResult): boolean {
  return result.outcome === 'fail' || result.outcome === 'crash' || result.outcome === 'hang';
}

/** Two results of one shape saw the same thing. */
export function shape(result: CaseResult): string {
  const differences = result.deviations.map((each) => [each.what, each.step, each.where, observed(each)]);
  return JSON.stringify([result.outcome, result.step, result.death !== null, differences]);
}

/** Damage is compared by where it is, a leak by that it is: the numbers differ between runtimes. */
function observed(each: CaseResult['deviations'][number]): string {
  return each.what === 'value' ? each.observed : '';
}
