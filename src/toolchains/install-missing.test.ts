import { join } from 'node:path';
import t, { type Test } from 'tap';
import { installMissing } from './install-missing.ts';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './test-folder.ts';

interface Place {
  readonly folder: TestFolder;
  run(): Promise<readonly string[]>;
}

function place(t: Test): Place {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.program('bin/cbindgen', 'echo cbindgen 0.24.3');
  folder.write(
    'callers/lang-ffi/caller.yaml',
    [
      'abide: 1\ncaller: lang-ffi\nlanguage: Lang\nffi: ffi\nengine: libffi\nkind: interpreted',
      'tools: { interpreter: { commands: [lang] } }\nrun: ["${interpreter}"]\ninstall: { apt: [lang] }',
    ].join('\n'),
  );
  const at = (name: string): string => join(folder.path, name);
  const options = { callers: at('callers'), cache: at('cache'), env: { PATH: at('bin') }, uid: 0 };
  return { folder, run: () => installMissing(options) };
}

t.test('what is missing', NEEDS_SCRIPTS, (t) => {
  t.test('is not mentioned when nothing is', async (t) => {
    const { folder, run } = place(t);
    folder.program('bin/lang', 'echo 1.0');
    t.same(await run(), []);
  });

  t.test('is installed, and found afterwards', async (t) => {
    const { folder, run } = place(t);
    const lang = join(folder.path, 'bin', 'lang');
    folder.program('bin/apt-get', `printf '#!/bin/sh\\necho 1.0\\n' > ${lang}; /bin/chmod +x ${lang}`);
    t.same(await run(), []);
  });

  t.test('is said with its reason and the cures where nothing can be installed', async (t) => {
    const lines = await place(t).run();
    t.same(lines, [
      'lang-ffi is not available: interpreter: lang is not on PATH',
      'not installed here: there is no apt-get here',
      '  Debian, Ubuntu: sudo apt-get install --no-install-recommends lang',
    ]);
  });

  t.test('is said with apt’s own words where that failed', async (t) => {
    const { folder, run } = place(t);
    folder.program('bin/apt-get', 'echo "E: Unable to locate package lang"; exit 100');
    t.match((await run())[1], /^apt-get could not install it:\nE: Unable to locate package lang$/);
  });

  t.test('a package that brings nothing that works is no success', async (t) => {
    const { folder, run } = place(t);
    folder.program('bin/apt-get', 'exit 0');
    t.match((await run())[0], /lang is not on PATH/);
  });

  t.end();
});
