/** `abide run` as a person meets it: progress on stderr, the table on stdout, results kept, an exit code. */
import { featureNames } from '../abi/features.ts';
import { hostPlatform } from '../abi/platforms.ts';
import { planItems } from '../plan/select.ts';
import { progressPrinter } from '../report/progress.ts';
import { tableOf } from '../report/table.ts';
import { terminalReport } from '../report/terminal.ts';
import { failedKeys } from '../results/read.ts';
import type { Column } from '../results/run.ts';
import { exitCodeOf, type ExitCode } from '../results/verdict.ts';
import { readConfig, type Config } from './config.ts';
import { keepResults } from './keep-results.ts';
import { loadSpecs } from './load.ts';
import { lastRunFile } from './last-run.ts';
import { requireCases } from './require-cases.ts';
import { makeWritable, requireWritable } from './require-writable.ts';
import { run, selectionOf } from './run.ts';
import type { RunOptions } from './run-options.ts';

export async function runOnTerminal(options: RunOptions): Promise<ExitCode> {
  const config = await readConfig(options);
  if (options.list) return listCases(config, options);
  await makeWritable(config.state);
  if (options.json !== undefined) await requireWritable(options.json);
  if (options.failed && (await failedKeys(lastRunFile(config))).size === 0) {
    process.stdout.write('nothing deviated unexpectedly in the last run\n');
    return 0;
  }
  const abort = new AbortController();
  // Listened to for good: a library that cleans up at a signal ends the process where it finds no other listener.
  const stop = (signal: NodeJS.Signals): void => {
    const again = stopping;
    stopping = true;
    if (again) stopAtOnce(signal);
    else abort.abort();
  };
  let stopping = false;
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const live = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
    const progress = progressPrinter({
      live,
      columns: process.stderr.columns,
      write: (text) => process.stderr.write(text),
    });
    const finished = await run(config, options, progress, abort);
    const table = tableOf(finished, featureNames());
    const colour = process.stdout.isTTY && !('NO_COLOR' in process.env);
    const replay = (column: Column, key: string): string => replayCommand(options, column.id, key);
    process.stdout.write(terminalReport(finished, table, { colour, verbose: options.verbose, replay }));
    await keepResults(finished, config, options.json);
    return exitCodeOf(finished);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Nobody wants to wait for order any more; the watchdog sees to the drivers. */
function stopAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function listCases(config: Config, options: RunOptions): Promise<ExitCode> {
  const platform = hostPlatform();
  const { suite } = await loadSpecs(config.specs, platform);
  await requireCases(suite, platform, options.patterns, options.verbs);
  const selection = await selectionOf(config, options);
  for await (const item of planItems(suite, platform, selection)) process.stdout.write(`${item.key}\n`);
  return 0;
}

/** The command that plays just this case in this caller again, with the flags that chose the subject. */
function replayCommand(options: RunOptions, column: string, key: string): string {
  const flags = [
    ['--config', options.config],
    ['--crate', options.crate],
    ['--library', options.library],
    ['--header', options.header],
    ['--ledger', options.ledger],
    ...(options.specs ?? []).map((each) => ['--specs', each] as const),
  ].flatMap(([flag, value]) => (value === undefined ? [] : [flag, shellWord(value)]));
  return ['abide run', shellWord(key), '--caller', shellWord(column), ...flags].join(' ');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
