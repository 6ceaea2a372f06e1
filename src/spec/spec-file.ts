import { fieldsOf, headOf, mapIn, textIn, type Fields } from './fields.ts';
import type { Problems } from './problems.ts';
import { readSpecFile } from './read-file.ts';
import { readYaml } from './read-yaml.ts';
import { SPEC } from './shapes.ts';
import type { Span, TextSource } from './source.ts';
import { inWords, quoted, type Entry, type MapNode } from './tree.ts';

/** One file, parsed: its parts are not looked into yet. */
export interface SpecDraft {
  readonly source: TextSource;
  readonly name: string;
  readonly nameSpan: Span;
  readonly about: string | null;
  readonly requires: Entry | null;
  readonly types: readonly Entry[];
  readonly functions: readonly Entry[];
  readonly globals: readonly Entry[];
  readonly constants: readonly Entry[];
  readonly cases: readonly Entry[];
  /** Table files that cases read, found while they are lowered. */
  readonly tables: string[];
}

/** Null, with the reasons among the problems, when the file is no spec. */
export async function openSpec(file: string, problems: Problems): Promise<SpecDraft | null> {
  const source = await readSpecFile(file, problems);
  const root = source === null ? null : readYaml(source, problems);
  if (source === null || root === null) return null;
  if (root.kind === 'null') {
    problems.add('file-empty', { source, start: 0, end: 1 }, 'Expected a spec, found nothing but comments.');
    return null;
  }
  const map = mapIn(root, 'a map with abide, spec and cases', problems);
  return map === null ? null : partsOf(map, source, problems);
}

function partsOf(map: MapNode, source: TextSource, problems: Problems): SpecDraft {
  const entries = fieldsOf(map, SPEC, 'a spec', problems);
  checkVersion(entries, problems);
  const name = specName(entries, problems);
  const inside = (entry: Entry | undefined, what: string): readonly Entry[] => {
    if (entry === undefined || entry.value.kind === 'null') return [];
    return mapIn(entry.value, `a map of ${what}`, problems)?.entries ?? [];
  };
  return {
    source,
    name,
    nameSpan: entries.spec?.value ?? headOf(map),
    about: textIn(entries.about, 'text', problems),
    requires: entries.requires ?? null,
    types: inside(entries.types, 'types'),
    functions: inside(entries.functions, 'functions'),
    globals: inside(entries.globals, 'globals'),
    constants: inside(entries.constants, 'constants'),
    cases: inside(entries.cases, 'cases'),
    tables: [],
  };
}

function checkVersion({ abide }: Fields<'abide'>, problems: Problems): void {
  if (abide === undefined || (abide.value.kind === 'int' && abide.value.value === 1n)) return;
  const message = `Expected version 1 of the spec language, found ${inWords(abide.value)}.`;
  problems.add('language-version', abide.value, message, { help: 'Write abide: 1, or update abide.' });
}

function specName({ spec }: Fields<'spec'>, problems: Problems): string {
  const name = textIn(spec, 'the name of the spec', problems);
  if (spec === undefined || name === null || /^[A-Za-z0-9_-]+$/u.test(name)) return name ?? '';
  const message = `Expected a spec name of letters, digits, _ and -, found ${quoted(name)}.`;
  problems.add('bad-name', spec.value, message);
  return name;
}
