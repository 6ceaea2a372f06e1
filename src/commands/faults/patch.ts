/** Unified diffs, applied to the letter: every line of context must be there; only its line number may have moved. */
import { DiagnosticError, type Location } from '../../diagnostic.ts';

export interface FilePatch {
  /** Relative to the crate, with forward slashes. */
  readonly file: string;
  readonly hunks: readonly Hunk[];
}

interface Hunk {
  /** In the patch: of its header. */
  readonly location: Location;
  /** In the file, from 0. */
  readonly start: number;
  readonly before: readonly PatchLine[];
  readonly after: readonly string[];
}

interface PatchLine {
  readonly text: string;
  readonly location: Location;
}

const HEADER = /^@@ -(?<start>\d+)(?:,(?<before>\d+))? \+\d+(?:,(?<after>\d+))? @@/u;

/** `name` is what diagnostics call the patch. Throws a DiagnosticError. */
export function parsePatch(text: string, name: string): FilePatch[] {
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  const files: FilePatch[] = [];
  for (let at = 0; at < lines.length;) {
    const here = locationOf(name, at, lines[at]);
    const target = /^\+\+\+ b\/(?<file>[^\t]+)/u.exec(lines[at + 1] ?? '')?.groups?.['file'];
    if (!lines[at]?.startsWith('--- a/') || target === undefined || /^\/|\\|(^|\/)\.\.(\/|$)/u.test(target))
      throw refusal('patch-syntax', 'expected "--- a/FILE" and "+++ b/FILE" of a file in the crate', here);
    at += 2;
    const hunks: Hunk[] = [];
    while (lines[at]?.startsWith('@@') === true) {
      const { hunk, next } = parseHunk(lines, at, name);
      hunks.push(hunk);
      at = next;
    }
    if (hunks.length === 0) throw refusal('patch-syntax', `expected a hunk, "@@ -…", for ${target}`, here);
    files.push({ file: target, hunks });
  }
  if (files.length > 0) return files;
  throw refusal('patch-syntax', 'the patch is empty', locationOf(name, 0, ''));
}

function parseHunk(lines: readonly string[], from: number, name: string): { hunk: Hunk; next: number } {
  const location = locationOf(name, from, lines[from]);
  const sizes = HEADER.exec(lines[from] ?? '')?.groups;
  if (sizes === undefined)
    throw refusal('patch-syntax', 'expected a hunk header, "@@ -1,3 +1,3 @@"', location);
  const left = { before: Number(sizes['before'] ?? 1), after: Number(sizes['after'] ?? 1) };
  const before: PatchLine[] = [];
  const after: string[] = [];
  let at = from + 1;
  for (; left.before > before.length || left.after > after.length; at++) {
    // Editors strip the blank of an empty line of context.
    const line = lines[at] === '' ? ' ' : lines[at];
    const kind = line?.[0];
    const place = locationOf(name, at, line);
    if (line === undefined || (kind !== ' ' && kind !== '-' && kind !== '+'))
      throw refusal('patch-syntax', 'the hunk ends before it has the lines that its header counts', location);
    if (kind !== '+') before.push({ text: line.slice(1), location: place });
    if (kind !== '-') after.push(line.slice(1));
  }
  return { hunk: { location, start: Number(sizes['start']) - 1, before, after }, next: at };
}

/** The patched text, with LF. Throws a DiagnosticError when a hunk finds no place, or more than one. */
export function applyPatch(text: string, { file, hunks }: FilePatch): string {
  const lines = text.split(/\r?\n/u);
  const out: string[] = [];
  let done = 0;
  for (const hunk of hunks) {
    const start = placeOf(hunk, lines, done, file);
    out.push(...lines.slice(done, start), ...hunk.after);
    done = start + hunk.before.length;
  }
  return [...out, ...lines.slice(done)].join('\n');
}

function placeOf(hunk: Hunk, lines: readonly string[], from: number, file: string): number {
  const fits = (start: number): boolean =>
    hunk.before.every((line, index) => lines[start + index] === line.text);
  if (hunk.start >= from && fits(hunk.start)) return hunk.start;
  const places = lines.flatMap((_, start) => (start >= from && fits(start) ? [start] : []));
  const [place] = places;
  if (place !== undefined && places.length === 1) return place;
  if (places.length > 1) {
    const where = places.map((each) => each + 1).join(', ');
    throw refusal(
      'patch-refused',
      `the hunk fits ${file} in several places (lines ${where}) and not at line ${hunk.start + 1}`,
      hunk.location,
    );
  }
  const differs = hunk.before.findIndex((line, index) => lines[hunk.start + index] !== line.text);
  const line = hunk.before[differs];
  const found = JSON.stringify(lines[hunk.start + differs] ?? 'the end of the file');
  throw refusal(
    'patch-refused',
    `the hunk fits ${file} nowhere: expected ${JSON.stringify(line?.text)} in line ${hunk.start + differs + 1}, found ${found}`,
    line?.location ?? hunk.location,
  );
}

function locationOf(file: string, index: number, line: string | undefined): Location {
  return { file, line: index + 1, column: 1, length: Math.max(1, line?.length ?? 1) };
}

function refusal(
  code: 'patch-syntax' | 'patch-refused',
  message: string,
  location: Location,
): DiagnosticError {
  const help =
    code === 'patch-refused' ? 'Make the patch anew: the sources have changed under it.' : undefined;
  const base = { code, severity: 'error', message, location } as const;
  return new DiagnosticError([help === undefined ? base : { ...base, help }]);
}
