import { copyFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform, platformNamed } from '../abi/platforms.ts';
import type { Platform } from '../abi/platform.ts';
import { findLibrary } from './library.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../src/subject/fixtures/${name}`, import.meta.url));

function platform(name: string): Platform {
  const found = platformNamed(name);
  if (found === null) throw new Error(name);
  return found;
}

const refused = (given: string, on: Platform): Promise<unknown> =>
  findLibrary(given, on).catch((error: unknown) => error);

t.test('a path is handed on whole, with its symbols', async (t) => {
  const found = await findLibrary(fixture('s390x.so'), platform('linux-s390x'));
  t.equal(found.loader, fixture('s390x.so'));
  t.equal(found.name, 's390x.so');
  t.equal(found.library?.symbols.get('add_numbers'), 'function');
});

t.test('a library for another platform is refused before any loader sees it', async (t) => {
  t.match(await refused(fixture('s390x.so'), platform('linux-x86_64')), {
    diagnostics: [
      { code: 'other-platform', message: /Expected a library for linux-x86_64, found .* for s390x/ },
    ],
  });
});

t.test('a path to nothing, and a name nobody knows, are refused', async (t) => {
  t.match(await refused('./no/such.so', hostPlatform()), { diagnostics: [{ code: 'library-missing' }] });
  t.match(await refused('no-such-library-at-all', platform('linux-x86_64')), {
    diagnostics: [{ code: 'library-missing', message: /libno-such-library-at-all\.so/ }],
  });
});

const linux = process.platform === 'linux';

t.test(
  'a bare name is looked up as the loader does it',
  { skip: !linux && 'needs a Linux system' },
  async (t) => {
    for (const name of ['c', 'libc.so.6', 'm']) {
      const found = await findLibrary(name, hostPlatform());
      t.match(basename(found.loader), /^lib[cm]\.so\.6$/, name);
      t.ok(found.library !== null && found.library.symbols.size > 100, name);
    }
  },
);

t.test(
  'LD_LIBRARY_PATH is searched for versions of a name',
  { skip: !linux && 'needs a Linux system' },
  async (t) => {
    const folder = await dir({ unsafeCleanup: true });
    const before = process.env['LD_LIBRARY_PATH'];
    t.teardown(async () => {
      if (before === undefined) delete process.env['LD_LIBRARY_PATH'];
      else process.env['LD_LIBRARY_PATH'] = before;
      await folder.cleanup();
    });
    process.env['LD_LIBRARY_PATH'] = folder.path;
    const file = join(folder.path, 'libabidescratch.so.2');
    await copyFile(fixture('s390x.so'), file);
    await writeFile(join(folder.path, 'libabidescratch.so.1'), 'not a library');
    const found = await findLibrary('abidescratch', platform('linux-s390x'));
    t.equal(found.loader, file);
  },
);

t.test('where only the loader knows the system libraries, it gets the bare name', async (t) => {
  const mac = await findLibrary('no-such-library-at-all', platform('macos-aarch64'));
  t.same(mac, {
    loader: 'libno-such-library-at-all.dylib',
    name: 'libno-such-library-at-all.dylib',
    library: null,
  });
  const windows = await findLibrary('no-such-library-at-all', platform('windows-x86_64'));
  t.equal(windows.loader, 'no-such-library-at-all.dll');
});
