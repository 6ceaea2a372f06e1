/** Standalone programs that play one case: a caller's own program writes them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askProgram, type Answer } from './ask-program.ts';
import { resolveCommand, toolPaths, type Installed } from './detect.ts';
import type { Repro } from './manifest.ts';

export interface ReproRequest {
  /** A plan that has the case. */
  readonly plan: string;
  readonly key: string;
  /** As the loader takes it. */
  readonly library: string;
  readonly signal?: AbortSignal | undefined;
}

export type Written =
  | { readonly ok: true; readonly text: string; readonly repro: Repro }
  | { readonly ok: false; readonly why: string };

const WRITE_MS = 30_000;
const BUILD_MS = 60_000;

/** The program's text. Not ok: the caller writes none, or none for this case, and why. */
export async function writeRepro(caller: Installed, request: ReproRequest): Promise<Written> {
  const { manifest, folder } = caller.caller;
  const { repro } = manifest;
  if (repro === null) return { ok: false, why: `${manifest.name} has no program that writes reproductions` };
  const start = resolveCommand(repro.command, folder, toolPaths(folder, caller.tools));
  const said = await askProgram([...start, request.plan, request.key, request.library], {
    cwd: folder,
    timeoutMs: WRITE_MS,
    signal: request.signal,
  });
  if (said.ok) return { ok: true, text: said.stdout, repro };
  return { ok: false, why: said.output.trim() || said.ending };
}

/** Builds where that is needed, and runs a program that was written to `file`. */
export async function runRepro(
  caller: Installed,
  repro: Repro,
  file: string,
  library: string,
  timeoutMs: number,
): Promise<Answer> {
  const { folder } = caller.caller;
  const executable = join(dirname(file), process.platform === 'win32' ? 'repro.exe' : 'repro-program');
  const names = new Map([
    ...toolPaths(folder, caller.tools),
    ['program', file],
    ['executable', executable],
    ['library', library],
    ['library_dir', existsSync(library) ? dirname(library) : '.'],
  ]);
  const cwd = dirname(file);
  if (repro.build !== null) {
    const built = await askProgram(resolveCommand(repro.build, folder, names), { cwd, timeoutMs: BUILD_MS });
    if (!built.ok) return built;
  }
  return askProgram(resolveCommand(repro.run, folder, names), { cwd, timeoutMs });
}
