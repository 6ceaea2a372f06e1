/** What a case says about itself beside its steps. */
import { featureNames, isFeature } from '../abi/features.ts';
import type { Platform } from '../abi/platform.ts';
import { PLATFORMS } from '../abi/platforms.ts';
import { nearestName } from '../abi/parse-type.ts';
import { fieldsOf, listIn, mapIn, textIn, wrongShape, type Fields } from './fields.ts';
import { listed, type Problems } from './problems.ts';
import { WHEN } from './shapes.ts';
import type { When } from './suite.ts';
import { inWords, quoted, type Entry, type SpecNode } from './tree.ts';
import { holdsOn } from './when.ts';

export interface CaseHead {
  readonly about: string | null;
  readonly features: readonly string[];
  readonly timeoutMs: number | null;
  readonly when: When | null;
}

export function headIn(
  entries: Fields<'about' | 'features' | 'timeout' | 'when'>,
  problems: Problems,
): CaseHead {
  return {
    about: textIn(entries.about, 'text', problems),
    features: featuresIn(entries.features, problems),
    timeoutMs: entries.timeout === undefined ? null : timeoutIn(entries.timeout.value, problems),
    when: entries.when === undefined ? null : whenIn(entries.when.value, problems),
  };
}

export function featuresIn(entry: Entry | undefined, problems: Problems): readonly string[] {
  const list = entry === undefined ? null : listIn(entry.value, 'a list of features', problems);
  const names: string[] = [];
  for (const node of list ?? []) {
    if (node.kind !== 'text') wrongShape(node, 'the name of a feature', problems);
    else if (isFeature(node.text)) names.push(node.text);
    else {
      const near = nearestName(node.text, featureNames());
      problems.add('unknown-feature', node, `Unknown feature ${quoted(node.text)}.`, {
        help: near === null ? 'abide explain lists the features.' : `Did you mean ${quoted(near)}?`,
      });
    }
  }
  return names;
}

const LONGEST_TIMEOUT = 3_600_000;

function timeoutIn(node: SpecNode, problems: Problems): number | null {
  const written =
    node.kind === 'int' || node.kind === 'decimal'
      ? `${node.written}s`
      : node.kind === 'text'
        ? node.text
        : '';
  const match = /^(\d{1,7}(?:\.\d{1,6})?)\s*(s|ms)$/u.exec(written.trim());
  const ms = match === null ? 0 : Math.round(Number(match[1]) * (match[2] === 's' ? 1000 : 1));
  if (ms >= 1 && ms <= LONGEST_TIMEOUT) return ms;
  problems.add('bad-timeout', node, `Expected a time from 1ms to 3600s, found ${inWords(node)}.`, {
    help: 'Write 2s, 500ms, or a number of seconds.',
  });
  return null;
}

/**
 * The platform a case is checked for: this one, else one where its condition holds. Its values need not
 * fit where it is never played.
 */
export function platformFor(when: When | null, platform: Platform): Platform {
  if (when === null || holdsOn(when, platform)) return platform;
  return PLATFORMS.find((each) => holdsOn(when, each)) ?? platform;
}

const VALUES = {
  os: ['linux', 'macos', 'windows'],
  endian: ['little', 'big'],
  pointer_width: ['32', '64'],
} as const;

function whenIn(node: SpecNode, problems: Problems): When | null {
  const map = mapIn(node, 'a map of platform conditions', problems);
  if (map === null) return null;
  const { os, arch, endian, pointer_width: width } = fieldsOf(map, WHEN, '"when"', problems);
  const systems = words(os, VALUES.os, problems);
  const machines = words(arch, null, problems);
  const order = word(endian, VALUES.endian, problems);
  const bits = word(width, VALUES.pointer_width, problems);
  return {
    ...(systems === null ? {} : { os: systems }),
    ...(machines === null ? {} : { arch: machines }),
    ...(order === null ? {} : { endian: order === 'big' ? 'big' : 'little' }),
    ...(bits === null ? {} : { pointer_width: bits === '32' ? 32 : 64 }),
  };
}

/** One word or several. */
function words(
  entry: Entry | undefined,
  known: readonly string[] | null,
  problems: Problems,
): readonly string[] | null {
  if (entry === undefined) return null;
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  return nodes.flatMap((node) => wordOf(node, known, problems) ?? []);
}

function word(entry: Entry | undefined, known: readonly string[], problems: Problems): string | null {
  return entry === undefined ? null : wordOf(entry.value, known, problems);
}

function wordOf(node: SpecNode, known: readonly string[] | null, problems: Problems): string | null {
  const text = node.kind === 'text' ? node.text : node.kind === 'int' ? String(node.value) : null;
  if (text !== null && (known === null ? /^\w+$/u.test(text) : known.includes(text))) return text;
  const near = text === null || known === null ? null : nearestName(text, known);
  const expected = known === null ? 'the name of an architecture' : listed(known, 'or');
  problems.add('bad-when', node, `Expected ${expected}, found ${inWords(node)}.`, {
    help: near === null ? null : `Did you mean ${near}?`,
  });
  return null;
}
