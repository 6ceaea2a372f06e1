/** A deviation as text for people: what, where, which byte, whom, evidence, how to play it again. */
import { visible } from '../diagnostic.ts';
import type { Attribution, CaseResult, Deviation } from '../judge/outcome.ts';

const SHOWN = 5;
const STDERR_LINES = 12;

/** Lines of one deviation. `replay` is the command that plays just it again. */
export function deviationLines(column: string, result: CaseResult, replay: string): string[] {
  const place = [
    result.stage === null ? '' : `at ${result.stage}`,
    result.step === null ? '' : `step ${result.step}`,
  ];
  const where = place.filter((each) => each !== '').join(', ');
  const known = result.known === null ? '' : ' (known)';
  return [
    visible(`${result.outcome}${known}: ${result.key} in ${column}${where === '' ? '' : `, ${where}`}`),
    ...(result.deviations.length === 0 ? [`  ${visible(result.why)}`] : differences(result)),
    ...(result.known === null ? [] : [`  known: ${visible(result.known.reason)}`]),
    ...(result.attribution === null ? [] : [`  laid to: ${attributionWords(result.attribution)}`]),
    ...stderrLines(result.stderr),
    `  again: ${visible(replay)}`,
  ];
}

function differences(result: CaseResult): string[] {
  const shown = result.deviations.slice(0, SHOWN).flatMap(differenceLines);
  const rest = result.deviations.length - SHOWN;
  const death = result.outcome === 'fail' ? [] : [`  ${visible(result.why)}`];
  return [...death, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

export function differenceLines(each: Deviation): string[] {
  const thread = each.thread === null ? '' : ` (thread ${each.thread})`;
  const round = each.round === null ? '' : ` (round ${each.round})`;
  return [
    `  ${visible(each.where)}${thread}${round}`,
    `    expected ${visible(each.expected)}`,
    `    observed ${visible(each.observed)}`,
    ...(each.byte === null ? [] : [`    ${visible(each.byte)}`]),
  ];
}

export function attributionWords(attribution: Attribution): string {
  switch (attribution.to) {
    case 'library':
      return 'the library (callers of different engines saw the same)';
    case 'caller':
      return `${attribution.name} (the reference caller agrees with the spec)`;
    case 'engine':
      return `${attribution.name} (all its callers differ alike, the reference caller does not)`;
    case 'nobody':
      return `not attributed: ${attribution.why}`;
  }
}

function stderrLines(stderr: string): string[] {
  const lines = stderr.trimEnd().split('\n');
  if (stderr.trim() === '') return [];
  const tail = lines.slice(-STDERR_LINES);
  return ['  stderr:', ...tail.map((line) => `    ${visible(line).slice(0, 200)}`)];
}
