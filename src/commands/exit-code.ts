import type { DiagnosticCode } from '../codes.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { ExitCode } from '../results/verdict.ts';

/** Nothing the user wrote to abide is wrong, and yet there is nothing to run or no way to run it. */
const NOTHING_TO_RUN: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'unknown-platform',
  'no-cdylib',
  'cargo-missing',
  'build-failed',
  'build-stopped',
  'cbindgen-missing',
  'cbindgen-failed',
  'caller-missing',
  'emit-failed',
]);

/** 3 where nothing could be run; 2 as soon as one thing is for the user to correct. */
export function exitCodeOfDiagnostics(diagnostics: readonly Diagnostic[]): ExitCode {
  return diagnostics.every((each) => NOTHING_TO_RUN.has(each.code)) ? 3 : 2;
}
