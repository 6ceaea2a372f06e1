/** Makes the program of a compiled caller: generate, compile, link. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { askProgram } from './ask-program.ts';
import { keyOf, openBuildCache, type BuildCache } from './build-cache.ts';
import { planWithout } from './build-plan.ts';
import { compileAll, type FailedSource } from './compile.ts';
import { resolveCommand, toolPaths, type InstalledCompiled } from './detect.ts';

export interface BuildRequest {
  /** The plan of the whole suite. */
  readonly plan: string;
  /** A file, or a name as the loader takes it. */
  readonly library: string;
  /** Folder for the generated sources; emptied first. */
  readonly out: string;
  /** Folder in which objects and programs are kept from run to run. */
  readonly cache: string;
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `failed`: spec → what the compiler said. The program knows no case of these specs. */
export type Built =
  | { readonly ok: true; readonly run: readonly string[]; readonly failed: ReadonlyMap<string, string> }
  | (BuildFailure & { readonly failed: ReadonlyMap<string, string> });

export interface BuildFailure {
  readonly ok: false;
  readonly stage: 'generate' | 'compile' | 'link';
  readonly command: readonly string[];
  /** The tool's own words. */
  readonly output: string;
}

const GENERATE_MS = 120_000;
const LINK_MS = 300_000;

/** With nothing changed since a build without failures, its program is taken and not even generated again. */
export async function buildCaller(caller: InstalledCompiled, request: BuildRequest): Promise<Built> {
  const cache = await openBuildCache(join(request.cache, caller.caller.manifest.name));
  const kept = await cache.keep(await wholeKey(caller, request), PROGRAM, async (target) => {
    const built = await build(caller, request, cache);
    const [program] = built.ok && built.failed.size === 0 ? built.run : [];
    if (program === undefined) return built;
    await copyFile(program, target);
    return null;
  });
  return kept.ok ? { ok: true, run: [kept.file], failed: new Map() } : kept.failure;
}

const PROGRAM = process.platform === 'win32' ? '.exe' : '.program';

/** Everything that the program is made of: plan, library, tools, and all of the caller's own files. */
async function wholeKey(caller: InstalledCompiled, request: BuildRequest): Promise<string> {
  const { folder, manifest } = caller.caller;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const contents = await Promise.all(files.sort().map(async (file) => [file, await readFile(file)]));
  const library = existsSync(request.library) ? [await readFile(request.library)] : [];
  return keyOf([
    JSON.stringify([manifest.generate, manifest.compile, manifest.link, ...caller.tools.values()]),
    resolve(request.library),
    ...library,
    await readFile(request.plan),
    ...contents.flat(),
  ]);
}

async function build(caller: InstalledCompiled, request: BuildRequest, cache: BuildCache): Promise<Built> {
  const absolute = { ...request, out: resolve(request.out), plan: resolve(request.plan) };
  const first = await generateAndLink(caller, absolute, cache);
  if (!('failedSources' in first)) return { ...first, failed: new Map() };
  const failed = new Map(first.failedSources.map(({ stem, output }) => [stem, output]));
  // What is left is generated anew: main.* of the first round speaks of sources that do not compile.
  const rest = join(dirname(absolute.out), `${caller.caller.manifest.name}-rest.jsonl`);
  try {
    await planWithout(new Set(failed.keys()), absolute.plan, rest);
    const second = await generateAndLink(caller, { ...absolute, plan: rest }, cache);
    if (!('failedSources' in second)) return { ...second, failed };
    return { ...asFailure(second.failedSources), failed };
  } finally {
    await rm(rest, { force: true });
  }
}

/** Writes the sources of a plan to `out`, emptied first. Null when that went well. */
export async function generate(
  caller: InstalledCompiled,
  plan: string,
  out: string,
  signal?: AbortSignal,
): Promise<BuildFailure | null> {
  const { folder, manifest } = caller.caller;
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const start = resolveCommand(manifest.generate, folder, toolPaths(folder, caller.tools));
  const command = [...start, resolve(plan), resolve(out)];
  const said = await askProgram(command, { cwd: folder, timeoutMs: GENERATE_MS, signal });
  return said.ok ? null : { ok: false, stage: 'generate', command, output: said.output || said.ending };
}

type Round =
  | { readonly ok: true; readonly run: readonly string[] }
  | BuildFailure
  | { readonly failedSources: readonly FailedSource[] };

async function generateAndLink(
  caller: InstalledCompiled,
  request: BuildRequest,
  cache: BuildCache,
): Promise<Round> {
  const failure = await generate(caller, request.plan, request.out, request.signal);
  if (failure !== null) return failure;
  const { objects, failed } = await compileAll(caller, request, cache);
  // The caller's own runtime, or the main program: no part of the suite would do without it.
  const essential = failed.filter(({ stem, generated }) => !generated || stem === 'main');
  if (essential.length > 0) return asFailure(essential);
  if (failed.length > 0) return { failedSources: failed };
  return link(caller, objects, request, cache);
}

function asFailure(failed: readonly FailedSource[]): BuildFailure {
  const output = failed.map((each) => each.output).join('\n');
  return { ok: false, stage: 'compile', command: failed[0]?.command ?? [], output };
}

async function link(
  caller: InstalledCompiled,
  objects: readonly string[],
  request: BuildRequest,
  cache: BuildCache,
): Promise<Round> {
  const { folder, manifest } = caller.caller;
  const isFile = existsSync(request.library);
  const library = isFile ? linkFile(resolve(request.library)) : linkerName(request.library);
  const tools = Array.from(caller.tools.values(), ({ path, banner }) => `${path}\n${banner}`);
  const content = isFile ? [await readFile(request.library)] : [];
  const key = keyOf([...manifest.link.command, ...tools, ...objects, library, ...content]);
  const kept = await cache.keep(key, PROGRAM, async (program) => {
    const names = new Map<string, string | readonly string[]>([
      ...toolPaths(folder, caller.tools),
      ['objects', objects],
      ['library', library],
      ['library_dir', isFile ? dirname(library) : '.'],
      ['program', program],
      ['out', request.out],
    ]);
    const command = resolveCommand(manifest.link.command, folder, names);
    const said = await askProgram(command, { cwd: folder, timeoutMs: LINK_MS, signal: request.signal });
    if (said.ok) return null;
    return { ok: false, stage: 'link', command, output: said.output || said.ending } satisfies BuildFailure;
  });
  return kept.ok ? { ok: true, run: [kept.file] } : kept.failure;
}

/** What MSVC links to is not the DLL but the `foo.dll.lib` that cargo puts beside it. */
function linkFile(library: string): string {
  const importLibrary = `${library}.lib`;
  return process.platform === 'win32' && existsSync(importLibrary) ? importLibrary : library;
}

/** `libz.so.1` is for the loader; linkers want `-l`, GNU's with a colon in front of a whole file name. */
function linkerName(library: string): string {
  if (process.platform === 'linux') return `-l:${library}`;
  return `-l${library.replace(/^lib/, '').replace(/(\.\d+)*\.(dylib|tbd|dll|lib)$/, '')}`;
}
