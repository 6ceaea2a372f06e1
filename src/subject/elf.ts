/** Exports of an ELF library, found as the loader finds them: by program headers, never by sections. */
import { NotLoadable, type LibraryExports, type SymbolKind } from './exports.ts';
import { LibraryBytes, MalformedLibrary } from './library-bytes.ts';

const MACHINES = new Map([
  [3, 'i686'],
  [20, 'powerpc'],
  [21, 'powerpc64le'],
  [22, 's390x'],
  [40, 'armv7'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
  [258, 'loongarch64'],
]);
const S390 = 22;

const FILE_TYPES = new Map([
  [1, 'an object file (.o), not a linked library'],
  [2, 'an executable, not a library'],
  [4, 'a core dump, not a library'],
]);
const SHARED_OBJECT = 3;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_GNU_HASH = 0x6ffffef5;
const DT_FLAGS_1 = 0x6ffffffb;
const PIE = 0x08000000;

interface Elf {
  readonly bytes: LibraryBytes;
  readonly wide: boolean;
  readonly machine: number;
  /** Address → place in the file. */
  place(address: number): number;
  /** By tag; addresses as they stand. */
  readonly dynamic: ReadonlyMap<number, number>;
}

export function readElf(content: Uint8Array): LibraryExports {
  const endian = content[5] === 2 ? 'big' : 'little';
  const bytes = new LibraryBytes(content, endian);
  const wide = bytes.u8(4) === 2;
  const fileType = bytes.u16(16);
  if (fileType !== SHARED_OBJECT) {
    throw new NotLoadable(FILE_TYPES.get(fileType) ?? `an ELF file of the unknown type ${fileType}`);
  }
  const machine = bytes.u16(18);
  const arch = MACHINES.get(machine) ?? `elf-machine-${machine}`;
  const elf = openElf(bytes, wide, machine);
  if (((elf.dynamic.get(DT_FLAGS_1) ?? 0) & PIE) !== 0) throw new NotLoadable('an executable, not a library');
  const symbols = symbolsOf(elf);
  return { format: 'elf', arch, endian, pointerWidth: wide ? 64 : 32, symbols };
}

function openElf(bytes: LibraryBytes, wide: boolean, machine: number): Elf {
  const start = bytes.word(wide ? 32 : 28, wide);
  const size = bytes.u16(wide ? 54 : 42);
  const count = bytes.u16(wide ? 56 : 44);
  bytes.room(start, count, size, 'program headers');
  const loads: { offset: number; address: number; length: number }[] = [];
  let dynamicAt: { offset: number; length: number } | null = null;
  for (let i = 0; i < count; i++) {
    const header = start + i * size;
    const type = bytes.u32(header);
    const offset = bytes.word(header + (wide ? 8 : 4), wide);
    const address = bytes.word(header + (wide ? 16 : 8), wide);
    const length = bytes.word(header + (wide ? 32 : 16), wide);
    if (type === PT_LOAD) loads.push({ offset, address, length });
    if (type === PT_DYNAMIC) dynamicAt = { offset, length };
  }
  if (dynamicAt === null) throw new NotLoadable('a statically linked program, not a library');
  return {
    bytes,
    wide,
    machine,
    dynamic: dynamicEntries(bytes, wide, dynamicAt),
    place(address) {
      const load = loads.find((each) => address >= each.address && address < each.address + each.length);
      if (load === undefined) throw new MalformedLibrary(`address ${address} lies in no segment`);
      return address - load.address + load.offset;
    },
  };
}

function dynamicEntries(
  bytes: LibraryBytes,
  wide: boolean,
  at: { offset: number; length: number },
): ReadonlyMap<number, number> {
  const entries = new Map<number, number>();
  const step = wide ? 16 : 8;
  bytes.room(at.offset, Math.floor(at.length / step), step, 'dynamic entries');
  for (let offset = at.offset; offset + step <= at.offset + at.length; offset += step) {
    const tag = bytes.word(offset, wide);
    if (tag === 0) break;
    entries.set(tag, bytes.word(offset + step / 2, wide));
  }
  return entries;
}

function symbolsOf(elf: Elf): ReadonlyMap<string, SymbolKind> {
  const { bytes, dynamic, wide } = elf;
  const table = dynamic.get(DT_SYMTAB);
  const strings = dynamic.get(DT_STRTAB);
  const found = new Map<string, SymbolKind>();
  if (table === undefined || strings === undefined) return found;
  const count = symbolCount(elf);
  const step = wide ? 24 : 16;
  const tableAt = elf.place(table);
  const stringsAt = elf.place(strings);
  const stringsSize = dynamic.get(DT_STRSZ) ?? 0;
  bytes.room(tableAt, count, step, 'symbols');
  bytes.room(stringsAt, stringsSize, 1, 'names');
  // Symbol 0 is always empty.
  for (let i = 1; i < count; i++) {
    const at = tableAt + i * step;
    const kind = exportedKind(bytes.u8(at + (wide ? 4 : 12)), bytes.u8(at + (wide ? 5 : 13)));
    const section = bytes.u16(at + (wide ? 6 : 14));
    if (section === 0 || kind === null) continue;
    const name = bytes.u32(at);
    if (name >= stringsSize) throw new MalformedLibrary(`the name of symbol ${i} lies outside the names`);
    found.set(bytes.text(stringsAt + name), kind);
  }
  return found;
}

const KINDS = new Map<number, SymbolKind>([
  [0, 'unknown'],
  [1, 'data'],
  [2, 'function'],
  [5, 'data'],
  [6, 'thread-local'],
  [10, 'function'],
]);

/** Null: local, hidden, or nothing that can be looked up. */
function exportedKind(info: number, other: number): SymbolKind | null {
  const binding = info >> 4;
  const visibility = other & 3;
  const global = binding === 1 || binding === 2 || binding === 10;
  const visible = visibility === 0 || visibility === 3;
  return global && visible ? (KINDS.get(info & 15) ?? null) : null;
}

/** The dynamic section does not say how many symbols there are: the hash tables do. */
function symbolCount(elf: Elf): number {
  const gnu = elf.dynamic.get(DT_GNU_HASH);
  if (gnu !== undefined) return gnuHashCount(elf, elf.place(gnu));
  const hash = elf.dynamic.get(DT_HASH);
  if (hash === undefined) return 0;
  // 64-bit s390 alone has hash words of eight bytes.
  const wideWords = elf.machine === S390 && elf.wide;
  return elf.bytes.word(elf.place(hash) + (wideWords ? 8 : 4), wideWords);
}

function gnuHashCount(elf: Elf, at: number): number {
  const { bytes } = elf;
  const [buckets, first, bloom] = [bytes.u32(at), bytes.u32(at + 4), bytes.u32(at + 8)];
  const bucketsAt = at + 16 + bloom * (elf.wide ? 8 : 4);
  bytes.room(bucketsAt, buckets, 4, 'hash buckets');
  let last = 0;
  for (let i = 0; i < buckets; i++) last = Math.max(last, bytes.u32(bucketsAt + i * 4));
  if (last < first) return first;
  // The last chain ends with an odd entry.
  const chainsAt = bucketsAt + buckets * 4;
  while ((bytes.u32(chainsAt + (last - first) * 4) & 1) === 0) last++;
  return last + 1;
}
