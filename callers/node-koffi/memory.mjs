// @ts-check
/** Memory the driver owns: guards, fill pattern, snapshots, and symbolic names of addresses. */
import koffi from 'koffi';

const GUARD = 32;
const FRONT = new Uint8Array(GUARD).fill(0xc9);
const BEHIND = new Uint8Array(GUARD).fill(0x9c);

/** @typedef {{ memory: string, where: string, offset: number, expected: string, found: string }} Damage */

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** Somewhere in a block. */
export class Place {
  /** @param {Block} block @param {number} offset */
  constructor(block, offset) {
    this.block = block;
    this.offset = offset;
  }

  get address() {
    return this.block.address + BigInt(this.offset);
  }

  /** @param {number} offset */
  at(offset) {
    return new Place(this.block, this.offset + offset);
  }

  /** The bytes from here to the end of the block. */
  rest() {
    return this.block.data.subarray(this.offset);
  }

  /** Do so many bytes from here all still carry the pattern? @param {number} size */
  untouched(size) {
    const { data, patterned } = this.block;
    if (!patterned || size === 0 || this.offset + size > data.length) return false;
    for (let index = this.offset; index < this.offset + size; index++) {
      if (data[index] !== pattern(index)) return false;
    }
    return true;
  }
}

export const UNTOUCHED = { $untouched: true };

/** @param {number} index */
const pattern = (index) => 0xa5 ^ (index & 0xff);

/** One allocation: 32 guard bytes, the data, 32 guard bytes. */
class Block {
  patterned = false;
  /** @type {Uint8Array | null} */
  snapshot = null;
  /** @type {Set<string>} */
  #reported = new Set();
  #base;

