/** Bounded reading of a library's bytes: a broken or hostile file is a MalformedLibrary, nothing worse. */
export class MalformedLibrary extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedLibrary';
  }
}

const LONGEST_NAME = 65_536;

export class LibraryBytes {
  readonly size: number;
  readonly #view: DataView;
  readonly #bytes: Buffer;
  readonly #little: boolean;
  /** Bytes of names handed out so far: a small file must not become a large table. */
  #read = 0;

  constructor(bytes: Uint8Array, endian: 'little' | 'big') {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = endian === 'little';
    this.size = bytes.byteLength;
  }

  u8(offset: number): number {
    return this.#view.getUint8(this.#checked(offset, 1));
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#checked(offset, 2), this.#little);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#checked(offset, 4), this.#little);
  }

  /** Values above 2^53 lose digits: they point outside any file, and are refused there. */
  u64(offset: number): number {
    return Number(this.#view.getBigUint64(this.#checked(offset, 8), this.#little));
  }

  /** An address or size of the file's own width. */
  word(offset: number, wide: boolean): number {
    return wide ? this.u64(offset) : this.u32(offset);
  }

  /** The text up to the next NUL. */
  text(offset: number): string {
    this.#checked(offset, 1);
    const limit = Math.min(this.size, offset + LONGEST_NAME);
    const end = this.#bytes.indexOf(0, offset);
    if (end < 0 || end >= limit) throw new MalformedLibrary(`no name ends behind offset ${offset}`);
    this.#read += end - offset;
    if (this.#read > 2 * this.size + LONGEST_NAME) {
      throw new MalformedLibrary('its names overlap more than any linker makes them');
    }
    return this.#bytes.toString('utf8', offset, end);
  }

  /** `count` records of `size` bytes from `offset` must be there before anyone loops over them. */
  room(offset: number, count: number, size: number, what: string): void {
    const end = offset + count * size;
    if (!(offset >= 0 && count >= 0 && end <= this.size)) {
      throw new MalformedLibrary(`${what} reach to byte ${end} of a file of ${this.size}`);
    }
  }

  #checked(offset: number, size: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > this.size) {
      throw new MalformedLibrary(`byte ${offset} is asked for in a file of ${this.size}`);
    }
    return offset;
  }
}
