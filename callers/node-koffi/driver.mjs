// @ts-check
/** abide driver for koffi: `node driver.mjs LIBRARY PLAN JOURNAL [--at OFFSET]`. callers/README.md is its protocol. */
import { openSync, readSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/**
 * @typedef {any} Json
 * @typedef {import('./calls.mjs').Subject} Subject
 */

/** One line, one write. */
class Journal {
  #next = 0;
  #file;

  /** @param {string} path */
  constructor(path) {
    this.#file = openSync(path, 'a');
  }

  /** @param {object} line */
  write(line) {
    writeSync(this.#file, `{"n":${this.#next++},${JSON.stringify(line).slice(1)}\n`);
  }
}

const CHUNK = 256 * 1024;

/** The lines of a file from a byte offset on. @param {number} file @param {number} offset @returns {Generator<string>} */
function* linesOf(file, offset) {
  const chunk = Buffer.allocUnsafe(CHUNK);
  /** @type {Buffer[]} */
  let pieces = [];
  for (let size; (size = readSync(file, chunk, 0, CHUNK, offset)) > 0; offset += size) {
    let start = 0;
    for (let end; (end = chunk.subarray(0, size).indexOf(10, start)) >= 0; start = end + 1) {
      pieces.push(chunk.subarray(start, end));
      yield pieces.length === 1 ? chunk.toString('utf8', start, end) : Buffer.concat(pieces).toString('utf8');
      pieces = [];
    }
    if (start < size) pieces.push(Buffer.from(chunk.subarray(start, size)));
  }
  if (pieces.length > 0) yield Buffer.concat(pieces).toString('utf8');
}

/** The steps of a table as a function of a row; what holds no slot is shared by all rows.
 * @param {Json} tree @returns {(row: Json[]) => Json} */
function template(tree) {
  if (typeof tree !== 'object' || tree === null || !JSON.stringify(tree).includes('"$slot"'))
    return () => tree;
  if ('$slot' in tree) return (row) => row[tree.$slot];
  if (Array.isArray(tree)) {
    const parts = tree.map(template);
    return (row) => parts.map((part) => part(row));
  }
  const entries = Object.entries(tree).map(([key, value]) => /** @type {const} */ ([key, template(value)]));
  return (row) => Object.fromEntries(entries.map(([key, part]) => [key, part(row)]));
}

/** The steps of a plan line. @param {Json} header */
function stepsBy(header) {
  /** @type {Map<string, (row: Json[]) => Json>} */
  const templates = new Map();
  return (/** @type {Json} */ { table, row, steps }) => {
    if (table === undefined) return steps;
    let filled = templates.get(table);
    if (filled === undefined) {
      filled = template(header.tables[table].steps);
      templates.set(table, filled);
    }
    return filled(row);
  };
}

/** The key of a case, even where the rest of its line is no JSON. @param {string} line @returns {string} */
function keyOf(line) {
  try {
    return JSON.parse(/"case":("(?:[^"\\]|\\.)*")/u.exec(line)?.[1] ?? '""');
  } catch {
    return '';
  }
}

/** Plays the cases of a plan. */
class Player {
  played = 0;
  #subject;
  #Play;
  #ledger;
  #stepsOf;

  /** @param {Subject} subject @param {typeof import('./steps.mjs').Play} Play @param {Json} header */
  constructor(subject, Play, header) {
    this.#subject = subject;
    this.#Play = Play;
    this.#ledger = subject.ledger();
    this.#stepsOf = stepsBy(header);
  }

  /** Was an error raised through the library? Then this process must not go on. @param {string} text */
  async play(text) {
    const { journal } = this.#subject;
    const key = keyOf(text);
    const end = { end: key };
    journal.write({ begin: key });
    try {
      return await this.#twice(JSON.parse(text), end);
    } catch (error) {
      journal.write({ step: '', error: wordsOf(error) });
      return false;
    } finally {
      journal.write(end);
      this.played += 1;
    }
  }

  /** Plays a case, and again when it seems to leak; what its last line says is put into `end`.
   * @param {Json} line @param {Json} end */
  async #twice(line, end) {
    const before = this.#live();
    const first = await this.#once(line);
    const after = this.#live();
    const live = [before, after];
    const { damage } = first;
    if (before !== null && after !== null && after > before && !first.stopped && !first.raised) {
      this.#subject.journal.write({ again: line.case });
      damage.push(...(await this.#once(line)).damage);
      live.push(this.#live());
    }
    if (before !== null) end.live = live.map(String);
    if (damage.length > 0) end.damage = damage;
    return first.raised;
  }

  /** @param {Json} line */
  async #once(line) {
    const play = new this.#Play(this.#subject);
    const damage = await play.play(this.#stepsOf(line));
    return { damage, stopped: play.stopped, raised: play.raised };
  }

  #live() {
    return this.#ledger === null ? null : BigInt(this.#ledger());
  }
}

/** @param {unknown} error */
const wordsOf = (error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** The library and everything that must be there before the first case. @param {string} library @param {string} path
 * @param {Journal} journal */
async function prepare(library, path, journal) {
  const { default: koffi } = await import('koffi');
  const { node, v8 } = process.versions;
  journal.write({ hello: { abide: 1, runtime: `Node ${node}`, ffi: `koffi ${koffi.version}`, v8 } });
  const { Subject } = await import('./calls.mjs');
  const { Play } = await import('./steps.mjs');
  // node exports the zlib and OpenSSL inside it; without `deep` a library's calls to itself would land there.
  const loaded = koffi.load(library, { deep: true });
  const plan = openSync(path, 'r');
  const header = JSON.parse(linesOf(plan, 0).next().value ?? '');
  return { plan, player: new Player(new Subject(loaded, header, journal), Play, header) };
}

/** @param {string[]} args @returns {Promise<number>} the exit code */
async function main([library = '', plan = '', path = '', flag, offset]) {
  waitForByte();
  const journal = new Journal(path);
  let ready;
  try {
    ready = await prepare(library, plan, journal);
  } catch (error) {
    journal.write({ error: error instanceof Error ? error.message : String(error) });
    return 1;
  }
  const { player } = ready;
  const lines = linesOf(ready.plan, flag === '--at' ? Number(offset) : 0);
  if (flag !== '--at') lines.next();
  for (const line of lines) {
    if (line === '') continue;
    if (await player.play(line)) {
      journal.write({ bye: player.played, restart: 'raises' });
      return 0;
    }
    // Finalizers of koffi's objects wait for a turn of the event loop.
    if (player.played % 256 === 0) await setImmediate();
  }
  journal.write({ bye: player.played });
  return 0;
}

/** Abide sends it when this process is on its list; end of file is as good. */
function waitForByte() {
  const byte = Buffer.alloc(1);
  for (;;) {
    try {
      readSync(0, byte, 0, 1, null);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

process.exit(await main(process.argv.slice(2)));
