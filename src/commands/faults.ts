/** `abide faults`: plants each known mistake into the subject's crate and sees whether the callers notice. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { dir } from 'tmp-promise';
import writeFileAtomic from 'write-file-atomic';
import { hostPlatform } from '../abi/platforms.ts';
import { nearestName } from '../abi/nearest-name.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { faultProblems, faultsReport, faultsText, type FaultTable } from '../report/faults.ts';
import type { Run } from '../results/run.ts';
import type { ExitCode } from '../results/verdict.ts';
import type { CommandCode } from './codes.ts';
import type { Config } from './config.ts';
import { readFaults, type Fault } from './faults/catalogue.ts';
import { CrateCopy } from './faults/crate-copy.ts';
import { judgeFault, unsoundness } from './faults/judge-fault.ts';
import { loadSpecs } from './load.ts';
import { run } from './run.ts';
import type { RunOptions } from './run-options.ts';

/** Faults at a time; each plays its callers one after the other. */
const AT_ONCE = 2;
/** A fault may hang its callers, and no case that is chosen here takes longer than a moment. */
const CASE_MS = 2000;

export interface FaultsRequest {
  readonly config: Config;
  /** Only these; empty: all. */
  readonly names: readonly string[];
  readonly abort: AbortController;
  /** Told of each fault when its turn has come. */
  readonly tell: (line: string) => void;
}

/** Writes results/faults.md when all faults met all callers. */
export async function faultsCommand(request: FaultsRequest): Promise<{ text: string; exitCode: ExitCode }> {
  const { config, names, abort } = request;
  const table = await faultTable(request);
  if (abort.signal.aborted) return { text: 'interrupted\n', exitCode: 1 };
  if (config.results !== null && config.isDefault && config.callers === null && names.length === 0) {
    await mkdir(config.results, { recursive: true });
    await writeFileAtomic(join(config.results, 'faults.md'), faultsReport(table));
  }
  return { text: faultsText(table), exitCode: faultProblems(table).length > 0 ? 1 : 0 };
}

/** Every fault through every caller, judged; the sound library first. */
export async function faultTable({ config, names, abort, tell }: FaultsRequest): Promise<FaultTable> {
  if (config.faults === null || config.subject.kind !== 'crate')
    throw problem('no-faults', 'the configuration names no faults, or its subject is no crate');
  const faults = chosen(await readFaults(config.faults), names);
  const specs = await loadSpecs(config.specs, hostPlatform());
  const folder = await dir({ prefix: 'abide-faults-', unsafeCleanup: true });
  const copy = await CrateCopy.make(config.subject.folder, folder.path, abort.signal);
  const played = async (fault: Fault | null): Promise<Run> => {
    const library = await copy.build(fault);
    tell(fault?.name ?? 'the library without a fault');
    const patterns = fault?.run ?? [...new Set(faults.flatMap((each) => each.run))];
    return run(configFor(config, library), optionsFor(patterns), () => undefined, abort, specs);
  };
  try {
    const sound = await played(null);
    const rows = await allOrFirstError(faults, async (fault) => judgeFault(fault, await played(fault)));
    const columns = sound.columns.map((column) => column.id);
    return { platform: hostPlatform().name, columns, rows, sound: unsoundness(sound) };
  } finally {
    await folder.cleanup();
  }
}

/** After an error nothing new is begun, and what runs is waited for: it still works in the folder. */
async function allOrFirstError<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(AT_ONCE);
  const errors: unknown[] = [];
  const results = await limit.map(items, async (item): Promise<R[]> => {
    if (errors.length > 0) return [];
    try {
      return [await work(item)];
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw errors[0];
  return results.flat();
}

function chosen(faults: readonly Fault[], names: readonly string[]): readonly Fault[] {
  const all = faults.map((each) => each.name);
  for (const name of names) {
    if (all.includes(name)) continue;
    const near = nearestName(name, all);
    const help = `${near === null ? '' : `Did you mean ${near}? `}Faults: ${all.join(', ')}.`;
    throw problem('unknown-fault', `there is no fault named ${JSON.stringify(name)}`, help);
  }
  return names.length === 0 ? faults : faults.filter((each) => names.includes(each.name));
}

/** As configured, but for the library; its header would be the sound one's. */
function configFor(config: Config, library: string): Config {
  const subject = { kind: 'library', library } as const;
  return { ...config, subject, header: { kind: 'none' }, isDefault: false, isPackages: false };
}

function optionsFor(patterns: readonly string[]): RunOptions {
  return {
    patterns,
    verbs: [],
    timeoutMs: CASE_MS,
    list: false,
    failed: false,
    failFast: false,
    jobs: 1,
    keep: false,
    requireAll: false,
    install: false,
    verbose: false,
  };
}

function problem(code: CommandCode, message: string, help?: string): DiagnosticError {
  const base = { code, severity: 'error', message, location: null } as const;
  return new DiagnosticError([help === undefined ? base : { ...base, help }]);
}
