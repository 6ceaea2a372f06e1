import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listener } from '../events.ts';
import type { DriverCommand, Watchdog } from '../drive/process.ts';
import { drive } from '../drive/supervise.ts';
import type { Memory } from '../judge/bytes.ts';
import { ColumnJudge } from '../judge/column.ts';
import type { KnownIssue } from '../judge/known-issues.ts';
import { isUnexpected } from '../judge/outcome.ts';
import type { PlanItem } from '../plan/select.ts';
import { writePlan, type PlanFile } from '../plan/write.ts';
import type { Column } from '../results/run.ts';
import type { Suite } from '../spec/suite.ts';
import { buildCaller, type Built } from '../toolchains/build.ts';
import type { Installed } from '../toolchains/detect.ts';

/** What every column of a run shares. */
export interface Stage {
  readonly suite: Suite;
  readonly memory: Memory;
  /** What the loader is given. */
  readonly library: string;
  readonly plan: PlanFile;
  /** Line 1 of the plan. */
  readonly header: string;
  /** The plan of the whole suite, for generators. */
  readonly wholePlan: string;
  readonly items: () => AsyncGenerator<PlanItem>;
  /** Run folder; every column has its own below it. */
  readonly folder: string;
  readonly cache: string;
  readonly watchdog: Watchdog | null;
  readonly blocked: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly complete: boolean;
  /** The suite that callers' own known issues are written for. */
  readonly defaultSuite: boolean;
  readonly failFast: boolean;
  readonly listener: Listener;
  readonly abort: AbortController;
}

/** One caller with one interpreter. */
export interface ColumnRequest {
  readonly id: string;
  readonly installed: Installed;
  readonly issues: readonly KnownIssue[];
}

/** Builds where there is something to build, plays the plan through one caller, judges as it comes. */
export async function playColumn(stage: Stage, request: ColumnRequest): Promise<Column> {
  const since = Date.now();
  const { id, installed, issues } = request;
  const { name, deaths, cannot } = installed.caller.manifest;
  const { suite, memory, blocked } = stage;
  const rules = { suite, memory, blocked, deaths, cannot, caller: name, knownIssues: issues };
  const judge = new ColumnJudge(rules);
  stage.listener({ kind: 'column-started', column: id, cases: stage.plan.offsets.length });
  const folder = join(stage.folder, id.replace(/[^A-Za-z0-9._-]/gu, '_'));
  await mkdir(folder, { recursive: true });
  const program = await programOf(stage, installed, folder);
  if (program === null) stage.listener({ kind: 'note', text: `${id}: interrupted before it was built` });
  else if (program.ok)
    await play(await playable(stage, program, judge, id, folder), id, judge, program, folder);
  else {
    const why = `${program.stage} failed: ${program.command.join(' ')}`;
    const trouble = { what: 'cannot-build', why, exit: null, stderr: program.output, final: true } as const;
    judge.take({ kind: 'trouble', trouble });
    stage.listener({ kind: 'trouble', column: id, trouble });
  }
  stage.listener({ kind: 'column-finished', column: id, played: judge.played });
  return columnOf(stage, request, judge, Date.now() - since);
}

/** Null when the run was interrupted before there was one. */
async function programOf(stage: Stage, installed: Installed, folder: string): Promise<Built | null> {
  if (installed.kind === 'interpreted') return { ok: true, run: installed.run, failed: new Map() };
  const { wholePlan, library, cache } = stage;
  const out = join(folder, 'generated');
  const { signal } = stage.abort;
  try {
    const built = await buildCaller(installed, { plan: wholePlan, library, out, cache, signal });
    return signal.aborted && !built.ok ? null : built;
  } catch (error) {
    if (!signal.aborted) throw error;
    return null;
  }
}

/** The part of the plan that the program has: specs whose code did not compile are errors without being played. */
async function playable(
  stage: Stage,
  { failed }: Program,
  judge: ColumnJudge,
  id: string,
  folder: string,
): Promise<Stage> {
  if (failed.size === 0) return stage;
  for await (const { key, entry } of stage.items()) {
    const stderr = failed.get(entry.spec);
    if (stderr === undefined) continue;
    const why = `the generated code of ${entry.spec} does not compile`;
    const result = judge.unplayable(key, entry, { outcome: 'error', stage: 'build', why, stderr });
    judge.played += 1;
    stage.listener({ kind: 'deviation', column: id, result });
  }
  const items = async function* (): AsyncGenerator<PlanItem> {
    for await (const item of stage.items()) if (!failed.has(item.entry.spec)) yield item;
  };
  const plan = await writePlan(join(folder, 'plan.jsonl'), stage.header, items());
  return { ...stage, items, plan };
}

const START_MS = 30_000;
const PROGRESS_EVERY = 64;

type Program = Extract<Built, { ok: true }>;

async function play(
  stage: Stage,
  id: string,
  judge: ColumnJudge,
  program: Program,
  folder: string,
): Promise<void> {
  const events = drive({
    command: commandOf(program.run, folder),
    library: stage.library,
    planFile: stage.plan.path,
    offsets: stage.plan.offsets,
    items: stage.items(),
    folder,
    watchdog: stage.watchdog,
    startTimeoutMs: START_MS,
    signal: stage.abort.signal,
    timeoutMs: ({ key, entry }) =>
      judge.known.timeoutMs(key, entry.key, entry.features) ?? entry.timeoutMs ?? stage.timeoutMs,
  });
  for await (const event of events) {
    const before = judge.hello;
    const result = judge.take(event);
    if (event.kind === 'hello' && before !== judge.hello) {
      stage.listener({ kind: 'column-hello', column: id, versions: judge.hello });
    } else if (event.kind === 'trouble') {
      stage.listener({ kind: 'trouble', column: id, trouble: event.trouble });
    } else if (judge.played % PROGRESS_EVERY === 0) {
      stage.listener({ kind: 'progress', column: id, played: judge.played });
    }
    if (result === null) continue;
    stage.listener({ kind: 'deviation', column: id, result });
    if (stage.failFast && isUnexpected(result)) stage.abort.abort();
  }
}

function commandOf(run: readonly string[], cwd: string): DriverCommand {
  const [command = '', ...args] = run;
  return { command, args, cwd, env: { ...process.env, RUST_BACKTRACE: '0' } };
}

function columnOf(
  stage: Stage,
  { id, installed }: ColumnRequest,
  judge: ColumnJudge,
  durationMs: number,
): Column {
  const { name: caller, language, ffi, engine, reference } = installed.caller.manifest;
  const tools = Array.from(installed.tools, ([name, tool]) => [name, tool.banner] as const);
  const stale = judge.known.stale().map(({ issue, reason }) => ({
    where: `${issue.location.file}:${issue.location.line}`,
    what: [issue.feature, issue.case].filter((each) => each !== null).join(' in '),
    reason,
    counts: stage.complete && (issue.ofSuite || stage.defaultSuite),
  }));
  return {
    ...{ id, caller, language, ffi, engine, reference },
    versions: { ...judge.hello, ...Object.fromEntries(tools) },
    planned: stage.plan.offsets.length,
    played: judge.played,
    tallies: judge.tallies,
    results: judge.results,
    troubles: judge.troubles,
    layouts: judge.layouts,
    stale,
    durationMs,
  };
}
