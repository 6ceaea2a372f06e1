/** A copy of the subject's crate that is patched, built and mended again, one fault after the other. */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import pLimit from 'p-limit';
import { DiagnosticError } from '../../diagnostic.ts';
import { buildCrate } from '../../subject/cargo.ts';
import type { Fault } from './catalogue.ts';
import { applyPatch, parsePatch } from './patch.ts';

const NOT_COPIED = new Set(['target', '.git', '.abide', 'node_modules']);

export class CrateCopy {
  readonly #folder: string;
  readonly #out: string;
  readonly #targetDir: string;
  readonly #signal: AbortSignal;
  /** The sources are one for all, and cargo locks its folder anyway. */
  readonly #one = pLimit(1);

  private constructor(folder: string, signal: AbortSignal) {
    this.#folder = join(folder, 'crate');
    this.#out = join(folder, 'libraries');
    this.#targetDir = join(folder, 'target');
    this.#signal = signal;
  }

  /** Below `folder`, the run's own: another run must not build into the same target folder meanwhile. */
  static async make(crate: string, folder: string, signal: AbortSignal): Promise<CrateCopy> {
    const copy = new CrateCopy(folder, signal);
    const filter = (source: string): boolean => !NOT_COPIED.has(basename(source)) || source === crate;
    await cp(crate, copy.#folder, { recursive: true, filter });
    return copy;
  }

  /** The library with this fault in it; null: without any. */
  build(fault: Fault | null): Promise<string> {
    return this.#one(async () => {
      const sound = fault === null ? new Map<string, string>() : await this.#patch(fault);
      try {
        return await this.#compile(fault?.name ?? 'sound');
      } catch (error) {
        if (fault === null || !(error instanceof DiagnosticError)) throw error;
        throw new DiagnosticError(
          error.diagnostics.map((each) => ({ ...each, message: `fault ${fault.name}: ${each.message}` })),
        );
      } finally {
        for (const [file, text] of sound) await writeFile(file, text);
      }
    });
  }

  /** What stood in the files before, for putting it back. */
  async #patch(fault: Fault): Promise<ReadonlyMap<string, string>> {
    const shown = relative(process.cwd(), fault.patch) || fault.patch;
    const before = new Map<string, string>();
    const after = new Map<string, string>();
    for (const each of parsePatch(await readFile(fault.patch, 'utf8'), shown)) {
      const file = resolve(this.#folder, each.file);
      const text = await readFile(file, 'utf8').catch(() => {
        const location = { file: shown, line: 1, column: 1, length: 1 };
        const message = `the patch changes ${each.file}, which the crate does not have`;
        throw new DiagnosticError([{ code: 'patch-refused', severity: 'error', message, location }]);
      });
      before.set(file, text);
      after.set(file, applyPatch(text, each));
    }
    for (const [file, text] of after) await writeFile(file, text);
    return before;
  }

  async #compile(name: string): Promise<string> {
    const built = await buildCrate({
      crate: this.#folder,
      profile: 'dev',
      targetDir: this.#targetDir,
      signal: this.#signal,
    });
    const folder = join(this.#out, name);
    await mkdir(folder, { recursive: true });
    const library = join(folder, basename(built.file));
    await copyFile(built.file, library);
    // What MSVC links to stands beside the DLL.
    if (existsSync(`${built.file}.lib`)) await copyFile(`${built.file}.lib`, `${library}.lib`);
    return library;
  }
}
