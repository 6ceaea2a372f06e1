import type { DiagnosticCode } from './codes.ts';

/**
 * A problem in something the user wrote: what, where and the cure.
 * Inner code makes diagnostics; only `renderDiagnostic` draws source lines and carets.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** What was found and what was expected, one sentence. */
  readonly message: string;
  readonly location: Location | null;
  /** What to do; one sentence, may be absent when the message says it. */
  readonly help?: string;
  /** Other places that matter, e.g. the first declaration of a duplicate. */
  readonly related?: readonly { readonly message: string; readonly location: Location }[];
}

/** A span in a file. `line` and `column` are 1-based; `length` in UTF-16 units, at least 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Thrown by a phase that cannot go on; carries all it found. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((each) => each.message).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
  }
}

/** Text of the lines of a file, for drawing; null when it cannot be had. */
export type SourceLines = (file: string) => readonly string[] | null;

/** `file:line:col`, message, the source line with a caret, help: as a terminal or log shows it. */
export function renderDiagnostic(diagnostic: Diagnostic, lines: SourceLines): string {
  const out = [
    `${where(diagnostic.location)}${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]`,
    ...excerpt(diagnostic.location, lines),
  ];
  for (const related of diagnostic.related ?? []) {
    out.push(`  ${where(related.location)}${related.message}`, ...excerpt(related.location, lines));
  }
  if (diagnostic.help !== undefined) out.push(`  help: ${diagnostic.help}`);
  return out.join('\n');
}

function where(location: Location | null): string {
  return location === null ? '' : `${location.file}:${location.line}:${location.column}: `;
}

const WIDTH = 100;

function excerpt(location: Location | null, lines: SourceLines): string[] {
  const source = location === null ? undefined : lines(location.file)?.[location.line - 1];
  if (location === null || source === undefined) return [];
  const start = Math.max(0, location.column - 1 - Math.floor(WIDTH / 2));
  const shown = visible(source.slice(start, start + WIDTH));
  const at = location.column - 1 - start;
  const width = Math.max(1, Math.min(location.length, shown.length - at));
  const gutter = String(location.line);
  return [
    `  ${gutter} | ${shown}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(Math.max(0, at))}${'^'.repeat(width)}`,
  ];
}

/** Control characters and bidirectional overrides must not reach a terminal. One character stays one. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, '\u00b7');
}