  /** @param {number} size @param {number} align @param {string} name @param {boolean} named */
  constructor(size, align, name, named) {
    const alignment = Math.max(16, align);
    this.#base = koffi.alloc('uint8', GUARD + size + GUARD + alignment);
    this.address = (this.#base + BigInt(GUARD + alignment - 1)) & -BigInt(alignment);
    this.name = name;
    this.named = named;
    const bytes = new Uint8Array(koffi.view(this.address - BigInt(GUARD), GUARD + size + GUARD));
    this.front = bytes.subarray(0, GUARD);
    this.data = bytes.subarray(GUARD, GUARD + size);
    this.behind = bytes.subarray(GUARD + size);
    this.front.set(FRONT);
    this.behind.set(BEHIND);
  }

  fill() {
    this.patterned = true;
    for (let index = 0; index < this.data.length; index++) this.data[index] = pattern(index);
  }

  at(offset = 0) {
    return new Place(this, offset);
  }

  /** The differences that were not reported yet. @param {Uint8Array | null} before @returns {Damage[]} */
  damage(before) {
    return [
      ...this.#differs('front', FRONT, this.front, -GUARD),
      ...this.#differs('behind', BEHIND, this.behind, this.data.length),
      ...(before === null ? [] : this.#differs('const', before, this.data, 0)),
    ];
  }

  /** @param {string} where @param {Uint8Array} expected @param {Uint8Array} found @param {number} start @returns {Damage[]} */
  #differs(where, expected, found, start) {
    if (Buffer.compare(expected, found) === 0 || this.#reported.has(where)) return [];
    this.#reported.add(where);
    const first = expected.findIndex((byte, index) => byte !== found[index]);
    return [
      {
        memory: this.name,
        where,
        offset: start + first,
        expected: hex(expected.subarray(first, first + 16)),
        found: hex(found.subarray(first, first + 16)),
      },
    ];
  }

  free() {
    koffi.free(this.#base);
  }
}

/** The memory given to one call: block → may the callee only read it? @typedef {Map<Block, boolean>} Given */

/** The memory and the known addresses of one play of a case. */
export class Memory {
  /** @type {Map<bigint, Block>} */
  #blocks = new Map();
  /** @type {Given} */
  #given = new Map();
  /** @type {Set<bigint>} */
  #supplied = new Set();
  /** @type {Map<bigint, string>} */
  #callbacks = new Map();
  /** @type {Map<bigint, number>} */
  #unknown = new Map();

  /** @param {number} size @param {number} align @param {string} name */
  allocate(size, align, name, named = false) {
    const block = new Block(size, align, name, named);
    this.#blocks.set(block.address, block);
    return block;
  }

  /** Where in owned memory an address lies, one past the end included; else null. @param {bigint} address */
  place(address) {
    const exact = this.#blocks.get(address);
    if (exact !== undefined) return exact.at();
    for (const block of this.#blocks.values()) {
      const offset = address - block.address;
      if (offset > 0n && offset <= BigInt(block.data.length)) return block.at(Number(offset));
    }
    return null;
  }

  /** Notes that the next call gets this address; its block is watched. @param {bigint} address @param {boolean} constant */
  give(address, constant) {
    const block = this.place(address)?.block;
    // What is writable through one pointer is writable, whatever another one says.
    if (block !== undefined) this.#given.set(block, constant && (this.#given.get(block) ?? true));
  }

  /** What was given since the last time, with snapshots taken of what the callee may only read. */
  handOver() {
    const given = this.#given;
    this.#given = new Map();
    for (const [block, constant] of given) block.snapshot = constant ? block.data.slice() : null;
    return given;
  }

  /** What one call did to memory it may not touch. @param {Given} given */
  damageBy(given) {
    const found = [...given.keys()].flatMap((block) => block.damage(block.snapshot));
    for (const block of given.keys()) if (block.named) block.snapshot = null;
    return found;
  }

  /** Ends the life of all of it, with what is damaged and was not reported. */
  close() {
    const blocks = [...this.#blocks.values()];
    const found = blocks.flatMap((block) => block.damage(block.snapshot));
    for (const block of blocks) block.free();
    this.#blocks.clear();
    return found;
  }

  /** @param {bigint} address */
  supply(address) {
    this.#supplied.add(address);
    return address;
  }

  /** @param {bigint} address @param {string} name */
  nameCallback(address, name) {
    this.#callbacks.set(address, name);
  }

  /** An address as the journal shows it, the same in every run. @param {bigint | null} address */
  symbol(address) {
    if (address === null || address === 0n) return null;
    if (this.#supplied.has(address)) return { $address: `0x${address.toString(16)}` };
    const place = this.place(address);
    if (place !== null) {
      const { block, offset } = place;
      return offset === 0 ? { $at: block.name } : { $at: block.name, offset };
    }
    const callback = this.#callbacks.get(address);
    if (callback !== undefined) return { $callback: callback };
    const known = this.#unknown.get(address) ?? this.#unknown.size;
    this.#unknown.set(address, known);
    return { $pointer: known };
  }
}

let scratchSize = 4096;
let scratchBase = koffi.alloc('uint8', scratchSize);

/** Zeroed native bytes for a value that only passes through. @param {number} size */
export function scratch(size) {
  if (size > scratchSize) {
    koffi.free(scratchBase);
    scratchSize = size;
    scratchBase = koffi.alloc('uint8', size);
  }
  const bytes = new Uint8Array(koffi.view(scratchBase, size)).fill(0);
  return { address: scratchBase, bytes };
}

/** Text at an address, and in memory of our own no further than its end. @param {bigint} address @param {Place | null} place */
export function text(address, place) {
  const rest = place?.rest();
  if (rest !== undefined && place?.untouched(rest.length)) return UNTOUCHED;
  const open = rest !== undefined && !rest.includes(0);
  return textForm(open ? koffi.decode.string(address, rest.length) : koffi.decode.string(address));
}

/** @param {string | null} value */
export const textForm = (value) =>
  value === null ? null : { $text: Buffer.from(value, 'utf8').toString('hex') };

/** @param {bigint} address @param {Place | null} place */
export function wideText(address, place) {
  const rest = place?.rest();
  if (rest !== undefined && place?.untouched(rest.length)) return UNTOUCHED;
  const units = rest === undefined ? null : new Uint16Array(rest.slice(0, rest.length & ~1).buffer);
  const open = units !== null && !units.includes(0);
  const found = open ? koffi.decode.string16(address, units.length) : koffi.decode.string16(address);
  const shown = Array.from({ length: found.length }, (_, index) => found.charCodeAt(index));
  return { $utf16: shown.map((unit) => unit.toString(16).padStart(4, '0')).join('') };
}
