/** Reads the manifests of callers. A caller is data: no name of one stands in src/. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { DiagnosticError, type Diagnostic, type Location } from '../diagnostic.ts';
import { checkManifest } from './manifest-check.ts';
import { locatePath, spanOf, type Path } from './manifest-location.ts';
import { manifestFile, toManifest, type Manifest } from './manifest-schema.ts';

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
const LARGEST = 256 * 1024;

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

type Locate = (path: Path, part?: 'key' | 'value') => Location;
type Read = { readonly caller: Caller } | { readonly problems: readonly Diagnostic[] };

async function readCaller(folder: string): Promise<Read> {
  const manifest = join(folder, MANIFEST);
  const file = relative(process.cwd(), manifest);
  const source = await readManifestText(manifest);
  if (source === null) return { problems: [] };
  if (typeof source !== 'string') {
    return { problems: [problem('caller-unreadable', source.why, { file, line: 1, column: 1, length: 1 })] };
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const locate = (path: Path, part: 'key' | 'value' = 'value'): Location => ({
    file,
    ...locatePath(document, lines, path, part),
  });
  const broken = [...document.errors, ...document.warnings].map((each) =>
    problem('caller-yaml', firstLine(each.message), { file, ...spanOf(lines, each.pos[0], each.pos[1]) }),
  );
  if (broken.length > 0) return { problems: broken };
  return interpret(document, folder, file, locate);
}

function interpret(document: Document.Parsed, folder: string, file: string, locate: Locate): Read {
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return { problems: [problem('caller-yaml', reason(error), locate([]))] };
  }
  const parsed = manifestFile.safeParse(content);
  if (!parsed.success) {
    return { problems: parsed.error.issues.flatMap((issue) => issueProblems(issue, locate)) };
  }
  const manifest = toManifest(parsed.data);
  const problems = checkManifest(manifest, basename(resolve(folder))).map((each) =>
    problem(each.code, each.message, locate(each.path), each.help),
  );
  return problems.length > 0 ? { problems } : { caller: { manifest, folder: resolve(folder), file } };
}

/** Null: there is no manifest here. */
async function readManifestText(path: string): Promise<string | { why: string } | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { why: `${MANIFEST} is not a file` };
    if (found.size > LARGEST) return { why: `${MANIFEST} has ${found.size} bytes, the limit is ${LARGEST}` };
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? null
      : { why: `${MANIFEST} cannot be read: ${reason(error)}` };
  }
}

function issueProblems(issue: z.core.$ZodIssue, locate: Locate): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problem(
        'caller-key',
        `unknown key "${key}"`,
        locate([...issue.path, key], 'key'),
        'callers/README.md, "Manifest", lists the keys.',
      ),
    );
  }
  const name = issue.path.map(String).join('.');
  return [
    problem('caller-value', `${name === '' ? 'the manifest' : name}: ${issue.message}`, locate(issue.path)),
  ];
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

function problem(code: string, message: string, location: Location | null, help?: string): Diagnostic {
  return { code, severity: 'error', message, location, ...(help === undefined ? {} : { help }) };
}

function reason(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
