import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { runRepro } from '../toolchains/repro.ts';
import { readConfig } from './config.ts';
import { packageRoot } from './package.ts';
import { reproCommand } from './repro.ts';
import { journalWords, printedWords } from './testing/journal-words.ts';
import { abide } from './testing/run-abide.ts';

/** One of a kind each; none whose values differ from run to run. */
const SAMPLE = [
  'integers/adds-two-numbers',
  'floats/f64-arguments-keep-their-order',
  'strings/greets-in-utf-8.turkish',
  'structs/half-way-between-two-points',
  'buffers/fills-bytes',
  'buffers/a-buffer-that-is-too-small-stays-untouched',
  'buffers/a-pointer-comes-out-behind-a-pointer',
  'callbacks/visits-in-order-and-stops-when-told',
  'globals/a-struct-with-a-hole',
];

/** What the driver of a caller saw of the sample: case key → lines in the words of a reproduction. */
async function journaled(caller: string, keys: readonly string[]): Promise<Map<string, string[]>> {
  const told = await abide(['run', '--no-install', '--keep', '--caller', caller, ...keys]);
  const folder = /run folder: (.+)/u.exec(told.stderr)?.[1] ?? '';
  const lines = (await readFile(join(folder, caller, 'journal-0.jsonl'), 'utf8')).trimEnd().split('\n');
  await rm(folder, { recursive: true });
  const seen = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of lines) {
    const { begin, again } = JSON.parse(line) as { begin?: string; again?: string };
    if (begin !== undefined) seen.set(begin, (current = []));
    else if (again !== undefined) current = [];
    else if (line.includes(',"step":') && !line.includes(',"at":')) current.push(...journalWords(line));
  }
  return seen;
}

void t.test('a reproduction prints what the driver journaled', async (t) => {
  const callers = (await readdir(join(packageRoot, 'callers'), { withFileTypes: true }))
    .filter((each) => each.isDirectory())
    .map((each) => each.name);
  const list = await abide(['run', '--list']);
  const known = new Set(list.stdout.split('\n'));
  const keys = SAMPLE.filter((key) => known.has(key));
  t.same(SAMPLE, keys, 'every case of the sample exists');
  for (const caller of callers) {
    await t.test(caller, async (t) => {
      const config = await readConfig({ caller: [caller] });
      const seen = await journaled(caller, keys);
      // Below the package, where the program finds the package's own modules.
      const folder = join(packageRoot, '.abide', `repro-${caller}-${process.pid}`);
      await mkdir(folder, { recursive: true });
      t.teardown(() => rm(folder, { recursive: true, force: true }));
      for (const key of keys) {
        const { text, repro, installed, library } = await reproCommand(config, key, {
          name: caller,
          with: null,
        });
        t.ok(text.startsWith(`${repro.comment} ${key}`), `${key}: begins with its name`);
        const file = join(folder, repro.file);
        await writeFile(file, text);
        const ran = await runRepro(installed, repro, file, library, 10_000);
        const printed = printedWords(ran.stdout);
        t.same(
          printed.filter((line) => !line.includes(' unsupported ')).sort(),
          seen.get(key)?.sort(),
          `${key}: ${ran.output}`,
        );
      }
    });
  }
});
