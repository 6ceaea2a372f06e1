import { join } from 'node:path';
import type { PlanItem } from '../plan/select.ts';
import { OpenCase, quote } from './case-reader.ts';
import { JournalFollower } from './follow.ts';
import { keyOf, parseObject, type JournalLine } from './journal.ts';
import { OutputFile } from './output.ts';
import { startDriver, type DriverCommand, type DriverProcess, type Exit, type Watchdog } from './process.ts';
import type { CallerTrouble, DriveEvent, Ending } from './record.ts';

/** Everything needed to play a plan through one caller. */
export interface DriveOptions {
  /** The command without its protocol arguments. */
  readonly command: DriverCommand;
  readonly library: string;
  readonly planFile: string;
  /** Byte offset of each case line, in order. */
  readonly offsets: readonly number[];
  /** The cases of the plan, in the same order. */
  readonly items: AsyncIterator<PlanItem>;
  /** Journals and output of this caller are written here. */
  readonly folder: string;
  readonly watchdog: Watchdog | null;
  readonly timeoutMs: (item: PlanItem) => number;
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
}

const FRUITLESS_STARTS = 3;
const EXIT_GRACE_MS = 5_000;

/** Plays the whole plan: starts the driver, follows its journal, starts it again behind each death. */
export async function* drive(options: DriveOptions): AsyncGenerator<DriveEvent> {
  const queue = new ItemQueue(options.items);
  let fruitless = 0;
  for (let start = 0; !options.signal.aborted && (await queue.peek()) !== null; start++) {
    const before = queue.taken;
    const session = new Session(options, queue, start);
    yield* session.play();
    if (session.stop) return;
    fruitless = queue.taken > before ? 0 : fruitless + 1;
    if (fruitless >= FRUITLESS_STARTS) {
      const why = `the driver ended ${FRUITLESS_STARTS} times in a row without playing a case`;
      yield { kind: 'trouble', trouble: { what: 'gave-up', why, exit: null, stderr: '', final: true } };
      return;
    }
  }
}

/** The plan's cases with one of look-ahead. */
class ItemQueue {
  taken = 0;
  #next: PlanItem | null | undefined;
  readonly #items: AsyncIterator<PlanItem>;

  constructor(items: AsyncIterator<PlanItem>) {
    this.#items = items;
  }

  async peek(): Promise<PlanItem | null> {
    if (this.#next === undefined) {
      const next = await this.#items.next();
      this.#next = next.done === true ? null : next.value;
    }
    return this.#next;
  }

  take(): void {
    this.#next = undefined;
    this.taken += 1;
  }
}

/** One process of a driver, from its start to its end. */
class Session {
  /** Nothing more can be played by this caller. */
  stop = false;
  readonly #options: DriveOptions;
  readonly #queue: ItemQueue;
  readonly #journal: JournalFollower;
  readonly #stdout: OutputFile;
  readonly #stderr: OutputFile;
  readonly #process: DriverProcess;
  #case: OpenCase | null = null;
  #greeted = false;
  #bye: string | null = null;
  #error: string | null = null;
  #progress = Date.now();
  #killed: 'hang' | 'protocol' | null = null;
  #wrong: string | null = null;
  /** Size of stderr before the last look at the journal: whatever a case printed that begins in this look stands behind it. */
  #stderrBefore = 0;

  constructor(options: DriveOptions, queue: ItemQueue, start: number) {
    const journal = join(options.folder, `journal-${start}.jsonl`);
    this.#options = options;
    this.#queue = queue;
    this.#journal = new JournalFollower(journal);
    this.#stdout = new OutputFile(join(options.folder, 'stdout'));
    this.#stderr = new OutputFile(join(options.folder, 'stderr'));
    this.#stderrBefore = this.#stderr.size;
    this.#stderr.mark(this.#stderrBefore);
    const args = [...options.command.args, options.library, options.planFile, journal];
    if (queue.taken > 0) args.push('--at', String(options.offsets[queue.taken]));
    this.#process = startDriver({ ...options.command, args }, this.#stdout.fd, this.#stderr.fd);
  }

  async *play(): AsyncGenerator<DriveEvent> {
    const { pid } = this.#process;
    if (pid !== null) this.#options.watchdog?.watch(pid);
    this.#process.release();
    try {
      const exit = yield* this.#follow();
      yield* this.#settle(exit);
    } finally {
      // The leader may be gone and its children not.
      this.#process.kill();
      if (pid !== null) this.#options.watchdog?.forget(pid);
      this.#journal.close();
      this.#stdout.close();
      this.#stderr.close();
    }
  }

