import type { Diagnostic } from '../diagnostic.ts';
import type { SpecCode } from './codes.ts';
import { locationOf, type Span } from './source.ts';

export interface Extra {
  /** What to do. */
  readonly help?: string | null;
  readonly related?: readonly { readonly message: string; readonly at: Span }[];
}

/** Where every phase puts what it finds wrong; nobody stops at the first. */
export class Problems {
  readonly #limit: number;
  readonly #found: Diagnostic[] = [];
  #left = 0;

  /** Beyond `limit` problems are only counted. */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  add(code: SpecCode, at: Span | null, message: string, extra: Extra = {}): void {
    if (this.#found.length >= this.#limit) {
      this.#left++;
      return;
    }
    this.#found.push({
      code,
      severity: 'error',
      message,
      location: at === null ? null : locationOf(at),
      ...(extra.help === undefined || extra.help === null ? {} : { help: extra.help }),
      ...(extra.related === undefined
        ? {}
        : {
            related: extra.related.map((each) => ({ message: each.message, location: locationOf(each.at) })),
          }),
    });
  }

  take(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics);
  }

  get all(): readonly Diagnostic[] {
    return this.#found;
  }

  /** How many there are, those beyond the limit too. */
  get count(): number {
    return this.#found.length + this.#left;
  }

  /** How many were only counted. */
  get uncollected(): number {
    return this.#left;
  }
}

/** `a, b and c`. */
export function listed(names: Iterable<string>, last = 'and'): string {
  const all = [...names];
  const shown = all.length > 24 ? [...all.slice(0, 24), `${all.length - 24} more`] : all;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1) ?? ''}`;
}
