import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { dir } from 'tmp-promise';
import { createLayouts } from '../abi/layout.ts';
import { hostPlatform } from '../abi/platforms.ts';
import type { Platform } from '../abi/platform.ts';
import type { Listener } from '../events.ts';
import { startWatchdog } from '../drive/process.ts';
import { planHeader } from '../plan/header.ts';
import {
  both,
  everything,
  planItems,
  selectByKeys,
  selectByPatterns,
  type Selection,
} from '../plan/select.ts';
import { writePlan } from '../plan/write.ts';
import { failedKeys } from '../results/read.ts';
import type { Column, Run } from '../results/run.ts';
import { attributeRun } from './attribute-run.ts';
import type { Config } from './config.ts';
import { readKnownIssues } from './known-issue-files.ts';
import { lastRunFile } from './last-run.ts';
import type { Loaded } from './load.ts';
import { playColumn, type ColumnRequest, type Stage } from './play-column.ts';
import { prepare, type Prepared } from './prepare.ts';
import { runOf } from './run-of.ts';
import type { RunOptions } from './run-options.ts';
import { watchdogProgram } from './package.ts';

/**
 * Prepares, plays every column, judges, attributes. Results are the caller's to print and to keep.
 * `loaded`: the specs, where many runs share them.
 */
export async function run(
  config: Config,
  options: RunOptions,
  listener: Listener,
  abort: AbortController,
  loaded: Loaded | null = null,
): Promise<Run> {
  const platform = hostPlatform();
  const selection = await selectionOf(config, options);
  const folder = await dir({ prefix: 'abide-', unsafeCleanup: true, keep: options.keep });
  const watchdog = startWatchdog(watchdogProgram);
  try {
    const prepared = await prepare({
      config,
      options,
      platform,
      listener,
      folder: folder.path,
      signal: abort.signal,
      loaded,
    });
    if (options.keep) listener({ kind: 'note', text: `run folder: ${folder.path}` });
    const stage = await makeStage(
      { config, options, platform, prepared, selection, listener, abort },
      folder.path,
    );
    const columns = await playAll({ ...stage, watchdog }, await requests(config, prepared), options.jobs);
    const run = runOf({
      config,
      prepared,
      platform,
      columns: attributeRun(columns),
      selection,
      stage,
      options,
    });
    listener({ kind: 'finished', run });
    return run;
  } finally {
    watchdog.stop();
    if (!options.keep) await folder.cleanup();
  }
}

export async function selectionOf(config: Config, options: RunOptions): Promise<Selection> {
  const byPattern = selectByPatterns(options.patterns);
  if (!options.failed) return byPattern;
  return both(byPattern, selectByKeys(await failedKeys(lastRunFile(config))));
}

interface StageInputs {
  readonly config: Config;
  readonly options: RunOptions;
  readonly platform: Platform;
  readonly prepared: Prepared;
  readonly selection: Selection;
  readonly listener: Listener;
  readonly abort: AbortController;
}

async function makeStage(inputs: StageInputs, folder: string): Promise<Stage> {
  const { config, options, platform, prepared, selection, listener, abort } = inputs;
  const { suite, subject } = prepared;
  const header = planHeader(suite, { platform, ledger: config.ledger, missing: prepared.missing });
  const items: Stage['items'] = () => planItems(suite, platform, selection);
  const plan = await writePlan(join(folder, 'plan.jsonl'), header, items());
  const needsWhole =
    !selection.complete && prepared.columns.ready.some((each) => each.installed.kind === 'compiled');
  const wholePlan = join(folder, 'whole-plan.jsonl');
  if (needsWhole) await writePlan(wholePlan, header, planItems(suite, platform, everything));
  const cache = join(config.state, 'cache', 'build');
  await mkdir(cache, { recursive: true });
  return {
    suite,
    memory: { table: suite.types, layouts: createLayouts(suite.types, platform), platform },
    library: subject.library,
    plan,
    header,
    wholePlan: needsWhole ? wholePlan : plan.path,
    items,
    folder,
    cache,
    watchdog: null,
    blocked: prepared.blocked,
    timeoutMs: options.timeoutMs,
    complete: selection.complete,
    defaultSuite: config.isPackages,
    failFast: options.failFast,
    listener,
    abort,
  };
}

async function requests(config: Config, prepared: Prepared): Promise<ColumnRequest[]> {
  const { knownIssues } = config;
  const ofSuite = knownIssues === null ? [] : await readKnownIssues(knownIssues, null);
  return Promise.all(
    prepared.columns.ready.map(async ({ wish, installed }) => {
      const { name } = installed.caller.manifest;
      const own = await readKnownIssues(join(installed.caller.folder, 'known-issues.yaml'), name);
      return { id: wish.id, installed, issues: [...own, ...ofSuite] };
    }),
  );
}

async function playAll(stage: Stage, columns: readonly ColumnRequest[], jobs: number): Promise<Column[]> {
  const limit = pLimit(Math.max(1, jobs));
  return Promise.all(columns.map((column) => limit(() => playColumn(stage, column))));
}
