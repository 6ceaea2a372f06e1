import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { dir } from 'tmp-promise';
import { fileHash, sourceHash } from './source-hash.ts';

t.test('the hash follows the sources and nothing else', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const write = async (name: string, text: string): Promise<string> => {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await writeFile(join(folder.path, name), text);
    return sourceHash(folder.path);
  };
  await write('Cargo.toml', '[package]\n');
  const first = await write('src/lib.rs', 'mod a;\n');
  t.match(first, /^[0-9a-f]{64}$/);
  t.equal(await write('src/lib.rs', 'mod a;\r\n'), first, 'line ends do not count');
  t.equal(await write('target/debug/out', 'x'), first, 'nor does what was built');
  t.equal(await write('README.md', 'x'), first);
  const nested = await write('src/a/mod.rs', 'fn a() {}\n');
  t.not(nested, first);
  t.not(await write('src/a/mod.rs', 'fn b() {}\n'), nested);
  t.not(await write('Cargo.toml', '[package]\nname = "x"\n'), nested);
});

t.test('the hash of a file is that of its bytes, and a missing crate has the hash of nothing', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const file = join(folder.path, 'lib');
  await writeFile(file, 'abc');
  t.equal(await fileHash(file), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.match(await sourceHash(join(folder.path, 'nowhere')), /^e3b0c44298fc/);
});
