import { join } from 'node:path';
import t, { type Test } from 'tap';
import { detect, detectAll, resolveCommand, type DetectOptions } from './detect.ts';
import { readCallers, type Caller } from './manifest.ts';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './test-folder.ts';
import { openToolCache } from './tool-cache.ts';

const MANIFEST = `
abide: 1
caller: lang-ffi
language: Lang
ffi: ffi
engine: libffi
kind: interpreted
tools:
  interpreter: { commands: [lang], minimum: "2.0", probe: ["probe"] }
  helper: { commands: ["\${node}"] }
run: ["\${interpreter}", "-W", "driver.lang", "\${caller}", "--helper=\${helper}"]
install: { apt: [lang, lang-ffi], brew: [lang] }
`;

interface Place {
  readonly folder: TestFolder;
  readonly caller: Caller;
  readonly options: DetectOptions;
}

async function place(t: Test): Promise<Place> {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('callers/lang-ffi/caller.yaml', MANIFEST);
  folder.write('callers/lang-ffi/driver.lang', '');
  const [caller] = await readCallers([join(folder.path, 'callers')]);
  if (caller === undefined) throw new Error('no caller was read');
  const cache = await openToolCache(join(folder.path, 'cache'));
  return { folder, caller, options: { cache, env: { PATH: join(folder.path, 'bin') } } };
}

t.test('callers on this machine', NEEDS_SCRIPTS, (t) => {
  t.test('an installed caller has its tools and the command that starts its driver', async (t) => {
    const { folder, caller, options } = await place(t);
    const path = folder.program('bin/lang', 'echo lang 2.5');
    const found = await detect(caller, options);
    t.match(found, { state: 'installed', kind: 'interpreted', caller: { folder: caller.folder } });
    if (found.state !== 'installed' || found.kind !== 'interpreted') return;
    t.same([...found.tools.keys()], ['interpreter', 'helper']);
    t.same(found.run, [
      path,
      '-W',
      join(caller.folder, 'driver.lang'),
      caller.folder,
      `--helper=${process.execPath}`,
    ]);
  });

  t.test('a caller without its tool says what is missing and how to get it on each system', async (t) => {
    const { caller, options } = await place(t);
    const found = await detect(caller, options);
    t.match(found, {
      state: 'not installed',
      reason: 'interpreter: lang is not on PATH',
      wanted: { for: 'lang-ffi', packages: { apt: ['lang', 'lang-ffi'] } },
    });
    if (found.state === 'installed') return;
    t.same(found.cures.map(({ system }) => system).toSorted(), ['Debian, Ubuntu', 'macOS']);
  });

  t.test('a tool whose probe fails makes the caller not installed', async (t) => {
    const { folder, caller, options } = await place(t);
    folder.program('bin/lang', 'test "$1" != probe || exit 3; echo 2.5');
    t.match(await detect(caller, options), { state: 'not installed', reason: /probe failed: exit code 3/ });
  });

  t.test('another interpreter replaces the first tool only', async (t) => {
    const { folder, caller, options } = await place(t);
    folder.program('bin/lang', 'echo lang 2.5');
    const other = folder.program('opt/lang3', 'echo lang 3.0');
    const found = await detect(caller, { ...options, with: other });
    t.match(found, { state: 'installed', run: [other] });
    if (found.state !== 'installed') return;
    t.equal(found.tools.get('interpreter')?.version, '3.0');
    t.equal(found.tools.get('helper')?.path, process.execPath);
  });

  t.test('another interpreter that does not work is no reason to take the usual one', async (t) => {
    const { folder, caller, options } = await place(t);
    folder.program('bin/lang', 'echo lang 2.5');
    t.match(await detect(caller, { ...options, with: '/no/such/lang' }), {
      state: 'not installed',
      reason: 'interpreter: /no/such/lang is not a program',
    });
  });

  t.test('all callers are looked for at once and keep their order', async (t) => {
    const { caller, options } = await place(t);
    const found = await detectAll([caller, caller], options);
    t.same(
      found.map(({ state }) => state),
      ['not installed', 'not installed'],
    );
  });
  t.end();
});

t.test('only files inside the caller’s folder are resolved', (t) => {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  const own = folder.write('own/lib/a.txt', '');
  folder.write('outside.txt', '');
  t.same(resolveCommand(['lib/a.txt', '../outside.txt', '.', 'none'], join(folder.path, 'own'), new Map()), [
    own,
    '../outside.txt',
    '.',
    'none',
  ]);
  t.end();
});
