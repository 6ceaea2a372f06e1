/** Specs for a command: found, parsed, checked; what is wrong comes out as diagnostics. */
import type { Platform } from '../abi/platform.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostic.ts';
import { findSpecFiles, loadSuite } from '../spec/load.ts';
import type { Suite } from '../spec/suite.ts';

export interface Loaded {
  readonly suite: Suite;
  readonly warnings: readonly Diagnostic[];
}

/** Throws a DiagnosticError with all that is wrong in all files. */
export async function loadSpecs(places: readonly string[], platform: Platform): Promise<Loaded> {
  const found = await Promise.all(places.map((place) => findSpecFiles(place)));
  const problems = found.flatMap((each) => each.diagnostics);
  if (problems.length > 0) throw new DiagnosticError(problems);
  const files = [...new Set(found.flatMap((each) => each.files))];
  const { suite, diagnostics } = await loadSuite(files, platform);
  if (suite === null) throw new DiagnosticError(diagnostics);
  return { suite, warnings: diagnostics };
}
