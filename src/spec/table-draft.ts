import type { Read, Wire } from '../plan/wire.ts';
import { columnsIn, withCells, type Cells } from './columns.ts';
import type { Place } from './context.ts';
import { nearestName } from '../abi/parse-type.ts';
import { headOf } from './fields.ts';
import { listed, type Problems } from './problems.ts';
import { countAt, mergeReads, withCountSlots, type Seen } from './reads.ts';
import type { Expected } from './suite.ts';
import { quoted, type SpecNode } from './tree.ts';

/** One place of the case that differs from row to row. */
interface Slot {
  readonly lower: (cells: Cells, problems: Problems) => Seen | undefined;
  readonly expectation: boolean;
  readonly at: SpecNode | null;
  /** Of all rows together; undefined before the first. */
  read: Read | undefined;
  /** Places in `read` whose count differs from row to row. */
  readonly counts: (readonly string[])[];
}

/**
 * The slots of a case with rows. The case's steps are lowered twice: first to find the slots; then, when
 * every row has been seen and it is known how each expectation is to be read, to make the steps.
 */
export class TableDraft {
  readonly #columns: readonly string[];
  readonly #slots: Slot[] = [];
  #next = 0;
  #final = false;
  #counted = 0;

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** A value that is handed over. */
  given(
    template: SpecNode,
    place: Place,
    lower: (node: SpecNode, place: Place) => Wire | undefined,
  ): Wire | undefined {
    const seen = this.#slot([template], place, false, ([node = template], rowPlace) => {
      const value = lower(node, rowPlace);
      return value === undefined ? undefined : { expected: value, read: null };
    });
    return seen?.expected;
  }

  /** A value that must be observed. */
  expected(
    templates: readonly SpecNode[],
    place: Place,
    lower: (nodes: readonly SpecNode[], place: Place) => Seen | undefined,
  ): Seen | undefined {
    return this.#slot(templates, place, true, lower);
  }

  #slot(
    templates: readonly SpecNode[],
    place: Place,
    expectation: boolean,
    lower: (nodes: readonly SpecNode[], place: Place) => Seen | undefined,
  ): Seen | undefined {
    const index = this.#next++;
    if (this.#final) return this.#made(index);
    if (!this.#knowsColumns(templates, place.case.problems)) return undefined;
    const scope = place.scope.snapshot();
    this.#slots.push({
      lower: (cells, problems) => {
        const nodes = templates.map((template) => withCells(template, cells, problems));
        return lower(nodes, { ...place, scope, case: { ...place.case, table: null, problems } });
      },
      expectation,
      at: templates.at(-1) ?? null,
      read: undefined,
      counts: [],
    });
    return { expected: { $slot: index }, read: null };
  }

  #knowsColumns(templates: readonly SpecNode[], problems: Problems): boolean {
    let known = true;
    for (const template of templates) {
      columnsIn(template, (column, span) => {
        if (this.#columns.includes(column)) return;
        known = false;
        const near = nearestName(column, this.#columns);
        const all = `The table has ${listed(this.#columns)}.`;
        problems.add('unknown-column', span, `The table has no column ${quoted(column)}.`, {
          help: near === null ? all : `Did you mean ${quoted(near)}? ${all}`,
        });
      });
    }
    return known;
  }

  #made(index: number): Seen | undefined {
    const slot = this.#slots[index];
    if (slot === undefined) return undefined;
    slot.counts.length = 0;
    const read = withCountSlots(slot.read ?? null, (path) => {
      slot.counts.push(path);
      return this.#slots.length + this.#counted++;
    });
    return { expected: { $slot: index }, read };
  }

  /** The values of one row; undefined, with the reasons among the problems, when one has a fault. */
  row(cells: Cells, problems: Problems): readonly Expected[] | undefined {
    const seen = this.#slots.map((slot) => slot.lower(cells, problems));
    if (seen.includes(undefined)) return undefined;
    const values = seen.map((each) => each?.expected ?? null);
    this.#slots.forEach((slot, index) => {
      for (const path of slot.counts) values.push(countAt(seen[index]?.read ?? null, path));
    });
    return values;
  }

  /** Checks one row, and learns from it how its expectations are to be read. */
  learn(cells: Cells, at: SpecNode, problems: Problems): void {
    for (const slot of this.#slots) {
      const seen = slot.lower(cells, problems);
      if (seen === undefined || !slot.expectation) continue;
      const merged = slot.read === undefined ? seen.read : mergeReads(slot.read, seen.read, 'vary');
      if (merged !== undefined) {
        slot.read = merged;
        continue;
      }
      const message = 'This row would have to be read back in another way than the rows before.';
      problems.add('reads-differ', headOf(at), message, {
        help: 'Put it into a case of its own.',
        related: slot.at === null ? [] : [{ message: 'the expectation', at: headOf(slot.at) }],
      });
    }
  }

  /** From now on the same lowering gives final steps. */
  finish(): void {
    this.#final = true;
    this.#next = 0;
    this.#counted = 0;
  }
}
