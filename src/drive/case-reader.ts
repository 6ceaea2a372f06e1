import type { PlanItem } from '../plan/select.ts';
import { keyOf, type JournalLine } from './journal.ts';
import type { CaseRecord, Ending } from './record.ts';

/** Gathers the lines of the case that is being played. */
export class OpenCase {
  readonly item: PlanItem;
  readonly #since: number;
  #steps: string[] = [];
  #at: string | null = null;
  #again = false;

  constructor(item: PlanItem, now: number) {
    this.item = item;
    this.#since = now;
  }

  /** Takes a line between `begin` and `end`; the return value says what is wrong with it, if anything. */
  take(line: JournalLine): string | null {
    switch (line.kind) {
      case 'step':
        if (!this.#again) this.#steps.push(line.line);
        this.#at = null;
        return null;
      case 'at':
        this.#at = line.line;
        return null;
      case 'again':
        this.#again = true;
        return null;
      case 'layout':
      case 'error':
        return null;
      case 'begin':
      case 'hello':
      case 'bye':
      case 'end':
      case 'garbage':
        return `wrote ${quote(line.line)} inside the case`;
    }
  }

  close(end: JournalLine | null, ending: Ending, now: number): CaseRecord {
    return {
      item: this.item,
      steps: this.#steps,
      end: end?.line ?? null,
      at: this.#at,
      ending,
      durationMs: Math.max(0, now - this.#since),
    };
  }

  /** Is this the `end` of this case? */
  endedBy(line: JournalLine): boolean {
    return line.kind === 'end' && keyOf(line) === this.item.key;
  }
}

export function quote(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
