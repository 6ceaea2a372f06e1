/** The finished run as text for a terminal or a log. */
import Table from 'cli-table3';
import { visible } from '../diagnostic.ts';
import { isUnexpected } from '../judge/outcome.ts';
import type { Column, Run } from '../results/run.ts';
import { columnDeviates } from '../results/verdict.ts';
import { deviationLines } from './deviations.ts';
import { paint, type Paint } from './paint.ts';
import { cellWords, type Cell, type TableModel } from './table.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Show known issues and declared refusals one by one. */
  readonly verbose: boolean;
  /** The command that plays just this case in this caller again. */
  readonly replay: (column: Column, key: string) => string;
}

const SHOWN_DEVIATIONS = 30;

export function terminalReport(run: Run, table: TableModel, options: TerminalOptions): string {
  const colour = paint(options.colour);
  const parts = [
    drawTable(table, colour),
    ...deviationBlocks(run, options, colour),
    ...columnBlocks(run, colour),
    ...headerBlock(run, colour),
    ...notRunBlock(run, colour),
    lastLine(run, colour),
  ];
  return `${parts.join('\n\n')}\n`;
}

function drawTable(table: TableModel, colour: Paint): string {
  const drawn = new Table({
    head: ['feature', ...table.columns.map((column) => `${column.id}\n${visibleLines(column.versions)}`)],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
  });
  for (const row of table.rows)
    drawn.push([row.feature, ...row.cells.map((cell) => paintCell(cell, colour))]);
  drawn.push(['all cases', ...table.totals.map((cell) => paintCell(cell, colour))]);
  return drawn.toString();
}

function visibleLines(versions: string): string {
  return versions.split(', ').map(visible).join('\n');
}

function paintCell(cell: Cell, colour: Paint): string {
  const words = cellWords(cell);
  if (cell.worst === null) return colour.dim(words);
  if (cell.worst === 'pass') return colour.green(words);
  return cell.asExpected ? colour.yellow(words) : colour.red(words);
}

function deviationBlocks(run: Run, options: TerminalOptions, colour: Paint): string[] {
  const all = run.columns.flatMap((column) =>
    column.results
      .filter((result) => isUnexpected(result) || options.verbose)
      .map((result) => ({ column, result })),
  );
  const blocks = all.slice(0, SHOWN_DEVIATIONS).map(({ column, result }) => {
    const [head = '', ...rest] = deviationLines(column.id, result, options.replay(column, result.key));
    return [isUnexpected(result) ? colour.red(head) : colour.yellow(head), ...rest].join('\n');
  });
  const more = all.length - SHOWN_DEVIATIONS;
  return more > 0 ? [...blocks, `${more} more deviations; --json FILE has them all`] : blocks;
}

function columnBlocks(run: Run, colour: Paint): string[] {
  return run.columns.flatMap((column) => {
    const lines = [
      ...column.troubles.map((each) => `${each.what}: ${visible(each.why)}${stderrOf(each.stderr)}`),
      ...column.layouts.map(
        (each) => `layout of ${each.type}: expected ${each.expected}, found ${each.found}`,
      ),
      ...column.stale
        .filter((each) => each.counts)
        .map((each) => staleWords(each.where, each.what, each.reason)),
      ...(column.played < column.planned
        ? [`not played: ${counted(column.planned - column.played, 'case')}`]
        : []),
    ];
    return lines.length === 0
      ? []
      : [[colour.red(column.id), ...lines.map((line) => `  ${line}`)].join('\n')];
  });
}

function stderrOf(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-6);
  return stderr.trim() === ''
    ? ''
    : `\n${lines.map((line) => `      ${visible(line).slice(0, 200)}`).join('\n')}`;
}

function staleWords(where: string, what: string, reason: 'passed' | 'no-case'): string {
  const why = reason === 'passed' ? 'no longer happens: remove it' : 'matches no case: correct or remove it';
  return `known issue ${visible(what)} (${visible(where)}) ${why}`;
}

function headerBlock({ header }: Run, colour: Paint): string[] {
  if (header.source === null) return [];
  const agree = `header (${visible(header.source)}): ${counted(header.agreed, 'declaration')} agree with the spec`;
  const lines = header.disagreements.map(
    (each) =>
      `  ${visible(each.declaration)}: the spec says ${visible(each.expected)}, the header ${visible(each.found)}`,
  );
  return lines.length === 0
    ? [agree]
    : [agree, [colour.red('the header disagrees with the spec'), ...lines].join('\n')];
}

function notRunBlock(run: Run, colour: Paint): string[] {
  return run.notRun.map((each) =>
    [
      colour.yellow(`not run: ${each.caller}: ${visible(each.reason)}`),
      ...each.cures.map((cure) => `  ${cure.system}: ${cure.command}`),
    ].join('\n'),
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One line that tells it all: counts, and who did not run. */
function lastLine(run: Run, colour: Paint): string {
  const played = run.columns.reduce((sum, column) => sum + column.played, 0);
  const unexpected = run.columns.reduce((sum, column) => sum + column.results.filter(isUnexpected).length, 0);
  const known = run.columns.reduce((sum, column) => sum + column.results.length, 0) - unexpected;
  const counts = `${counted(played, 'case')} in ${counted(run.columns.length, 'caller')}: ${played - unexpected - known} passed, ${known} known, ${unexpected} unexpected`;
  const missing =
    run.notRun.length > 0 ? `; not run: ${run.notRun.map((each) => each.caller).join(', ')}` : '';
  const cut = run.interrupted ? '; interrupted' : '';
  const good = unexpected === 0 && !run.columns.some(columnDeviates);
  return (good ? colour.green : colour.red)(`${counts}${missing}${cut}`);
}
