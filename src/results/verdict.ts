import { isUnexpected } from '../judge/outcome.ts';
import type { Column, Run } from './run.ts';

/** 0 as expected; 1 a deviation, an undeclared refusal or a demanded caller that did not run; 3 nothing could be run. */
export type ExitCode = 0 | 1 | 2 | 3;

export function exitCodeOf(run: Run): ExitCode {
  const demanded = run.notRun.some((each) => each.demanded);
  if (!demanded && !run.interrupted && run.columns.every((column) => column.played === 0)) return 3;
  const deviates =
    run.columns.some(columnDeviates) ||
    run.header.disagreements.length > 0 ||
    demanded ||
    run.interrupted;
  return deviates ? 1 : 0;
}

export function columnDeviates(column: Column): boolean {
  return (
    column.results.some(isUnexpected) ||
    column.troubles.length > 0 ||
    column.layouts.length > 0 ||
    column.played < column.planned ||
    column.stale.some((issue) => issue.counts)
  );
}
