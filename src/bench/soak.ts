/**
 * What takes too long for every test run: the clean default suite many times over without a false alarm, and
 * the C-like callers under valgrind. `npm run soak [-- TIMES]`.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { readConfig, type Config } from '../commands/config.ts';
import { loadSpecs } from '../commands/load.ts';
import { callersFolder, packageRoot } from '../commands/package.ts';
import { subjectOf } from '../commands/prepare.ts';
import { findColumns, wishes } from '../commands/columns.ts';
import { planHeader } from '../plan/header.ts';
import { planItems, everything, type PlanItem } from '../plan/select.ts';
import { writePlan } from '../plan/write.ts';
import type { Step } from '../spec/suite.ts';
import { buildCaller } from '../toolchains/build.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { openToolCache } from '../toolchains/tool-cache.ts';

const TIMES = 20;
const cli = join(packageRoot, 'dist', 'cli.js');

/** Every run must end with exit code 0: nothing unexpected, nobody missing. */
async function manyTimes(times: number): Promise<boolean> {
  let alarms = 0;
  for (let round = 1; round <= times; round++) {
    const told = await execa(process.execPath, [cli, 'run', '--no-install'], {
      cwd: packageRoot,
      reject: false,
    });
    if (told.exitCode !== 0) alarms += 1;
    const last = told.stdout.trimEnd().split('\n').at(-1) ?? '';
    say(`run ${round} of ${times}: exit ${told.exitCode ?? 'none'}: ${last}`);
    if (told.exitCode !== 0) say(told.stdout.slice(told.stdout.lastIndexOf('┘') + 1, -last.length));
  }
  say(`${times} runs, ${alarms} false alarms`);
  return alarms === 0;
}

/** Plays what does not ask to die under valgrind's memcheck through every compiled caller. */
async function underValgrind(): Promise<boolean> {
  const there = await execa('valgrind', ['--version'], { reject: false });
  if (there.failed) {
    say('valgrind is not installed: skipped');
    return true;
  }
  const config = await readConfig({});
  const cache = await openToolCache(join(config.state, 'cache'));
  const { ready } = await findColumns(wishes(await readCallers([callersFolder]), null), cache);
  const verdicts: boolean[] = [];
  for (const { wish, installed } of ready) {
    if (installed.kind === 'compiled') verdicts.push(await checkOne(config, wish.id, installed));
  }
  return verdicts.every(Boolean);
}

async function checkOne(
  config: Config,
  id: string,
  installed: Parameters<typeof buildCaller>[0],
): Promise<boolean> {
  const platform = hostPlatform();
  const folder = await dir({ prefix: 'abide-soak-', unsafeCleanup: true });
  try {
    const signal = new AbortController().signal;
    const { suite } = await loadSpecs(config.specs, platform);
    const { library } = await subjectOf({ config, platform, folder: folder.path, signal });
    const header = planHeader(suite, { platform, ledger: null, missing: [] });
    const whole = await writePlan(
      join(folder.path, 'whole.jsonl'),
      header,
      planItems(suite, platform, everything),
    );
    const living = async function* (): AsyncGenerator<PlanItem> {
      for await (const item of planItems(suite, platform, everything))
        if (!item.entry.steps.some(dies)) yield item;
    };
    const plan = await writePlan(join(folder.path, 'plan.jsonl'), header, living());
    const out = join(folder.path, 'generated');
    const built = await buildCaller(installed, {
      plan: whole.path,
      library,
      out,
      cache: join(config.state, 'cache', 'build'),
    });
    if (!built.ok) throw new Error(built.output);
    const options = ['--error-exitcode=99', '--quiet', '--leak-check=no'];
    const journal = join(folder.path, 'journal.jsonl');
    const command = [...options, ...built.run, library, plan.path, journal];
    const ran = await execa('valgrind', command, {
      input: '\n',
      reject: false,
      env: { RUST_BACKTRACE: '0' },
    });
    say(`${id} under valgrind: ${plan.offsets.length} cases, exit ${ran.exitCode ?? ran.signal ?? 'none'}`);
    if (ran.exitCode !== 0) say(ran.stderr.slice(-4000));
    return ran.exitCode === 0;
  } finally {
    await folder.cleanup();
  }
}

function dies(step: Step): boolean {
  return step.expect.dies !== undefined || step.inner.some(dies);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const times = Number(process.argv[2] ?? TIMES);
const clean = await manyTimes(Number.isInteger(times) && times >= 0 ? times : TIMES);
const sound = await underValgrind();
process.exitCode = clean && sound ? 0 : 1;
