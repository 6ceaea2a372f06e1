import { FEATURES } from '../abi/features.ts';
import { nearestName } from '../abi/nearest-name.ts';
import { CODES } from '../codes.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { outcomes, type Outcome } from '../judge/outcome.ts';

const outcomeWords: Readonly<Record<Outcome, string>> = {
  pass: 'The caller observed exactly what the spec says.',
  unsupported:
    "The FFI refused, in its own words (by: ffi), or has no API to even try it (by: driver). A refusal must be declared in the caller's manifest or its known issues.",
  blocked:
    'A prerequisite failed: a struct has another layout in this caller, the header disagrees with the spec, or the library is not the one the spec requires.',
  fail: 'Something was observed that the spec does not say: a wrong value, a missing symbol, memory written where nothing may be written, a leak.',
  hang: 'No line of the journal came for the deadline of the case; the process group was killed.',
  crash: 'The process ended before the case did, by a signal or with an exit code, exit(0) too.',
  error:
    "The harness's or the driver's own fault: a broken journal, an exception in the driver, generated code that does not compile.",
};

/** `abide explain WORD`: a diagnostic code, an outcome or a feature, in one or two sentences. */
export function explainCommand(word: string): string {
  const outcome = outcomes.find((each) => each === word);
  if (outcome !== undefined) return `outcome ${word}: ${outcomeWords[outcome]}\n`;
  const feature = FEATURES.find((each) => each.name === word);
  if (feature !== undefined) {
    const how = feature.derived
      ? 'derived from the types and steps of a case'
      : "declared under a case's features:";
    return `feature ${word}: ${feature.about} (${how})\n`;
  }
  const codes: Readonly<Record<string, string>> = CODES;
  const code = Object.hasOwn(codes, word) ? codes[word] : undefined;
  if (code !== undefined) return `diagnostic ${word}: ${code}\n`;
  const all = [...outcomes, ...FEATURES.map((each) => each.name), ...Object.keys(codes)];
  const near = nearestName(word, all);
  throw new DiagnosticError([
    {
      code: 'unknown-word',
      severity: 'error',
      message: `${JSON.stringify(word)} is no outcome, feature or diagnostic code`,
      location: null,
      help: near === null ? `Outcomes: ${outcomes.join(', ')}.` : `Did you mean ${near}?`,
    },
  ]);
}
