/** Compiles the sources of a compiled caller in parallel, each kept under what it depends on. */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import pLimit from 'p-limit';
import picomatch from 'picomatch';
import { askProgram } from './ask-program.ts';
import { keyOf, type BuildCache } from './build-cache.ts';
import { resolveCommand, toolPaths, type InstalledCompiled } from './detect.ts';

export interface CompileRequest {
  /** The folder of the generated sources. */
  readonly out: string;
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Compiled {
  /** Absolute, those of the caller's folder first; each folder's by name. */
  readonly objects: readonly string[];
  readonly failed: readonly FailedSource[];
}

export interface FailedSource {
  /** `strings` for `strings.c`. */
  readonly stem: string;
  /** It was generated, and does not belong to the caller itself. */
  readonly generated: boolean;
  readonly command: readonly string[];
  readonly output: string;
}

const DEADLINE_MS = 300_000;

export async function compileAll(
  caller: InstalledCompiled,
  request: CompileRequest,
  cache: BuildCache,
): Promise<Compiled> {
  const { folder, manifest } = caller.caller;
  const isSource = picomatch([...manifest.compile.sources]);
  const own = await filesIn(folder, isSource);
  const generated = await filesIn(request.out, isSource);
  const surroundings = await contentsOf([...own.others, ...generated.others]);
  const limit = pLimit(request.jobs ?? availableParallelism());
  const results = await Promise.all(
    [...own.sources, ...generated.sources].map((source) =>
      limit(() => compileOne(source, caller, request, cache, surroundings)),
    ),
  );
  return {
    objects: results.flatMap((each) => ('object' in each ? [each.object] : [])),
    failed: results.flatMap((each) => ('stem' in each ? [each] : [])),
  };
}

async function compileOne(
  source: string,
  caller: InstalledCompiled,
  request: CompileRequest,
  cache: BuildCache,
  surroundings: readonly Buffer[],
): Promise<{ object: string } | FailedSource> {
  const { compile } = caller.caller.manifest;
  const { folder } = caller.caller;
  const tools = toolPaths(folder, caller.tools);
  // The command's pattern, not the command: where the sources lie must not matter.
  const versions = Array.from(caller.tools.values(), ({ path, banner }) => `${path}\n${banner}`);
  const key = keyOf([
    ...compile.command,
    ...versions,
    basename(source),
    await readFile(source),
    ...surroundings,
  ]);
  const kept = await cache.keep(key, compile.object, async (object): Promise<FailedSource | null> => {
    const names = new Map([...tools, ['source', source], ['object', object], ['out', request.out]]);
    const command = resolveCommand(compile.command, folder, names);
    const said = await askProgram(command, { cwd: folder, timeoutMs: DEADLINE_MS, signal: request.signal });
    if (said.ok) return null;
    const output = said.output === '' ? said.ending : said.output;
    const stem = basename(source, extname(source));
    return { stem, generated: dirname(source) === request.out, command, output };
  });
  return kept.ok ? { object: kept.file } : kept.failure;
}

interface Files {
  readonly sources: readonly string[];
  /** Headers, and whatever else a source may include. */
  readonly others: readonly string[];
}

async function filesIn(folder: string, isSource: (name: string) => boolean): Promise<Files> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  names.sort();
  return {
    sources: names.filter((name) => isSource(name)).map((name) => join(folder, name)),
    others: names
      .filter((name) => !isSource(name) && !NEVER_INCLUDED.test(name))
      .map((name) => join(folder, name)),
  };
}

/** The caller's own papers and its generator: changing them changes no object. */
const NEVER_INCLUDED = /\.(ya?ml|md|mjs|jsonl)$/;

async function contentsOf(files: readonly string[]): Promise<Buffer[]> {
  const contents = await Promise.all(
    files.map(async (file) => [Buffer.from(basename(file)), await readFile(file)]),
  );
  return contents.flat();
}
