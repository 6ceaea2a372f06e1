/** Exports of a Windows DLL. */
import { NotLoadable, type LibraryExports, type SymbolKind } from './exports.ts';
import { LibraryBytes, MalformedLibrary } from './library-bytes.ts';

const MACHINES = new Map([
  [0x014c, 'i686'],
  [0x8664, 'x86_64'],
  [0xaa64, 'aarch64'],
  [0x01c4, 'armv7'],
]);

const IS_DLL = 0x2000;
const EXECUTABLE_SECTION = 0x20000000;
const PE_SIGNATURE = 0x00004550;
const PE32_PLUS = 0x20b;

interface Section {
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  readonly executable: boolean;
}

export function readPe(content: Uint8Array): LibraryExports {
  const bytes = new LibraryBytes(content, 'little');
  const header = bytes.u32(60);
  if (bytes.u32(header) !== PE_SIGNATURE) throw new NotLoadable('a program for MS-DOS, not a library');
  const machine = bytes.u16(header + 4);
  if ((bytes.u16(header + 22) & IS_DLL) === 0) throw new NotLoadable('an executable, not a DLL');
  const optional = header + 24;
  const wide = bytes.u16(optional) === PE32_PLUS;
  const directories = optional + (wide ? 112 : 96);
  const exports = bytes.u32(directories - 4) > 0 ? bytes.u32(directories) : 0;
  const sections = sectionsOf(bytes, optional + bytes.u16(header + 20), bytes.u16(header + 6));
  return {
    format: 'pe',
    arch: MACHINES.get(machine) ?? `pe-machine-${machine}`,
    endian: 'little',
    pointerWidth: wide ? 64 : 32,
    symbols: exports === 0 ? new Map() : symbolsOf(bytes, exports, sections),
  };
}

function sectionsOf(bytes: LibraryBytes, start: number, count: number): readonly Section[] {
  bytes.room(start, count, 40, 'sections');
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 40;
    return {
      size: Math.max(bytes.u32(at + 8), bytes.u32(at + 16)),
      address: bytes.u32(at + 12),
      offset: bytes.u32(at + 20),
      executable: (bytes.u32(at + 36) & EXECUTABLE_SECTION) !== 0,
    };
  });
}

function symbolsOf(
  bytes: LibraryBytes,
  exports: number,
  sections: readonly Section[],
): ReadonlyMap<string, SymbolKind> {
  const at = place(exports, sections);
  const [functionCount, nameCount] = [bytes.u32(at + 20), bytes.u32(at + 24)];
  const found = new Map<string, SymbolKind>();
  if (nameCount === 0) return found;
  const functions = place(bytes.u32(at + 28), sections);
  const names = place(bytes.u32(at + 32), sections);
  const ordinals = place(bytes.u32(at + 36), sections);
  bytes.room(functions, functionCount, 4, 'exported addresses');
  bytes.room(names, nameCount, 4, 'exported names');
  bytes.room(ordinals, nameCount, 2, 'ordinals');
  for (let i = 0; i < nameCount; i++) {
    const ordinal = bytes.u16(ordinals + i * 2);
    if (ordinal >= functionCount)
      throw new MalformedLibrary(`export ${i} has the ordinal ${ordinal} of ${functionCount}`);
    const section = sectionOf(bytes.u32(functions + ordinal * 4), sections);
    const name = bytes.text(place(bytes.u32(names + i * 4), sections));
    found.set(name, section === undefined ? 'unknown' : section.executable ? 'function' : 'data');
  }
  return found;
}

function sectionOf(address: number, sections: readonly Section[]): Section | undefined {
  return sections.find((each) => address >= each.address && address < each.address + each.size);
}

function place(address: number, sections: readonly Section[]): number {
  const section = sectionOf(address, sections);
  if (section === undefined) throw new MalformedLibrary(`address ${address} lies in no section`);
  return address - section.address + section.offset;
}
