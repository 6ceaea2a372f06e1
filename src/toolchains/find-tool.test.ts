import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { findTool, isAtLeast, type FindOptions } from './find-tool.ts';
import type { ToolSpec } from './manifest.ts';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './test-folder.ts';
import { openToolCache } from './tool-cache.ts';

const SPEC: ToolSpec = {
  commands: ['lang'],
  version: ['--version'],
  minimum: null,
  probe: null,
  executable: null,
};

interface Place {
  readonly folder: TestFolder;
  readonly options: FindOptions;
}

/** PATH is the folders `one` and `two` and nothing else. */
async function place(t: Test): Promise<Place> {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  const env = { PATH: `${join(folder.path, 'one')}:${join(folder.path, 'two')}` };
  const cache = await openToolCache(join(folder.path, 'cache'));
  return { folder, options: { folder: folder.path, cache, env, timeoutMs: 10_000 } };
}

/** Killed, though nobody may have collected it yet. */
function isGone(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

t.test('versions are compared number by number', (t) => {
  t.ok(isAtLeast('3.10.1', '3.9'));
  t.ok(isAtLeast('3', '3.0.0'));
  t.ok(isAtLeast('1.2', null));
  t.notOk(isAtLeast('2.6.9', '2.7'));
  t.notOk(isAtLeast('1', '1.1'));
  t.end();
});

t.test('programs on PATH', NEEDS_SCRIPTS, (t) => {
  t.test('the first one that answers is taken, with its version and what it said', async (t) => {
    const { folder, options } = await place(t);
    const path = folder.program('one/lang', 'echo "Lang (build 9) 3.11.7 [x86]"; echo more');
    folder.program('two/lang', 'echo 4.0');
    t.same(await findTool(SPEC, options), {
      ok: true,
      tool: { path, version: '3.11.7', banner: 'Lang (build 9) 3.11.7 [x86]' },
    });
  });

  t.test('behind a script stands the program that it names, if that is there', async (t) => {
    const { folder, options } = await place(t);
    const real = folder.program('two/real', 'echo 1.2');
    const shim = folder.program('one/lang', `test "$1" = --where && echo "${real}" || echo 9.9`);
    const spec = { ...SPEC, executable: ['--where'] };
    t.match(await findTool(spec, options), { ok: true, tool: { path: real, version: '1.2' } });
    folder.program('one/lang', 'test "$1" = --where && echo /no/where || echo 9.9');
    t.match(await findTool(spec, options), { ok: true, tool: { path: shim, version: '9.9' } });
  });

  t.test('a version told on stderr counts', async (t) => {
    const { folder, options } = await place(t);
    folder.program('one/lang', 'echo "lang 17" >&2');
    t.match(await findTool(SPEC, options), { ok: true, tool: { version: '17' } });
  });

  t.test('what is absent is said with the commands that were looked for', async (t) => {
    const { options } = await place(t);
    t.same(await findTool(SPEC, options), { ok: false, reason: 'lang is not on PATH' });
    const two = { ...SPEC, commands: ['lang', 'lang3'] };
    t.same(await findTool(two, options), { ok: false, reason: 'none of lang, lang3 is on PATH' });
  });

  t.test('a shim for nothing, a folder and a file that is no program are passed over', async (t) => {
    const { folder, options } = await place(t);
    folder.program('one/lang', 'echo "pyenv: lang: command not found" >&2; exit 127');
    folder.write('one/other/file', '');
    folder.write('one/plain', '');
    const path = folder.program('two/lang', 'echo 2.0');
    t.match(await findTool(SPEC, options), { ok: true, tool: { path } });
    t.match(await findTool({ ...SPEC, commands: ['other', 'plain'] }, options), { ok: false });
  });

  t.test('too old and failing its probe are reasons of their own, each with its path', async (t) => {
    const { folder, options } = await place(t);
    const old = folder.program('one/lang', 'echo 1.9');
    const bare = folder.program(
      'two/lang',
      'test "$1" = --version && echo 2.1 || { echo no module ffi; exit 1; }',
    );
    t.same(await findTool({ ...SPEC, minimum: '2.0', probe: ['-lffi'] }, options), {
      ok: false,
      reason:
        `${old}: version 1.9, 2.0 or newer is needed; ` +
        `${bare}: version 2.1, but its probe failed: exit code 1 (no module ffi)`,
    });
  });

  t.test('a program that never answers is given up, even while a child of it holds its output', async (t) => {
    const { folder, options } = await place(t);
    const child = join(folder.path, 'child');
    const path = folder.program('one/lang', `/bin/sleep 600 & echo $! > ${child}; echo started; wait`);

    t.same(await findTool(SPEC, { ...options, timeoutMs: 200 }), {
      ok: false,
      reason: `${path}: no answer within 0.2 s (started)`,
    });
    const pid = Number(readFileSync(child, 'utf8'));
    t.ok(isGone(pid), 'the child is gone too');
  });

  t.test('a program that is no executable at all is a reason, not a crash', async (t) => {
    const { folder, options } = await place(t);
    const path = folder.program('one/lang', '');
    writeFileSync(path, '\u007fELF rubbish');
    t.match(await findTool(SPEC, options), { ok: false, reason: /one.lang: / });
  });

  t.test('`with` replaces the commands by a path or another command', async (t) => {
    const { folder, options } = await place(t);
    folder.program('one/lang', 'echo 1.0');
    const path = folder.program('elsewhere/lang9', 'echo 9.0');
    folder.program('two/lang8', 'echo 8.0');
    t.match(await findTool(SPEC, { ...options, with: path }), { ok: true, tool: { path, version: '9.0' } });
    t.match(await findTool(SPEC, { ...options, with: 'lang8' }), { ok: true, tool: { version: '8.0' } });
    t.same(await findTool(SPEC, { ...options, with: './nowhere/lang' }), {
      ok: false,
      reason: './nowhere/lang is not a program',
    });
  });

  t.test('a probe sees no files of the caller unless it names them', async (t) => {
    const { folder, options } = await place(t);
    folder.write('types.lang', '');
    folder.program(
      'one/lang',
      'case $1 in --version) echo 1.0;; *) test ! -e types.lang && test -e "$1";; esac',
    );
    t.match(await findTool({ ...SPEC, probe: ['${caller}/types.lang'] }, options), { ok: true });
  });

  t.test('folders outside PATH are looked at last', async (t) => {
    const { folder, options } = await place(t);
    const path = folder.program('home/lang', 'echo 1.0');
    t.match(await findTool(SPEC, { ...options, alsoIn: [join(folder.path, 'home')] }), {
      ok: true,
      tool: { path },
    });
  });

  t.test('control characters of a banner do not get through', async (t) => {
    const { folder, options } = await place(t);
    folder.program('one/lang', String.raw`printf 'lang 1.0 \033[2J\n'`);
    t.match(await findTool(SPEC, options), { ok: true, tool: { banner: 'lang 1.0 ·[2J' } });
  });

  t.end();
});

t.test('a program is asked again only when it changed', async (t) => {
  const { folder, options } = await place(t);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const path = join(folder.path, `node${suffix}`);
  await copyFile(process.execPath, path);
  const log = join(folder.path, 'log');
  // A binary that notes each of its starts.
  const version = ['-e', `fs.appendFileSync(${JSON.stringify(log)}, 'x'); console.log('v1.2.3')`];
  const spec = { ...SPEC, version };
  const find = async (): Promise<unknown> => {
    const cache = await openToolCache(join(folder.path, 'cache'));
    const found = await findTool(spec, { ...options, cache, env: undefined, with: path });
    await cache.save();
    return found;
  };
  const first = await find();
  t.match(first, { ok: true, tool: { version: '1.2.3' } });
  t.same(await find(), first);
  t.equal(readFileSync(log, 'utf8'), 'x');
  utimesSync(path, 1000, 1000);
  t.same(await find(), first);
  t.equal(readFileSync(log, 'utf8'), 'xx');
  folder.write('cache/tools.json', '{"broken');
  t.same(await find(), first, 'a broken cache is an empty one');
  t.equal(readFileSync(log, 'utf8'), 'xxx');
});

t.test('a script is asked each time, for it may be a shim', NEEDS_SCRIPTS, async (t) => {
  const { folder, options } = await place(t);
  folder.program('one/lang', `/bin/cat ${join(folder.path, 'chosen')}`);
  folder.write('chosen', '1.0\n');
  t.match(await findTool(SPEC, options), { ok: true, tool: { version: '1.0' } });
  folder.write('chosen', '2.0\n');
  t.match(await findTool(SPEC, options), { ok: true, tool: { version: '2.0' } });
});
