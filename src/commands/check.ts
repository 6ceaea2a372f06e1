import { hostPlatform } from '../abi/platforms.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Config } from './config.ts';
import { readKnownIssues } from './known-issue-files.ts';
import { loadSpecs } from './load.ts';

export interface Checked {
  readonly summary: string;
  readonly warnings: readonly Diagnostic[];
}

/** `abide check`: the specs alone. Throws a DiagnosticError with everything that is wrong. */
export async function checkCommand(config: Config): Promise<Checked> {
  const { suite, warnings } = await loadSpecs(config.specs, hostPlatform());
  if (config.knownIssues !== null) await readKnownIssues(config.knownIssues, null);
  const cases = suite.cases.reduce((sum, each) => sum + (each.kind === 'table' ? each.rowCount : 1), 0);
  const summary = `specs: ${suite.specs.length}, functions: ${suite.functions.size}, types: ${suite.types.size}, cases: ${cases}; no errors`;
  return { summary, warnings };
}
