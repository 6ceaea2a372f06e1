/**
 * Finds a program that really works: a file on PATH may be a version manager's shim for nothing, too
 * old, or without the FFI module, while the next one on PATH would do.
 */
import { parse } from 'node:path';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { visible } from '../diagnostic.ts';
import { askProgram, type Answer } from './ask-program.ts';
import type { ToolSpec } from './manifest-schema.ts';
import { substitute } from './placeholders.ts';
import { candidates, type Environment } from './search-path.ts';
import { isScript, toolKey, type ToolCache } from './tool-cache.ts';

/** A program that answered. */
export interface Tool {
  readonly path: string;
  /** The first number with dots in its banner, `3.11.7`. */
  readonly version: string;
  /** The first line of what it said of its version. */
  readonly banner: string;
}

export type FoundTool =
  { readonly ok: true; readonly tool: Tool } | { readonly ok: false; readonly reason: string };

export interface FindOptions {
  /** A caller's folder: what `${caller}` stands for in `version` and `probe`. */
  readonly folder: string;
  readonly cache: ToolCache;
  readonly env?: Environment | undefined;
  /** A path or a command that replaces all of the spec's commands. */
  readonly with?: string | undefined;
  /** Folders looked at after PATH. */
  readonly alsoIn?: readonly string[] | undefined;
  readonly timeoutMs?: number | undefined;
}

const DEADLINE_MS = 10_000;
/** Where tools are asked: interpreters import from the working directory, and this one holds no types.py. */
const NEUTRAL = parse(process.cwd()).root;

export async function findTool(spec: ToolSpec, options: FindOptions): Promise<FoundTool> {
  const environment = options.env ?? process.env;
  const commands = (options.with === undefined ? spec.commands : [options.with]).map((command) =>
    command === '${node}' ? process.execPath : command,
  );
  const refused: string[] = [];
  for (const command of commands) {
    for (const path of await candidates(command, environment, process.cwd(), options.alsoIn)) {
      const answer = await examine(path, spec, options);
      if (answer.ok) return answer;
      refused.push(`${path}: ${answer.reason}`);
    }
  }
  return { ok: false, reason: refused.length > 0 ? refused.join('; ') : absent(commands) };
}

function absent(commands: readonly string[]): string {
  const [only, ...others] = commands;
  if (only !== undefined && /[/\\]/.test(only)) return `${only} is not a program`;
  return others.length === 0
    ? `${only ?? 'nothing'} is not on PATH`
    : `none of ${commands.join(', ')} is on PATH`;
}

/** Only what works is remembered: a module may be installed at any time without the program changing. */
async function examine(found: string, spec: ToolSpec, options: FindOptions): Promise<FoundTool> {
  const path = await behindShim(found, spec, options);
  const key = await toolKey(path, [spec.version, spec.probe, options.folder]);
  const known = key === null ? undefined : options.cache.get(key);
  const answer = known === undefined ? await interrogate(path, spec, options) : accept({ path, ...known });
  if (answer.ok && key !== null) {
    options.cache.set(key, { version: answer.tool.version, banner: answer.tool.banner });
  }
  if (!answer.ok || isAtLeast(answer.tool.version, spec.minimum)) return answer;
  return { ok: false, reason: `version ${answer.tool.version}, ${spec.minimum ?? ''} or newer is needed` };
}

/** The program that a version manager's script starts: asked once, not run through at every start of a driver. */
async function behindShim(path: string, spec: ToolSpec, options: FindOptions): Promise<string> {
  if (spec.executable === null || !(await isScript(path))) return path;
  const said = await ask(path, spec.executable, options);
  const real = said.output.split('\n', 1)[0]?.trim() ?? '';
  return said.ok && isAbsolute(real) && existsSync(real) ? real : path;
}

function ask(path: string, args: readonly string[], options: FindOptions): Promise<Answer> {
  return askProgram([path, ...substitute(args, new Map([['caller', options.folder]]))], {
    cwd: NEUTRAL,
    timeoutMs: options.timeoutMs ?? DEADLINE_MS,
    env: options.env,
  });
}

function accept(tool: Tool): FoundTool {
  return { ok: true, tool };
}

async function interrogate(path: string, spec: ToolSpec, options: FindOptions): Promise<FoundTool> {
  const said = await ask(path, spec.version, options);
  if (!said.ok) return { ok: false, reason: complaint(said) };
  const version = /\d+(?:\.\d+)+/.exec(said.output)?.[0] ?? /\d+/.exec(said.output)?.[0];
  if (version === undefined) return { ok: false, reason: `"${spec.version.join(' ')}" told no version` };
  if (spec.probe !== null) {
    const probed = await ask(path, spec.probe, options);
    if (!probed.ok)
      return { ok: false, reason: `version ${version}, but its probe failed: ${complaint(probed)}` };
  }
  return accept({ path, version, banner: telling(said.output, 0) });
}

/** How it ended and, of what it said, the line that tells most: the last one, where errors stand. */
function complaint(answer: Answer): string {
  const line = telling(answer.output, -1);
  return line === '' ? answer.ending : `${answer.ending} (${line})`;
}

function telling(output: string, which: number): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return visible(lines.at(which)?.trim() ?? '').slice(0, 200);
}

/** Compares number by number; what is not stated counts as 0. */
export function isAtLeast(version: string, minimum: string | null): boolean {
  if (minimum === null) return true;
  const have = version.split('.').map(Number);
  const want = minimum.split('.').map(Number);
  for (const [index, wanted] of want.entries()) {
    const here = have[index] ?? 0;
    if (here !== wanted) return here > wanted;
  }
  return true;
}
