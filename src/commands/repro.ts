import { basename, dirname, join } from 'node:path';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { planHeader } from '../plan/header.ts';
import { planItems, selectByKeys, type PlanItem } from '../plan/select.ts';
import { writePlan } from '../plan/write.ts';
import { expectationLines } from '../report/expectation-words.ts';
import type { Suite } from '../spec/suite.ts';
import type { Installed } from '../toolchains/detect.ts';
import { readCallers, type Repro } from '../toolchains/manifest.ts';
import { substitute } from '../toolchains/placeholders.ts';
import { writeRepro } from '../toolchains/repro.ts';
import { openToolCache } from '../toolchains/tool-cache.ts';
import type { CommandCode } from './codes.ts';
import { findColumns, wishes } from './columns.ts';
import type { CallerChoice, Config } from './config.ts';
import { loadSpecs } from './load.ts';
import { callersFolder } from './package.ts';
import { missingSymbols, subjectOf } from './prepare.ts';

export interface Reproduction {
  readonly text: string;
  readonly repro: Repro;
  readonly installed: Installed;
  /** As the loader takes it. */
  readonly library: string;
}

/** `abide repro KEY --caller NAME`: a standalone program that plays just this case in this caller. */
export async function reproCommand(config: Config, key: string, caller: CallerChoice): Promise<Reproduction> {
  const platform = hostPlatform();
  const installed = await installedCaller(config, caller);
  const folder = await dir({ prefix: 'abide-repro-', unsafeCleanup: true });
  try {
    const signal = new AbortController().signal;
    const [{ suite }, subject] = await Promise.all([
      loadSpecs(config.specs, platform),
      subjectOf({ config: { ...config, header: { kind: 'none' } }, platform, folder: folder.path, signal }),
    ]);
    const selection = selectByKeys(new Set([key]));
    const missing = missingSymbols(suite, subject);
    const header = planHeader(suite, { platform, ledger: null, missing });
    const items = planItems(suite, platform, selection);
    const chosen: PlanItem[] = [];
    for await (const item of items) if (item.key === key) chosen.push(item);
    const [item] = chosen;
    if (item === undefined)
      throw problem('unknown-case', `there is no case ${JSON.stringify(key)} for ${platform.name}`);
    const plan = await writePlan(join(folder.path, 'plan.jsonl'), header, one(item));
    const written = await writeRepro(installed, { plan: plan.path, key, library: subject.library });
    if (!written.ok) throw problem('no-reproduction', `${installed.caller.manifest.name}: ${written.why}`);
    const head = comment(written.repro, item, suite, installed, subject.library);
    return {
      text: `${head}${written.text.trimEnd()}\n`,
      repro: written.repro,
      installed,
      library: subject.library,
    };
  } finally {
    await folder.cleanup();
  }
}

/** The one caller that `--caller` names. */
export function theCaller(config: Config): CallerChoice {
  const [choice, ...others] = config.callers ?? [];
  if (choice !== undefined && others.length === 0) return choice;
  throw problem('one-caller', 'expected exactly one --caller NAME: a reproduction is in one language');
}

async function* one(item: PlanItem): AsyncGenerator<PlanItem> {
  yield await Promise.resolve(item);
}

async function installedCaller(config: Config, choice: CallerChoice): Promise<Installed> {
  const cache = await openToolCache(join(config.state, 'cache'));
  const { ready, missing } = await findColumns(wishes(await readCallers([callersFolder]), [choice]), cache);
  const [found] = ready;
  if (found === undefined)
    throw problem('caller-missing', missing[0]?.detected.reason ?? 'it is not installed');
  return found.installed;
}

/** What stands in front of the program: the case, what is expected, how to run it. Text from specs stays on its line. */
function comment(repro: Repro, item: PlanItem, suite: Suite, installed: Installed, library: string): string {
  const names = new Map([
    ...Array.from(installed.tools, ([name, tool]) => [name, basename(tool.path)] as const),
    ['node', 'node'],
    ['program', repro.file],
    ['executable', './repro'],
    ['library', library],
    ['library_dir', dirname(library)],
  ]);
  const how = [repro.build, repro.run].flatMap((command) =>
    command === null ? [] : [substitute(command, names).join(' ')],
  );
  const lines = [
    `${item.key}: ${item.entry.title}`,
    ...expectationLines(suite, item.entry.steps, item.row).map((line) => `expected: ${line}`),
    `Run: ${how.join(' && ')}`,
  ];
  return lines.map((line) => `${repro.comment} ${onOneLine(line)}\n`).join('');
}

/** Nothing may end the comment: no control character, no backslash that C would join lines by. */
function onOneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not be there
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu, ' ').replace(/(?:\\|\?\?\/)\s*$/u, '');
}

function problem(code: CommandCode, message: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, location: null }]);
}
