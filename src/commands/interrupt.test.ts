import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { callersFolder, packageRoot } from './package.ts';
import { buildLibrary } from './testing/build-library.ts';
import { comes, processesNaming } from './testing/processes.ts';
import type { ToldRun } from './testing/run-abide.ts';

const spec = `
abide: 1
spec: endless
functions:
  add: { params: { a: i32, b: i32 }, returns: i32 }
  spin_for_ever: {}
cases:
  before: { call: add, args: { a: 2, b: 40 }, returns: 42 }
  spins: { call: spin_for_ever, timeout: 600s }
  after: { call: add, args: { a: 1, b: 1 }, returns: 2 }
`;

/** A run that some of its callers are stuck in. */
interface Stuck {
  readonly abide: ReturnType<typeof startAbide>;
  readonly library: string;
  /** What the run writes: `run.json`, and its state in `.abide`. */
  readonly folder: string;
  /** Where its run folder is. */
  readonly temporary: string;
}

function startAbide(folder: string, temporary: string, flags: readonly string[]) {
  const cli = join(packageRoot, 'dist', 'cli.js');
  const args = ['run', '--no-install', '--json', 'run.json', ...flags];
  const env = { NO_COLOR: '1', TMPDIR: temporary };
  return execa(process.execPath, [cli, ...args], { cwd: folder, reject: false, stdin: 'ignore', env });
}

const skip =
  hostPlatform().os === 'windows' ? 'Windows has no signals to interrupt another process with' : false;

/** All callers at a time, or one behind the other. */
async function stuckRun(t: Test, oneByOne: readonly string[] | null = null): Promise<Stuck> {
  const { path: folder, cleanup } = await dir({ prefix: 'abide-interrupt-', unsafeCleanup: true });
  t.teardown(cleanup);
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const source = join(packageRoot, 'src', 'commands', 'testing', 'storm', 'storm.rs');
  const library = await buildLibrary(source, join(folder, 'libstorm'));
  await writeFile(join(folder, 'endless.yaml'), spec);
  await writeFile(
    join(folder, 'abide.yaml'),
    `subject: { library: ${JSON.stringify(library)} }\nspecs: endless.yaml\n`,
  );
  const abide = startAbide(
    folder,
    temporary,
    oneByOne === null ? ['--jobs', '16'] : ['--jobs', '1', ...oneByOne.flatMap((name) => ['--caller', name])],
  );
  let stderr = '';
  abide.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const callers = (await readCallers([callersFolder])).length;
  const stuck = await comes(async () => {
    const able = oneByOne !== null ? 1 : callers - (stderr.match(/ cannot run: /gu) ?? []).length;
    return (
      (await journalsIn(temporary)).filter((each) => each.includes('"begin":"endless/spins"')).length === able
    );
  });
  t.ok(stuck, `the callers came to the endless loop\n${stderr}`);
  return { abide, library, folder, temporary };
}

/** The journals that the drivers of a run have written so far. */
async function journalsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const journals = names.filter((name) => name.endsWith('journal-0.jsonl'));
  return Promise.all(journals.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
}

void t.test('Ctrl-C ends a run in order', { skip }, async (t) => {
  const { abide, library, folder, temporary } = await stuckRun(t);
  abide.kill('SIGINT');
  const { exitCode, stdout } = await abide;
  t.equal(exitCode, 1);
  t.match(stdout.trimEnd().split('\n').at(-1), /; interrupted$/u, 'the last line says so');
  t.ok(await comes(async () => (await processesNaming(library)).length === 0), 'no driver is left');
  t.same(await readdir(temporary), [], 'the run folder is gone');
  for (const file of ['run.json', join('.abide', 'last-run.json')]) {
    const told = JSON.parse(await readFile(join(folder, file), 'utf8')) as ToldRun;
    t.same([told.interrupted, told.complete], [true, false], `${file} says that it is not whole`);
    t.same(
      told.columns.map((column) => [column.id, column.planned, column.played]),
      told.columns.map((column) => [column.id, 3, 1]),
      'what was played before is kept, what was not is not counted',
    );
    t.same(told.deviations, [], 'the interrupted case has no outcome');
  }
});

void t.test('when abide itself is killed the watchdog kills what it left', { skip }, async (t) => {
  const { abide, library } = await stuckRun(t);
  t.ok((await processesNaming(library)).length > 0, 'there are drivers');
  abide.kill('SIGKILL');
  const { signal } = await abide;
  t.equal(signal, 'SIGKILL');
  t.ok(await comes(async () => (await processesNaming(library)).length === 0), 'no driver is left');
});

void t.test('a caller whose turn had not come is neither built nor a deviation', { skip }, async (t) => {
  const compiled = (await readCallers([callersFolder])).filter((each) => each.manifest.kind === 'compiled');
  const names = ['node-koffi', ...compiled.map((each) => each.manifest.name)];
  const { abide, folder } = await stuckRun(t, names);
  abide.kill('SIGINT');
  const { exitCode, stderr } = await abide;
  t.equal(exitCode, 1, stderr);
  const told = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as ToldRun;
  t.ok(told.interrupted);
  for (const { id, played, troubles } of told.columns) {
    t.same([played, troubles], [id === 'node-koffi' ? 1 : 0, []], id);
  }
});

void t.test('a second Ctrl-C does not wait for anything', { skip }, async (t) => {
  const { abide, library } = await stuckRun(t);
  abide.kill('SIGINT');
  abide.kill('SIGINT');
  await abide;
  t.ok(await comes(async () => (await processesNaming(library)).length === 0), 'no driver is left');
});
