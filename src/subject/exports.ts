/** What a library says about itself: its platform and what it exports. */
export type SymbolKind = 'function' | 'data' | 'thread-local' | 'unknown';

export interface LibraryExports {
  readonly format: 'elf' | 'mach-o' | 'pe';
  /** Named like `Platform.arch`. */
  readonly arch: string;
  readonly endian: 'little' | 'big';
  readonly pointerWidth: 32 | 64;
  /** As C writes them: without Mach-O's underscore. */
  readonly symbols: ReadonlyMap<string, SymbolKind>;
}

/** The file is of a known format, but none that can be loaded; the text continues "it is …". */
export class NotLoadable extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'NotLoadable';
  }
}
