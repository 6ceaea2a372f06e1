import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dir } from 'tmp-promise';
import type { PlanItem } from '../../plan/select.ts';
import { writePlan } from '../../plan/write.ts';
import type { Case } from '../../spec/suite.ts';
import type { CallerTrouble, CaseRecord, DriveEvent } from '../record.ts';
import { drive } from '../supervise.ts';
import type { Script } from './scripted-driver.ts';

const program = resolve(import.meta.dirname, 'scripted-driver.js');

/** A case that adds two numbers, as the scripted driver answers it. */
export function simpleCase(key: string): Case {
  const location = { file: 'test.yaml', line: 1, column: 1, length: 1 };
  return {
    kind: 'case',
    key,
    spec: key.split('/', 1)[0] ?? '',
    title: key,
    about: null,
    location,
    steps: [
      { plan: { id: '0', call: 'add', args: [], read: {} }, expect: { returns: '42' }, location, inner: [] },
    ],
    features: [],
    uses: [],
    timeoutMs: null,
    when: null,
  };
}

export interface Played {
  readonly events: readonly DriveEvent[];
  readonly records: readonly CaseRecord[];
  readonly troubles: readonly CallerTrouble[];
  /** Case key → how it ended. */
  readonly endings: Readonly<Record<string, string>>;
}

export interface PlayOptions {
  readonly timeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly command?: string;
}

/** Plays cases `t/a`, `t/b`… through the scripted driver, supervised as any other. */
export async function playScript(
  names: readonly string[],
  script: Script,
  options: PlayOptions = {},
): Promise<Played> {
  const folder = await dir({ prefix: 'abide-test-', unsafeCleanup: true });
  try {
    const library = join(folder.path, 'script.json');
    await writeFile(library, JSON.stringify(script));
    const items = async function* (): AsyncGenerator<PlanItem> {
      for (const name of names) yield { key: name, entry: simpleCase(name), row: null };
    };
    const plan = await writePlan(join(folder.path, 'plan.jsonl'), '{"abide":1}', items());
    const journals = join(folder.path, 'journals');
    await mkdir(journals);
    const events: DriveEvent[] = [];
    const driven = drive({
      command: {
        command: options.command ?? process.execPath,
        args: [program],
        cwd: folder.path,
        env: process.env,
      },
      library,
      planFile: plan.path,
      offsets: plan.offsets,
      items: items(),
      folder: journals,
      watchdog: null,
      timeoutMs: () => options.timeoutMs ?? 5000,
      startTimeoutMs: options.startTimeoutMs ?? 20_000,
      signal: new AbortController().signal,
    });
    for await (const event of driven) events.push(event);
    return summarise(events);
  } finally {
    await folder.cleanup();
  }
}

function summarise(events: readonly DriveEvent[]): Played {
  const records = events.flatMap((event) => (event.kind === 'case' ? [event.record] : []));
  const troubles = events.flatMap((event) => (event.kind === 'trouble' ? [event.trouble] : []));
  const endings = Object.fromEntries(records.map((record) => [record.item.key, record.ending.kind]));
  return { events, records, troubles, endings };
}
