import { createInterface } from 'node:readline/promises';
import { join } from 'node:path';
import { nearestName } from '../abi/nearest-name.ts';
import type { Platform } from '../abi/platform.ts';
import { DiagnosticError } from '../diagnostic.ts';
import type { Listener } from '../events.ts';
import type { HeaderReport } from '../results/run.ts';
import type { Suite } from '../spec/suite.ts';
import { prepareSubject, type Subject } from '../subject/subject.ts';
import { install } from '../toolchains/install.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { CBINDGEN, findProjectTool } from '../toolchains/project-tools.ts';
import { openToolCache, type ToolCache } from '../toolchains/tool-cache.ts';
import { findColumns, wishes, type Found, type Wish } from './columns.ts';
import type { Config } from './config.ts';
import { compareHeader } from './compare-header.ts';
import { loadSpecs, type Loaded } from './load.ts';
import { callersFolder } from './package.ts';
import { requireCases } from './require-cases.ts';
import type { RunOptions } from './run-options.ts';

/** Everything that must be there before the first driver starts. */
export interface Prepared {
  readonly suite: Suite;
  readonly subject: Subject;
  readonly columns: Found;
  /** Symbols that the specs name and the library does not export. */
  readonly missing: readonly string[];
  readonly header: HeaderReport;
  /** What header disagreements block: name in `uses` → reason. */
  readonly blocked: ReadonlyMap<string, string>;
}

export interface PrepareInputs {
  readonly config: Config;
  readonly options: RunOptions;
  readonly platform: Platform;
  readonly listener: Listener;
  /** For a generated header; below the run folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** The specs, when they were read before; null: they are read now. */
  readonly loaded: Loaded | null;
}

/** Specs, subject and callers side by side. Throws a DiagnosticError when one of the first two cannot be had. */
export async function prepare(inputs: PrepareInputs): Promise<Prepared> {
  const stop = new AbortController();
  const forward = (): void => {
    stop.abort();
  };
  inputs.signal.addEventListener('abort', forward, { once: true });
  try {
    return await prepareUntil({ ...inputs, signal: stop.signal });
  } finally {
    // When one part failed the others need not go on: cargo would outlive the message.
    stop.abort();
    inputs.signal.removeEventListener('abort', forward);
  }
}

async function prepareUntil(inputs: PrepareInputs): Promise<Prepared> {
  const { config, platform, listener } = inputs;
  const cacheFolder = join(config.state, 'cache');
  const cache = await openToolCache(cacheFolder);
  const wanted = wishes(await readCallers([callersFolder]), config.callers);
  const [{ suite, warnings }, { columns, subject }] = await Promise.all([
    loadSelected(inputs),
    findTools(inputs, wanted, cache),
  ]);
  requireLedger(config.ledger, subject);
  for (const warning of warnings) listener({ kind: 'warning', diagnostic: warning });
  for (const each of columns.missing)
    listener({ kind: 'note', text: `${each.wish.id} cannot run: ${each.detected.reason}` });
  const { report, blocked } = await compareHeader({
    suite,
    subject,
    platform,
    cache,
    cacheFolder,
    folder: inputs.folder,
  });
  if (report.source === null && config.header.kind !== 'none')
    listener({ kind: 'note', text: `the header was not compared: ${report.why ?? 'it says nothing'}` });
  return { suite, subject, columns, missing: missingSymbols(suite, subject), header: report, blocked };
}

/** The specs; a pattern that selects none of their cases is an error before anything is built. */
async function loadSelected({ config, options, platform, loaded: before }: PrepareInputs): Promise<Loaded> {
  const loaded = before ?? (await loadSpecs(config.specs, platform));
  await requireCases(loaded.suite, platform, options.patterns, options.verbs);
  return loaded;
}

/** The callers and the subject: what is lacking is installed first, for cbindgen belongs to both. */
async function findTools(
  inputs: PrepareInputs,
  wanted: readonly Wish[],
  cache: ToolCache,
): Promise<{ columns: Found; subject: Subject }> {
  const { options, config, listener, signal } = inputs;
  const first = await findColumns(wanted, cache);
  const wantsHeader = config.header.kind === 'cbindgen' && config.subject.kind === 'crate';
  const cbindgen = wantsHeader ? await findProjectTool(CBINDGEN, { cache }) : null;
  const lacking = [
    ...first.missing.map((each) => each.detected.wanted),
    ...(cbindgen?.ok === false ? [CBINDGEN] : []),
  ];
  let columns = first;
  if (options.install && lacking.length > 0) {
    const result = await install(lacking, {
      ask: asker(),
      onStart: (packages) => {
        listener({ kind: 'work', what: `installing ${packages.join(', ')}` });
      },
      signal,
    });
    if (result.kind === 'failed')
      listener({ kind: 'note', text: `not installed: ${result.packages.join(', ')}` });
    columns = await findColumns(wanted, cache);
  }
  const crate = config.subject.kind === 'crate';
  listener({ kind: 'work', what: crate ? 'building the library with cargo' : 'reading the library' });
  return { columns, subject: await subjectOf(inputs) };
}

/** The library that the configuration names: built, or found. */
export function subjectOf(
  inputs: Pick<PrepareInputs, 'config' | 'platform' | 'folder' | 'signal'>,
): Promise<Subject> {
  const { config, platform, folder, signal } = inputs;
  const { subject } = config;
  const choice = subject.kind === 'crate' ? { crate: subject.folder } : { library: subject.library };
  return prepareSubject({ subject: choice, header: headerChoice(config), platform, folder, signal });
}

function headerChoice(config: Config): 'auto' | 'none' | { file: string } {
  if (config.header.kind === 'file') return { file: config.header.path };
  return config.header.kind === 'cbindgen' ? 'auto' : 'none';
}

/** Asks on a terminal; null where nobody sits. */
function asker(): ((question: string) => Promise<boolean>) | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/iu.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
      terminal.close();
    }
  };
}

/** Without its ledger a run finds no leak: a typing error must not look like a pass. */
function requireLedger(ledger: string | null, { symbols, name }: Subject): void {
  if (ledger === null || symbols === null || symbols.has(ledger)) return;
  const message = `${name} does not export ${ledger}, the ledger of its allocations`;
  const near = nearestName(ledger, symbols.keys());
  const help = near === null ? 'Give the name of a function it exports, or none.' : `Did you mean ${near}?`;
  throw new DiagnosticError([{ code: 'ledger-missing', severity: 'error', message, location: null, help }]);
}

/** Symbols that the specs name and the library does not export. */
export function missingSymbols(suite: Suite, { symbols }: Subject): string[] {
  if (symbols === null) return [];
  const named = [...suite.functions.values(), ...suite.globals.values()].map((each) => each.symbol);
  return [...new Set(named)].filter((symbol) => !symbols.has(symbol)).sort();
}
