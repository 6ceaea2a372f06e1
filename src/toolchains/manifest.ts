/** Reads the manifests of callers. A caller is data: no name of one stands in src/. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { DiagnosticError, type Diagnostic, type Location } from '../diagnostic.ts';
import type { CallerCode } from './codes.ts';
import { checkManifest } from './manifest-check.ts';
import { manifestFile, toManifest, type Manifest } from './manifest-schema.ts';
import { readYamlFile } from '../yaml-file.ts';

export type * from './manifest-schema.ts';

/** A caller: what its manifest says, and where it stands. */
export interface Caller<M extends Manifest = Manifest> {
  readonly manifest: M;
  /** Absolute. */
  readonly folder: string;
  /** The manifest, as diagnostics show it. */
  readonly file: string;
}

const MANIFEST = 'caller.yaml';

/**
 * Every folder in `roots` that holds a caller.yaml, sorted by name.
 * Throws a DiagnosticError with all that is wrong in all of them.
 */
export async function readCallers(roots: readonly string[]): Promise<readonly Caller[]> {
  const found = (await Promise.all(roots.map(foldersIn))).flat();
  const read = await Promise.all(found.map(readCaller));
  const problems = read.flatMap((each) => ('problems' in each ? each.problems : []));
  const callers = read.flatMap((each) => ('caller' in each ? [each.caller] : []));
  callers.sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
  const all = [...problems, ...duplicates(callers)];
  if (all.length > 0) throw new DiagnosticError(all);
  return callers;
}

async function foldersIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((each) => !each.isFile() && !each.name.startsWith('.'))
      .map(({ name }) => join(root, name));
  } catch (error) {
    throw new DiagnosticError([
      problem('caller-root', `the callers folder ${root} cannot be read: ${reason(error)}`, null),
    ]);
  }
}

type Read = { readonly caller: Caller } | { readonly problems: readonly Diagnostic[] };

async function readCaller(folder: string): Promise<Read> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return { problems: [] };
  const shown = relative(process.cwd(), path);
  const reference = 'callers/README.md, "Manifest",';
  try {
    const { value, locate } = await readYamlFile({
      path,
      shown,
      schema: manifestFile,
      code: 'caller',
      reference,
    });
    const manifest = toManifest(value);
    const problems = checkManifest(manifest, basename(resolve(folder))).map((each) =>
      problem(each.code, each.message, locate(each.path), each.help),
    );
    return problems.length > 0
      ? { problems }
      : { caller: { manifest, folder: resolve(folder), file: shown } };
  } catch (error) {
    if (error instanceof DiagnosticError) return { problems: error.diagnostics };
    throw error;
  }
}

function duplicates(callers: readonly Caller[]): Diagnostic[] {
  return callers.flatMap((caller, index) => {
    const first = callers.findIndex((each) => each.manifest.name === caller.manifest.name);
    const other = callers[first];
    if (first === index || other === undefined) return [];
    const at = (file: string): Location => ({ file, line: 1, column: 1, length: 1 });
    return [
      {
        ...problem(
          'caller-duplicate',
          `two callers are named "${caller.manifest.name}"`,
          at(caller.file),
          'Rename one of the folders.',
        ),
        related: [{ message: 'the other one', location: at(other.file) }],
      },
    ];
  });
}

function problem(code: CallerCode, message: string, location: Location | null, help?: string): Diagnostic {
  return { code, severity: 'error', message, location, ...(help === undefined ? {} : { help }) };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
