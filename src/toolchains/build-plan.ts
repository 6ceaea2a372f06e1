/** A plan without the cases of some specs, for a program that cannot have them. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

/** Copies the plan line by line: it may be larger than memory. */
export async function planWithout(specs: ReadonlySet<string>, plan: string, target: string): Promise<void> {
  const out = createWriteStream(target);
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(plan), crlfDelay: Infinity })) {
    const kept = isHeader ? headerWithout(specs, line) : belongsTo(specs, line) ? null : line;
    isHeader = false;
    if (kept !== null && !out.write(`${kept}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

function headerWithout(specs: ReadonlySet<string>, line: string): string {
  const header = JSON.parse(line) as { tables?: Record<string, unknown> };
  if (header.tables === undefined) return line;
  const tables = Object.entries(header.tables).filter(([key]) => !specs.has(specOf(key)));
  return JSON.stringify({ ...header, tables: Object.fromEntries(tables) });
}

/** Every case line begins with its key, so no line need be parsed. */
function belongsTo(specs: ReadonlySet<string>, line: string): boolean {
  const key = /^\{"case":"([^"]*)"/.exec(line)?.[1];
  return key !== undefined && specs.has(specOf(key));
}

function specOf(key: string): string {
  return key.split('/', 1)[0] ?? key;
}
