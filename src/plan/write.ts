import { open } from 'node:fs/promises';
import type { Step, Table } from '../spec/suite.ts';
import type { PlanItem } from './select.ts';

/** A plan on disk. `offsets[i]` is the byte at which the line of case i begins. */
export interface PlanFile {
  readonly path: string;
  readonly offsets: readonly number[];
}

const BATCH_BYTES = 256 * 1024;

/** Writes the header and one line a case. Rows stream: only offsets stay in memory. */
export async function writePlan(
  path: string,
  header: string,
  items: AsyncIterable<PlanItem>,
): Promise<PlanFile> {
  const offsets: number[] = [];
  const file = await open(path, 'w');
  try {
    let batch = `${header}\n`;
    let position = Buffer.byteLength(batch);
    for await (const item of items) {
      const line = `${caseLine(item)}\n`;
      offsets.push(position);
      position += Buffer.byteLength(line);
      batch += line;
      if (batch.length >= BATCH_BYTES) {
        await file.write(batch);
        batch = '';
      }
    }
    await file.write(batch);
  } finally {
    await file.close();
  }
  return { path, offsets };
}

/** The plan line of one case. What only an expectation needs is not in it. */
export function caseLine({ key, entry, row }: PlanItem): string {
  if (entry.kind === 'case' || row === null) {
    return JSON.stringify({ case: key, steps: entry.steps.map((step) => step.plan) });
  }
  const played = playedSlots(entry);
  const slots = row.slots.map((slot, index) => (played.has(index) ? slot : null));
  return JSON.stringify({ case: key, table: entry.key, row: slots });
}

const slotsOfTables = new WeakMap<Table, ReadonlySet<number>>();

/** The slots that stand in plan steps; the others belong to expectations, which no driver sees. */
function playedSlots(table: Table): ReadonlySet<number> {
  let slots = slotsOfTables.get(table);
  if (slots === undefined) {
    const text = table.steps.map((step: Step) => JSON.stringify(step.plan)).join();
    slots = new Set([...text.matchAll(/\{"\$slot":(\d+)\}/gu)].map((match) => Number(match[1])));
    slotsOfTables.set(table, slots);
  }
  return slots;
}
