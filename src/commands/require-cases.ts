import { nearestName } from '../abi/nearest-name.ts';
import type { Platform } from '../abi/platform.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostic.ts';
import { planItems, selectByPatterns } from '../plan/select.ts';
import type { Suite } from '../spec/suite.ts';

/** Throws a DiagnosticError for every pattern that selects nothing: a typing error must not look like a pass. */
export async function requireCases(
  suite: Suite,
  platform: Platform,
  patterns: readonly string[],
  verbs: readonly string[],
): Promise<void> {
  const problems: Diagnostic[] = [];
  for (const pattern of patterns) {
    const first = await planItems(suite, platform, selectByPatterns([pattern])).next();
    if (first.done === true) problems.push(unknownCase(pattern, suite, platform, verbs));
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function unknownCase(
  pattern: string,
  suite: Suite,
  platform: Platform,
  verbs: readonly string[],
): Diagnostic {
  const specs = suite.specs.map((spec) => spec.name);
  const keys = suite.cases.map((each) => each.key);
  const near = nearestName(pattern, [...specs, ...keys]);
  const verb = nearestName(pattern, verbs);
  const meant = near ?? (verb === null ? null : `the command ${verb}`);
  return {
    code: 'unknown-case',
    severity: 'error',
    message: `${JSON.stringify(pattern)} matches no case that can be played on ${platform.name}`,
    location: null,
    help: `${meant === null ? '' : `Did you mean ${meant}? `}"abide run --list" lists the cases.`,
  };
}