  async *#follow(): AsyncGenerator<DriveEvent, Exit> {
    const ended: { exit: Exit | null } = { exit: null };
    const exited = this.#process.exited.then((exit) => {
      ended.exit = exit;
    });
    for (;;) {
      const last = ended.exit;
      const { size } = this.#stderr;
      const lines = this.#journal.read();
      for (const line of lines) yield* this.#take(line);
      this.#stderrBefore = size;
      if (lines.length > 0) {
        this.#progress = Date.now();
        continue;
      }
      // A line longer than one look gives nothing yet, and its process may be gone.
      if (last !== null && !this.#journal.behind) return last;
      this.#enforce();
      await Promise.race([exited, tick()]);
    }
  }

  /** Deadlines, floods and the user's interrupt. */
  #enforce(): void {
    this.#stdout.trim();
    this.#stderr.trim();
    if (this.#options.signal.aborted) this.#process.kill();
    if (this.#killed !== null || this.#journal.behind) return;
    if (Date.now() - this.#progress > this.#deadline()) {
      this.#killed = 'hang';
      this.#process.kill();
    }
  }

  #deadline(): number {
    if (this.#case !== null) return this.#options.timeoutMs(this.#case.item);
    return this.#greeted ? EXIT_GRACE_MS : this.#options.startTimeoutMs;
  }

  async *#take(line: JournalLine): AsyncGenerator<DriveEvent> {
    if (this.#killed === 'protocol') return;
    if (line.kind === 'hello') yield* this.#greet(line);
    else if (line.kind === 'layout') yield* this.#layout(line);
    else if (this.#case?.endedBy(line) === true) {
      yield* this.#close(line, { kind: 'ended' });
    } else if (this.#case !== null) {
      const wrong = this.#case.take(line);
      if (wrong !== null) this.#breach(wrong);
    } else yield* this.#between(line);
  }

  async *#greet(line: JournalLine): AsyncGenerator<DriveEvent> {
    const hello = parseObject(line.line)?.['hello'];
    if (this.#greeted || typeof hello !== 'object' || hello === null) {
      this.#breach(`wrote an unexpected ${quote(line.line)}`);
      return;
    }
    const facts = hello as Record<string, unknown>;
    if (facts['abide'] !== 1) {
      this.#breach(`speaks protocol ${JSON.stringify(facts['abide'])}; this abide speaks 1`);
      return;
    }
    this.#greeted = true;
    yield { kind: 'hello', hello: facts };
  }

  async *#layout(line: JournalLine): AsyncGenerator<DriveEvent> {
    const layout = parseObject(line.line)?.['layout'];
    if (typeof layout === 'object' && layout !== null) {
      yield { kind: 'layout', layout: layout as Record<string, unknown> };
    } else this.#breach(`wrote ${quote(line.line)}`);
  }

  async *#between(line: JournalLine): AsyncGenerator<DriveEvent> {
    if (line.kind === 'bye') this.#bye = line.line;
    else if (line.kind === 'error') {
      const words = parseObject(line.line)?.['error'];
      this.#error = typeof words === 'string' ? words : line.line;
    } else if (line.kind === 'begin') {
      const item = await this.#queue.peek();
      if (item !== null && keyOf(line) === item.key) {
        this.#case = new OpenCase(item, Date.now());
        this.#queue.take();
        this.#stderr.mark(this.#stderrBefore);
      } else this.#breach(`began ${quote(line.line)} where ${item?.key ?? 'the end'} was due`);
    } else this.#breach(`wrote ${quote(line.line)} outside a case`);
    yield* [];
  }

  #breach(why: string): void {
    this.#wrong ??= why;
    this.#killed = 'protocol';
    this.#process.kill();
  }

  async *#close(line: JournalLine | null, ending: Ending): AsyncGenerator<DriveEvent> {
    const open = this.#case;
    this.#case = null;
    if (open !== null) yield { kind: 'case', record: open.close(line, ending, Date.now()) };
  }

  async *#settle(exit: Exit): AsyncGenerator<DriveEvent> {
    if (this.#options.signal.aborted) {
      this.stop = true;
      return;
    }
    const stderr = this.#stderr.tail();
    const { repeated } = this.#journal;
    if (repeated !== null && this.#killed !== 'protocol') {
      const why = `wrote a second line of one number, ${quote(repeated)}: the library forked and returned twice, or the driver miscounts`;
      yield this.#trouble({ what: 'protocol', why, exit: null, stderr: '', final: false });
    }
    if (this.#killed === 'protocol') {
      const why = `the driver ${this.#wrong ?? 'broke the protocol'}`;
      if (this.#case !== null) yield* this.#close(null, { kind: 'protocol', why, stderr });
      else yield this.#trouble({ what: 'protocol', why, exit: null, stderr, final: !this.#greeted });
    } else if (this.#case !== null) {
      const afterMs = this.#options.timeoutMs(this.#case.item);
      const hang: Ending = { kind: 'hang', afterMs, stderr };
      yield* this.#close(null, this.#killed === 'hang' ? hang : { kind: 'crash', exit, stderr });
    } else yield* this.#outside(exit, stderr);
  }

  /** The process ended while no case was being played. */
  async *#outside(exit: Exit, stderr: string): AsyncGenerator<DriveEvent> {
    const orderly = this.#bye !== null && exit.code === 0;
    if (orderly && this.#killed === null) return;
    const done = (await this.#queue.peek()) === null;
    const base = { exit, stderr };
    if (this.#error !== null) {
      yield this.#trouble({ ...base, what: 'cannot-load', why: this.#error, final: true });
    } else if (!this.#greeted) {
      const late = `did not start within ${this.#options.startTimeoutMs} ms`;
      const why = exit.failure ?? (this.#killed === null ? 'ended before it said hello' : late);
      yield this.#trouble({ ...base, what: 'cannot-start', why, final: true });
    } else if (this.#killed === 'hang') {
      const why = 'did not end after its last case, or stood still between two';
      yield this.#trouble({ ...base, what: 'hung-outside', why, final: done });
    } else if (this.#bye !== null) {
      yield this.#trouble({ ...base, what: 'died-at-exit', why: 'died after its last case', final: done });
    } else {
      yield this.#trouble({ ...base, what: 'died-between-cases', why: 'died outside a case', final: done });
    }
  }

  #trouble(trouble: CallerTrouble): DriveEvent {
    if (trouble.final) this.stop = true;
    return { kind: 'trouble', trouble };
  }
}

/** The grain of the follower: how long a line may stand unread. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
