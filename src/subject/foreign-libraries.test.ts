import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { dir } from 'tmp-promise';
import { REFERENCE_PLATFORM, platformNamed } from '../abi/platforms.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { readElf } from './elf.ts';
import { NotLoadable } from './exports.ts';
import { MalformedLibrary } from './library-bytes.ts';
import { readMachO, sliceOfUniversal } from './macho.ts';
import { readPe } from './pe.ts';
import { readLibrary } from './symbols.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../src/subject/fixtures/${name}`, import.meta.url));

const ALL = { LIMIT: 'data', VERSION: 'data', add_numbers: 'function', nothing: 'function' };

const FIXTURES = [
  ['i686.so', { format: 'elf', arch: 'i686', endian: 'little', pointerWidth: 32 }],
  ['s390x.so', { format: 'elf', arch: 's390x', endian: 'big', pointerWidth: 64 }],
  ['s390x-stripped.so', { format: 'elf', arch: 's390x', endian: 'big', pointerWidth: 64 }],
  ['powerpc.so', { format: 'elf', arch: 'powerpc', endian: 'big', pointerWidth: 32 }],
  ['x86_64.dylib', { format: 'mach-o', arch: 'x86_64', endian: 'little', pointerWidth: 64 }],
  ['x86_64.dll', { format: 'pe', arch: 'x86_64', endian: 'little', pointerWidth: 64 }],
  ['i686.dll', { format: 'pe', arch: 'i686', endian: 'little', pointerWidth: 32 }],
] as const;

t.test('every format, width and byte order gives the same symbols', async (t) => {
  for (const [name, facts] of FIXTURES) {
    const library = await readLibrary(fixture(name), REFERENCE_PLATFORM);
    t.match(library, facts, name);
    t.same(Object.fromEntries([...library.symbols].toSorted()), ALL, name);
  }
});

t.test('a universal Mach-O file gives the part of the platform, else its first', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const one = await readFile(fixture('x86_64.dylib'));
  const two = Buffer.from(one);
  two.writeUInt32LE(0x0100000c, 4);
  const start = 4096;
  const head = Buffer.alloc(start);
  head.writeUInt32BE(0xcafebabe, 0);
  head.writeUInt32BE(2, 4);
  [0x01000007, 0x0100000c].forEach((cpu, index) => {
    head.writeUInt32BE(cpu, 8 + index * 20);
    head.writeUInt32BE(start + index * one.length, 16 + index * 20);
    head.writeUInt32BE(one.length, 20 + index * 20);
  });
  const file = join(folder.path, 'universal.dylib');
  await writeFile(file, Buffer.concat([head, one, two]));
  const arm = platformNamed('macos-aarch64') ?? REFERENCE_PLATFORM;
  t.match(await readLibrary(file, arm), { arch: 'aarch64' });
  t.match(await readLibrary(file, REFERENCE_PLATFORM), { arch: 'x86_64' });
  t.match(await readLibrary(file, { ...arm, arch: 'riscv64' }), { arch: 'x86_64' });
  t.throws(() => sliceOfUniversal(Buffer.from('cafebabe0000003400', 'hex'), 'x86_64'), /Java class/);
});

const READERS = new Map([
  ['.so', readElf],
  ['.dylib', readMachO],
  ['.dll', readPe],
]);

function readerOf(name: string): (content: Uint8Array) => unknown {
  const reader = [...READERS].find(([suffix]) => name.endsWith(suffix))?.[1];
  if (reader === undefined) throw new Error(name);
  return reader;
}

/** True: read; false: refused properly; anything else is thrown on. */
function survives(read: (content: Uint8Array) => unknown, content: Uint8Array): boolean {
  try {
    read(content);
    return true;
  } catch (error) {
    if (error instanceof MalformedLibrary || error instanceof NotLoadable) return false;
    throw error;
  }
}

t.test('a file that is cut off anywhere is refused or read, never a crash', async (t) => {
  for (const [name] of FIXTURES) {
    const whole = await readFile(fixture(name));
    const outcomes = new Set<boolean>();
    for (let length = 4; length < whole.length; length += 7) {
      outcomes.add(survives(readerOf(name), whole.subarray(0, length)));
    }
    t.ok(outcomes.has(false), name);
  }
});

t.test('a file with any word of its headers overwritten is refused or read, never a crash', async (t) => {
  for (const [name] of FIXTURES) {
    const whole = await readFile(fixture(name));
    let tried = 0;
    for (let at = 4; at + 4 <= Math.min(whole.length, 1700); at += 2) {
      for (const value of [0xffffffff, 0x7fffffff, 0x00001000]) {
        const broken = Buffer.from(whole);
        broken.writeUInt32LE(value, at);
        survives(readerOf(name), broken);
        tried++;
      }
    }
    t.ok(tried > 2000, name);
  }
});

t.test('names that overlap into gigabytes are refused', async (t) => {
  const whole = await readFile(fixture('x86_64.dylib'));
  const symtab = 0x18;
  let at = 32;
  while (whole.readUInt32LE(at) !== 2) at += whole.readUInt32LE(at + 4);
  const table = 16 * 200_000;
  const file = Buffer.alloc(whole.length + table + 60_001, 0x61);
  whole.copy(file);
  file[file.length - 1] = 0;
  for (let i = 0; i < 200_000; i++) {
    const entry = whole.length + i * 16;
    file.writeUInt32LE(i % 1000, entry);
    file[entry + 4] = 0x0f;
    file[entry + 5] = 1;
  }
  file.writeUInt32LE(whole.length, at + 8);
  file.writeUInt32LE(200_000, at + 12);
  file.writeUInt32LE(whole.length + table, at + 16);
  file.writeUInt32LE(60_001, at + 20);
  t.equal(whole.readUInt32LE(at + 4), symtab);
  t.throws(() => readMachO(file), { message: /names overlap/ });
});

t.test('a broken library is one diagnostic that names the file', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const file = join(folder.path, 'cut.so');
  await writeFile(file, (await readFile(fixture('s390x.so'))).subarray(0, 300));
  const problem: unknown = await readLibrary(file, REFERENCE_PLATFORM).catch((error: unknown) => error);
  t.type(problem, DiagnosticError);
  t.match(problem, { diagnostics: [{ code: 'broken-library', message: /cut.so is broken or cut off/ }] });
});
