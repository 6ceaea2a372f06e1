import picomatch from 'picomatch';
import type { Platform } from '../abi/platform.ts';
import type { Case, Row, Suite, Table, When } from '../spec/suite.ts';
import { holdsOn } from '../spec/when.ts';
import { requirementCase } from './requirements.ts';

/** One case of a run: an entry of the suite, and for tables its row. */
export interface PlanItem {
  readonly key: string;
  readonly entry: Case | Table;
  readonly row: Row | null;
}

/** Which cases are wanted. A table can be judged as a whole only when nothing selects rows. */
export interface Selection {
  /** True when no pattern, key list or filter narrows the suite. */
  readonly complete: boolean;
  readonly entry: (entry: Case | Table) => boolean;
  readonly key: (entry: Case | Table, key: string) => boolean;
}

export const everything: Selection = { complete: true, entry: () => true, key: () => true };

/**
 * A selection by patterns. A pattern is a spec's name, a case key, a table's row key, or a glob over keys;
 * one that names a table means all its rows.
 */
export function selectByPatterns(patterns: readonly string[]): Selection {
  if (patterns.length === 0) return everything;
  const globs = patterns.map((pattern) => picomatch(pattern.includes('/') ? pattern : `${pattern}/**`));
  const matches = (key: string): boolean => globs.some((glob) => glob(key));
  const rowPrefixes = patterns.filter((pattern) => pattern.includes('.') || /[*?[{]/u.test(pattern));
  return {
    complete: false,
    entry: (entry) => matches(entry.key) || (entry.kind === 'table' && rowPrefixes.length > 0),
    key: (entry, key) => matches(entry.key) || matches(key),
  };
}

/** Exactly these keys, e.g. those that failed last time. */
export function selectByKeys(keys: ReadonlySet<string>): Selection {
  const entries = new Set([...keys].map((key) => key.replace(/\.[^./]*$/u, '')));
  return {
    complete: false,
    entry: (entry) => keys.has(entry.key) || entries.has(entry.key),
    key: (entry, key) => keys.has(entry.key) || keys.has(key),
  };
}

/** Both selections must want the case. */
export function both(first: Selection, second: Selection): Selection {
  return {
    complete: first.complete && second.complete,
    entry: (entry) => first.entry(entry) && second.entry(entry),
    key: (entry, key) => first.key(entry, key) && second.key(entry, key),
  };
}

/** Does the case's `when` hold on this platform? */
export function appliesTo(when: When | null, platform: Platform): boolean {
  return when === null || holdsOn(when, platform);
}

/** The cases to play, in suite order; a spec's requirement goes before the first of its cases. */
export async function* planItems(
  suite: Suite,
  platform: Platform,
  selection: Selection,
): AsyncGenerator<PlanItem> {
  const required = new Map(suite.specs.map((spec) => [spec.name, requirementCase(suite, spec)]));
  for (const entry of suite.cases) {
    if (!appliesTo(entry.when, platform) || !selection.entry(entry)) continue;
    for await (const item of itemsOf(entry, selection)) {
      const requirement = required.get(entry.spec) ?? null;
      required.delete(entry.spec);
      if (requirement !== null) yield { key: requirement.key, entry: requirement, row: null };
      yield item;
    }
  }
}

async function* itemsOf(entry: Case | Table, selection: Selection): AsyncGenerator<PlanItem> {
  if (entry.kind === 'case') {
    if (selection.key(entry, entry.key)) yield { key: entry.key, entry, row: null };
    return;
  }
  for await (const batch of entry.rows()) {
    for (const row of batch) {
      if (selection.key(entry, row.key)) yield { key: row.key, entry, row };
    }
  }
}
