/**
 * YAML → Suite, in phases: read each file, parse it, gather declarations, check and lower every case.
 * No phase stops at the first fault; a suite comes out only when there is none.
 */
import type { Platform } from '../abi/platform.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Wire } from '../plan/wire.ts';
import { addCase } from './case.ts';
import { emptyDeclarations, uniqueDeclarations, type Declarations, type Declared } from './declarations.ts';
import { declareConstants, declareFunctions, declareGlobals } from './declare-functions.ts';
import { declareTypes } from './declare-types.ts';
import { hashOf, hashSources } from './hash.ts';
import { addNullCases } from './on-null.ts';
import { plainWire } from './plain-wire.ts';
import { Problems } from './problems.ts';
import { ruleIn } from './release.ts';
import { requirements } from './requires.ts';
import { openSpec, type SpecDraft } from './spec-file.ts';
import type { SpecFile, Suite } from './suite.ts';
import { SuiteDraft, interfaceOf } from './suite-draft.ts';
import type { Entry } from './tree.ts';

export { findSpecFiles } from './find-files.ts';

export interface Loaded {
  /** Null when there is an error among the diagnostics. */
  readonly suite: Suite | null;
  readonly diagnostics: readonly Diagnostic[];
}

export async function loadSuite(files: readonly string[], platform: Platform): Promise<Loaded> {
  const problems = new Problems();
  const specs = await openAll(files, problems);
  // What an unreadable file declares is not known: anything said of the others might be its fault.
  if (specs.length < files.length) return { suite: null, diagnostics: problems.all };
  const declarations = declare(specs, platform, problems);
  const draft = new SuiteDraft(declarations, problems);
  const whole: SpecFile[] = [];
  for (const spec of specs) {
    const requires = requirements(spec.requires, draft);
    await addCases(spec, draft);
    const hash = await hashSources(spec.source.text, spec.tables).catch(() => '');
    whole.push({ name: spec.name, about: spec.about, file: spec.source.file, hash, requires });
  }
  if (draft.cases.length === 0 && problems.count === 0) {
    problems.add('no-cases', null, 'Expected at least one case in the specs, found none.');
  }
  return { suite: problems.count > 0 ? null : suiteOf(whole, draft), diagnostics: problems.all };
}

async function openAll(files: readonly string[], problems: Problems): Promise<readonly SpecDraft[]> {
  const specs: SpecDraft[] = [];
  for (const file of files) {
    const spec = await openSpec(file, problems);
    if (spec === null) continue;
    const first = specs.find((each) => each.name === spec.name);
    if (first !== undefined) {
      const related = [{ message: 'first here', at: first.nameSpan }];
      problems.add('duplicate-spec', spec.nameSpan, `Another file has the spec name "${spec.name}".`, {
        related,
      });
    }
    specs.push(spec);
  }
  return specs;
}

function declare(specs: readonly SpecDraft[], platform: Platform, problems: Problems): Declarations {
  const declarations = emptyDeclarations(platform);
  const all = (key: 'types' | 'functions' | 'globals' | 'constants', what: string): readonly Declared[] =>
    uniqueDeclarations(
      specs.flatMap((spec) => spec[key].map((entry: Entry) => ({ ...entry, spec: spec.name }))),
      what,
      problems,
    );
  declareConstants(all('constants', 'constant'), declarations, problems);
  declareTypes(all('types', 'type'), declarations, problems);
  declareFunctions(all('functions', 'function'), declarations, problems);
  declareGlobals(all('globals', 'global'), declarations, problems);
  for (const { release } of declarations.functions.values()) {
    if (release !== null) ruleIn(release, declarations, problems);
  }
  return declarations;
}

async function addCases(spec: SpecDraft, draft: SuiteDraft): Promise<void> {
  const home = {
    spec: spec.name,
    file: spec.source.file,
    readsTable: (file: string) => spec.tables.push(file),
  };
  for (const entry of spec.cases) await addCase(entry, home, draft);
  for (const fn of draft.declarations.functions.values()) {
    if (fn.decl.spec === spec.name) addNullCases(fn, draft);
  }
}

function suiteOf(specs: readonly SpecFile[], draft: SuiteDraft): Suite {
  const { declarations } = draft;
  const constants = new Map<string, Wire>();
  for (const [name, { node }] of declarations.constants) constants.set(name, plainWire(node));
  return {
    specs,
    types: declarations.types,
    ...interfaceOf(declarations),
    constants,
    cases: draft.cases,
    hash: hashOf(specs.map((spec) => `${spec.name} ${spec.hash}`)),
  };
}
