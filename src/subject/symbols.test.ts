import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { readLibrary } from './symbols.ts';

const SOURCE = `
#[no_mangle] pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 { a.wrapping_add(b) }
#[no_mangle] pub static VERSION: u32 = 3;
#[no_mangle] pub static mut LIMIT: u64 = 7;
pub extern "C" fn mangled() {}
`;

const suffix = process.platform === 'win32' ? 'dll' : process.platform === 'darwin' ? 'dylib' : 'so';

async function built(t: { teardown(clean: () => unknown): void }, source: string): Promise<string> {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const input = join(folder.path, 'lib.rs');
  const output = join(folder.path, `scratch.${suffix}`);
  await writeFile(input, source);
  await execa('rustc', ['--edition', '2021', '--crate-type', 'cdylib', '-o', output, input]);
  return output;
}

t.test('a library that rustc built exports what it should and nothing mangled', async (t) => {
  const library = await readLibrary(await built(t, SOURCE), hostPlatform());
  t.equal(library.symbols.get('add_numbers'), 'function');
  t.equal(library.symbols.get('VERSION'), 'data');
  t.equal(library.symbols.get('LIMIT'), 'data');
  t.same(
    [...library.symbols.keys()].filter((name) => name.includes('mangled')),
    [],
  );
  t.match(library, { arch: hostPlatform().arch, pointerWidth: hostPlatform().pointerWidth });
});

t.test(
  'nm finds the same symbols',
  { skip: process.platform !== 'linux' && 'nm -D is for ELF' },
  async (t) => {
    const files = [await built(t, SOURCE)];
    const { stdout: cache } = await execa('/sbin/ldconfig', ['-p'], { reject: false });
    for (const name of ['libc.so.6', 'libz.so.1', 'libstdc++.so.6']) {
      const path = new RegExp(`^\\s*${name.replace(/[+.]/g, '\\$&')} .*=> (.+)$`, 'm').exec(cache)?.[1];
      if (path !== undefined) files.push(path);
    }
    for (const file of files) {
      const { symbols } = await readLibrary(file, hostPlatform());
      const { stdout } = await execa('nm', ['-D', '--defined-only', '--without-symbol-versions', file]);
      // "A" are the names of versions, which nobody can call.
      const lines = stdout.split('\n').filter((line) => / [BDGiRSTuVW] /i.test(line) && !/ A /.test(line));
      const expected = lines.map((line) => line.split(' ').at(-1) ?? '');
      t.same(
        [...symbols.keys()].filter((name) => expected.includes(name)).toSorted(),
        [...new Set(expected)].toSorted(),
        file,
      );
      t.ok(expected.length > 0, file);
    }
  },
);

t.test('what is no library is named for what it is', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder.path, name), content);
    return join(folder.path, name);
  };
  await mkdir(join(folder.path, 'folder'));
  const cases = [
    [await write('empty.so', ''), 'not-a-library', /is empty\./],
    [await write('text.so', 'hello\nthere'), 'not-a-library', /a text that begins with "hello"/],
    [await write('lib.a', '!<arch>\nabc'), 'not-a-library', /static library/],
    [await write('page.wasm', '\0asm\u0001\0\0\0'), 'not-a-library', /WebAssembly/],
    [await write('run.sh', '#!/bin/sh\n'), 'not-a-library', /a script/],
    [await write('junk', Buffer.from([1, 2, 3, 0xff, 0x9b])), 'not-a-library', /no ELF, Mach-O or PE file/],
    [await write('short.so', Buffer.from('7f454c46', 'hex')), 'broken-library', /broken or cut off/],
    [join(folder.path, 'folder'), 'not-a-library', /is a folder/],
    [join(folder.path, 'none.so'), 'library-missing', /there is no such file/],
    [process.execPath, 'not-a-library', /is an executable/],
  ] as const;
  for (const [file, code, message] of cases) {
    const problem: unknown = await readLibrary(file, hostPlatform()).catch((error: unknown) => error);
    t.match(problem, { diagnostics: [{ code, message }] }, file);
  }
});

t.test(
  'a script for the linker leads to the library it names',
  { skip: suffix !== 'so' && 'such scripts are for ELF' },
  async (t) => {
    const library = await built(t, SOURCE);
    const script = `${library}.script`;
    const text = `/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( ${library.replace(/\.\w+$/, '')}.so AS_NEEDED ( /lib/other.so.2 ) )`;
    await writeFile(script, text);
    t.match(await readLibrary(script, hostPlatform()), { file: library });
    await writeFile(script, 'INPUT(scratch.so)');
    t.match(await readLibrary(script, hostPlatform()), { file: library });
  },
);
