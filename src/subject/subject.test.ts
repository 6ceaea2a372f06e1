import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { prepareHeader } from './header.ts';
import { prepareSubject, type Subject, type SubjectOptions } from './subject.ts';

const cbindgen = await execa('cbindgen', ['--version'], { reject: false });
const folder = await dir({ unsafeCleanup: true });
t.teardown(() => folder.cleanup());
const crate = join(folder.path, 'crate');
const targetDir = join(folder.path, 'target');
await mkdir(join(crate, 'src'), { recursive: true });
await writeFile(
  join(crate, 'Cargo.toml'),
  '[package]\nname = "scratch"\nversion = "1.2.3"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n',
);
await writeFile(
  join(crate, 'src', 'lib.rs'),
  '#[no_mangle] pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 { a.wrapping_add(b) }\n',
);

function prepare(more: Partial<SubjectOptions> = {}): Promise<Subject> {
  return prepareSubject({
    subject: { crate, profile: 'dev', targetDir },
    header: 'none',
    platform: hostPlatform(),
    folder: join(folder.path, 'run'),
    ...more,
  });
}

const refused = (given: Promise<unknown>): Promise<unknown> => given.catch((error: unknown) => error);

t.test('a crate becomes a subject with all that a result needs to say of it', async (t) => {
  const subject = await prepare();
  t.match(subject, { name: 'scratch', version: '1.2.3', built: true, profile: 'dev', headerPath: null });
  t.equal(subject.library, subject.file);
  t.equal(subject.symbols?.get('add_numbers'), 'function');
  t.match(subject.sourceHash, /^[0-9a-f]{64}$/);
  t.match(subject.rustc, /^rustc 1\./);
});

t.test('a built library is a subject too, known by the hash of its file', async (t) => {
  const { file } = await prepare();
  const subject = await prepare({ subject: { library: file ?? '' }, header: 'auto' });
  t.match(subject, { library: file, file, version: null, rustc: null, profile: null, built: false });
  t.match(subject.header.missing, /without a crate/);
  t.equal(subject.symbols?.has('add_numbers'), true);
});

t.test('a build error wins over a header error', async (t) => {
  const none = join(folder.path, 'none');
  const subject = { crate: none };
  t.match(await refused(prepare({ subject, header: { file: 'no.h' } })), {
    diagnostics: [{ code: 'no-crate' }],
  });
});

t.test(
  'cbindgen writes the header of a crate',
  { skip: cbindgen.failed && 'cbindgen is not installed' },
  async (t) => {
    const { header, headerPath } = await prepare({ header: 'cbindgen' });
    t.match(header, { missing: null, generator: /^cbindgen / });
    t.match(await readFile(headerPath ?? '', 'utf8'), /int32_t add_numbers\(int32_t a, int32_t b\);/);
  },
);

t.test('a header of its own is taken, a missing one refused, none is said', async (t) => {
  const own = join(folder.path, 'own.h');
  await writeFile(own, 'int add_numbers(int, int);\n');
  const options = { crate, folder: folder.path };
  t.same(await prepareHeader({ file: own }, options), { path: own, missing: null, generator: null });
  t.match(await prepareHeader('none', options), { path: null, missing: 'no header was asked for' });
  t.match(await refused(prepareHeader({ file: join(folder.path, 'no.h') }, options)), {
    diagnostics: [{ code: 'header-missing', message: /there is no such file/ }],
  });
  t.match(await refused(prepareHeader('cbindgen', { crate: null, folder: folder.path })), {
    diagnostics: [{ code: 'no-crate' }],
  });
});

t.test('without cbindgen the run goes on and says why, unless it was asked for', async (t) => {
  const options = { crate, folder: folder.path, cbindgen: join(folder.path, 'no-cbindgen') };
  t.match(await prepareHeader('auto', options), { path: null, missing: /cargo install cbindgen/ });
  t.match(await refused(prepareHeader('cbindgen', options)), { diagnostics: [{ code: 'cbindgen-missing' }] });
});
