import { readFileSync, statSync } from 'node:fs';
import { renderDiagnostic, type Diagnostic, type SourceLines } from '../diagnostic.ts';

export const MOST_DIAGNOSTICS = 100;
/** Nobody needs an excerpt of a larger file, and a device may never end. */
const LARGEST_SHOWN = 32 * 1024 * 1024;

/** Diagnostics as text, the first hundred of them, with the lines they are about. */
export function diagnosticsText(diagnostics: readonly Diagnostic[]): string {
  const lines = sourceLines();
  const shown = diagnostics.slice(0, MOST_DIAGNOSTICS).map((each) => renderDiagnostic(each, lines));
  const more = diagnostics.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  return shown.map((text) => `${text}\n`).join('');
}

/** Each file is read once. */
function sourceLines(): SourceLines {
  const read = new Map<string, readonly string[] | null>();
  return (file) => {
    const known = read.get(file);
    if (known !== undefined) return known;
    const lines = linesOf(file);
    read.set(file, lines);
    return lines;
  };
}

function linesOf(file: string): readonly string[] | null {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > LARGEST_SHOWN) return null;
    return readFileSync(file, 'utf8').split(/\r?\n/u);
  } catch {
    return null;
  }
}
