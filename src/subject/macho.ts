/** Exports of a Mach-O library; of a universal file, those of one architecture. */
import { NotLoadable, type LibraryExports, type SymbolKind } from './exports.ts';
import { LibraryBytes, MalformedLibrary } from './library-bytes.ts';

const ARCHES = new Map([
  [7, 'i686'],
  [0x01000007, 'x86_64'],
  [12, 'armv7'],
  [0x0100000c, 'aarch64'],
]);

const FILE_TYPES = new Map([
  [1, 'an object file (.o), not a linked library'],
  [2, 'an executable, not a library'],
  [4, 'a core dump, not a library'],
]);
/** MH_DYLIB and MH_BUNDLE: both can be loaded. */
const LOADABLE = new Set([6, 8]);

const LC_SEGMENT = 1;
const LC_SYMTAB = 2;
const LC_SEGMENT_64 = 0x19;
const MOST_ARCHES = 30;
const INSTRUCTIONS = 0x80000400;
const THREAD_LOCAL = new Set([0x11, 0x12, 0x13]);

export function readMachO(content: Uint8Array): LibraryExports {
  // Only little-endian processors are left; 0xcffaedfe read backwards is 0xfeedfacf.
  const bytes = new LibraryBytes(content, 'little');
  const wide = bytes.u32(0) === 0xfeedfacf;
  const cpu = bytes.u32(4);
  const fileType = bytes.u32(12);
  if (!LOADABLE.has(fileType)) {
    throw new NotLoadable(FILE_TYPES.get(fileType) ?? `a Mach-O file of type ${fileType}, not a library`);
  }
  const { symtab, sections } = loadCommands(bytes, wide);
  return {
    format: 'mach-o',
    arch: ARCHES.get(cpu) ?? `mach-o-cpu-${cpu}`,
    endian: 'little',
    pointerWidth: wide ? 64 : 32,
    symbols: symtab === null ? new Map() : symbolsOf(bytes, wide, symtab, sections),
  };
}

/** The part of a universal file that is for `arch`, or its first part. */
export function sliceOfUniversal(content: Uint8Array, arch: string): Uint8Array {
  const bytes = new LibraryBytes(content, 'big');
  const wide = bytes.u32(0) === 0xcafebabf;
  const count = bytes.u32(4);
  // A Java class begins with the same four bytes; there its version number stands here.
  if (count > MOST_ARCHES) throw new NotLoadable('a Java class file, not a library');
  const step = wide ? 32 : 20;
  const parts = Array.from({ length: count }, (_, index) => {
    const at = 8 + index * step;
    const offset = bytes.word(at + 8, wide);
    const size = bytes.word(at + (wide ? 16 : 12), wide);
    bytes.room(offset, size, 1, 'the parts of the universal file');
    return { arch: ARCHES.get(bytes.u32(at)), content: content.subarray(offset, offset + size) };
  });
  const part = parts.find((each) => each.arch === arch) ?? parts[0];
  if (part === undefined) throw new MalformedLibrary('the universal file has no parts');
  return part.content;
}

interface Commands {
  readonly symtab: number | null;
  /** In file order: the flags word of each section, which symbols name by number, from 1. */
  readonly sections: readonly number[];
}

function loadCommands(bytes: LibraryBytes, wide: boolean): Commands {
  const count = bytes.u32(16);
  let symtab: number | null = null;
  const sections: number[] = [];
  let at = wide ? 32 : 28;
  for (let i = 0; i < count; i++) {
    const [command, size] = [bytes.u32(at), bytes.u32(at + 4)];
    if (size < 8) throw new MalformedLibrary(`load command ${i} has ${size} bytes`);
    if (command === LC_SYMTAB) symtab = at;
    if (command === LC_SEGMENT || command === LC_SEGMENT_64) sections.push(...sectionFlags(bytes, wide, at));
    at += size;
  }
  return { symtab, sections };
}

function sectionFlags(bytes: LibraryBytes, wide: boolean, segment: number): readonly number[] {
  const count = bytes.u32(segment + (wide ? 64 : 48));
  const first = segment + (wide ? 72 : 56);
  const step = wide ? 80 : 68;
  bytes.room(first, count, step, 'sections');
  return Array.from({ length: count }, (_, index) => bytes.u32(first + index * step + (wide ? 64 : 56)));
}

const PRIVATE = 0x10;
const EXTERNAL = 0x01;
const DEBUG = 0xe0;
const TYPE = 0x0e;
const IN_SECTION = 0x0e;
const ABSOLUTE = 0x02;

function symbolsOf(
  bytes: LibraryBytes,
  wide: boolean,
  symtab: number,
  sections: readonly number[],
): ReadonlyMap<string, SymbolKind> {
  const found = new Map<string, SymbolKind>();
  const [table, count] = [bytes.u32(symtab + 8), bytes.u32(symtab + 12)];
  const [strings, stringsSize] = [bytes.u32(symtab + 16), bytes.u32(symtab + 20)];
  const step = wide ? 16 : 12;
  bytes.room(table, count, step, 'symbols');
  bytes.room(strings, stringsSize, 1, 'names');
  for (let i = 0; i < count; i++) {
    const at = table + i * step;
    const type = bytes.u8(at + 4);
    const defined = (type & TYPE) === IN_SECTION || (type & TYPE) === ABSOLUTE;
    if (!defined || (type & EXTERNAL) === 0 || (type & (PRIVATE | DEBUG)) !== 0) continue;
    const name = bytes.u32(at);
    if (name >= stringsSize) throw new MalformedLibrary(`the name of symbol ${i} lies outside the names`);
    found.set(bytes.text(strings + name).replace(/^_/, ''), kindIn(sections[bytes.u8(at + 5) - 1]));
  }
  return found;
}

function kindIn(flags: number | undefined): SymbolKind {
  if (flags === undefined) return 'unknown';
  if ((flags & INSTRUCTIONS) !== 0) return 'function';
  return THREAD_LOCAL.has(flags & 0xff) ? 'thread-local' : 'data';
}
