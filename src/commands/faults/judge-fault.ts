/** What a run over a faulty library must show: the fault is seen, as what it is, and laid to the library. */
import { isUnexpected, type CaseResult } from '../../judge/outcome.ts';
import type { FaultCell, FaultRow } from '../../report/faults.ts';
import type { Column, Run } from '../../results/run.ts';
import type { Fault } from './catalogue.ts';

interface Seen {
  readonly column: Column;
  /** Of the case that must catch it; null when that passed, or was not played. */
  readonly result: CaseResult | null;
  /** False: its FFI has no such thing, or is known to do it wrong. */
  readonly able: boolean;
  readonly exact: boolean;
}

export function judgeFault(fault: Fault, run: Run): FaultRow {
  const seen = run.columns.map((column) => seenBy(column, fault));
  const laid = seen.find((each) => each.column.reference && each.exact) ?? seen.find((each) => each.exact);
  return {
    name: fault.name,
    mistake: fault.mistake,
    caught: fault.caught,
    cells: seen.map((each): FaultCell => ({ words: cellWords(each), exact: each.exact })),
    laidTo: laidTo(laid, seen),
    problems: problemsOf(fault, seen, laid),
  };
}

function seenBy(column: Column, fault: Fault): Seen {
  const result = column.results.find((each) => each.key === fault.caught) ?? null;
  const able = result === null || (isUnexpected(result) && result.outcome !== 'unsupported');
  const kind = result?.deviations[0]?.what;
  const alike = result?.outcome === fault.as && (fault.what === null || kind === fault.what);
  return { column, result, able, exact: able && alike };
}

function cellWords({ column, result, able }: Seen): string {
  if (!able) return 'cannot';
  if (result !== null) return resultWords(result);
  const other = column.results.find((each) => isUnexpected(each) && each.outcome !== 'unsupported');
  if (other !== undefined) return `only ${other.key}`;
  return column.troubles[0]?.what ?? 'not seen';
}

function resultWords({ outcome, deviations }: CaseResult): string {
  const [first] = deviations;
  // How far a death let it come differs from caller to caller.
  return first === undefined || outcome !== 'fail' ? outcome : `${outcome}: ${first.what}`;
}

/** One engine alone cannot tell the library's fault from its own. */
function laidTo(laid: Seen | undefined, seen: readonly Seen[]): string {
  if (laid === undefined || laid.result === null) return 'nobody';
  if (enginesOf(seen.filter((each) => each.able)) < 2) return 'nobody: only one engine can see it';
  const { attribution } = laid.result;
  if (attribution === null) return 'nobody';
  switch (attribution.to) {
    case 'library':
      return 'the library';
    case 'nobody':
      return `nobody: ${attribution.why}`;
    case 'caller':
    case 'engine':
      return attribution.name;
  }
}

function problemsOf(fault: Fault, seen: readonly Seen[], laid: Seen | undefined): string[] {
  const wanted = fault.what === null ? fault.as : `${fault.as}: ${fault.what}`;
  if (seen.every((each) => ['not seen', 'cannot'].includes(cellWords(each))))
    return ['no caller sees it; a case is missing that would'];
  const able = seen.filter((each) => each.able);
  const exact = seen.filter((each) => each.exact);
  const told = able.map((each) => `${each.column.id} ${cellWords(each)}`).join(', ');
  const problems: string[] = [];
  const reference = able.find((each) => each.column.reference);
  if (reference?.exact === false || exact.length < Math.min(2, able.length))
    problems.push(`expected ${wanted} in ${fault.caught}, from the reference and one more; saw ${told}`);
  if (laid !== undefined && enginesOf(able) > 1 && laid.result?.attribution?.to !== 'library')
    problems.push(`expected it to be laid to the library, found ${laidTo(laid, seen)}`);
  return problems;
}

function enginesOf(seen: readonly Seen[]): number {
  return new Set(seen.map((each) => each.column.engine)).size;
}

/** What deviates where no fault was planted. */
export function unsoundness(run: Run): string[] {
  return run.columns.flatMap((column) =>
    column.results
      .filter(isUnexpected)
      .map(({ key, why }) => `without any fault ${key} deviates in ${column.id}: ${why}`),
  );
}
