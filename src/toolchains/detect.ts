/** Which callers can run here, with which programs; of the others why not, and how to get them. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cures, type Cure, type Wanted } from './cures.ts';
import { findTool, type FindOptions, type Tool } from './find-tool.ts';
import type { Caller, CompiledManifest, InterpretedManifest, Manifest } from './manifest.ts';
import { substitute, type Replacements } from './placeholders.ts';
import type { Environment } from './search-path.ts';
import type { ToolCache } from './tool-cache.ts';

interface InstalledCommon<M extends Manifest> {
  readonly state: 'installed';
  readonly caller: Caller<M>;
  /** By their names in the manifest, in its order: the first is the one that stands for the caller. */
  readonly tools: ReadonlyMap<string, Tool>;
}

/** `run`: the arguments before LIBRARY PLAN JOURNAL. */
export interface InstalledInterpreted extends InstalledCommon<InterpretedManifest> {
  readonly kind: 'interpreted';
  readonly run: readonly string[];
}

/** Has no `run` yet: buildCaller gives it. */
export interface InstalledCompiled extends InstalledCommon<CompiledManifest> {
  readonly kind: 'compiled';
}

export type Installed = InstalledInterpreted | InstalledCompiled;

export interface NotInstalled {
  readonly state: 'not installed';
  readonly caller: Caller;
  /** One sentence a tool that was not found. */
  readonly reason: string;
  readonly wanted: Wanted;
  readonly cures: readonly Cure[];
}

export type Detected = Installed | NotInstalled;

export interface DetectOptions {
  readonly cache: ToolCache;
  /** `--caller NAME@THIS`: a path or a command; replaces the first tool. */
  readonly with?: string | undefined;
  readonly env?: Environment | undefined;
  readonly timeoutMs?: number | undefined;
}

/** All at once; a machine looks for many tools in the time of the slowest. */
export async function detectAll(
  callers: readonly Caller[],
  options: Omit<DetectOptions, 'with'>,
): Promise<readonly Detected[]> {
  const detected = await Promise.all(callers.map((caller) => detect(caller, options)));
  await options.cache.save();
  return detected;
}

export async function detect(caller: Caller, options: DetectOptions): Promise<Detected> {
  const { manifest, folder } = caller;
  const found = await Promise.all(
    [...manifest.tools].map(async ([name, spec], index) => {
      const find: FindOptions = { ...options, folder, with: index === 0 ? options.with : undefined };
      return { name, result: await findTool(spec, find) };
    }),
  );
  const reasons = found.flatMap(({ name, result }) => (result.ok ? [] : [`${name}: ${result.reason}`]));
  if (reasons.length > 0) return notInstalled(caller, reasons.join('. '));
  const tools = new Map(
    found.flatMap(({ name, result }) => (result.ok ? [[name, result.tool] as const] : [])),
  );
  return installed(caller, tools);
}

function notInstalled(caller: Caller, reason: string): NotInstalled {
  const wanted = { for: caller.manifest.name, packages: caller.manifest.install };
  return { state: 'not installed', caller, reason, wanted, cures: cures([wanted]) };
}

function installed({ manifest, ...place }: Caller, tools: ReadonlyMap<string, Tool>): Installed {
  if (manifest.kind === 'compiled') {
    return { state: 'installed', kind: 'compiled', caller: { ...place, manifest }, tools };
  }
  const caller = { ...place, manifest };
  const run = resolveCommand(manifest.run, place.folder, toolPaths(place.folder, tools));
  return { state: 'installed', kind: 'interpreted', caller, tools, run };
}

/** What the commands of every manifest may use. */
export function toolPaths(folder: string, tools: ReadonlyMap<string, Tool>): Replacements {
  const paths = Array.from(tools, ([name, { path }]) => [name, path] as const);
  return new Map([['node', process.execPath], ['caller', folder], ...paths]);
}

/** Placeholders replaced, and arguments that name a file of the caller's folder made its path. */
export function resolveCommand(
  command: readonly string[],
  folder: string,
  replacements: Replacements,
): string[] {
  return command.flatMap((argument) => {
    const path = join(folder, argument);
    const isOwnFile = !relative(folder, path).startsWith('..') && path !== folder && existsSync(path);
    return isOwnFile ? [path] : substitute([argument], replacements);
  });
}
