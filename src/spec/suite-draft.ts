import { featuresOf, type Boundary } from '../abi/features.ts';
import type { Declarations } from './declarations.ts';
import type { Problems } from './problems.ts';
import { locationOf, type Span } from './source.ts';
import type { Case, Expectation, FunctionDecl, GlobalDecl, Step, Suite, Table } from './suite.ts';
import type { CaseHead } from './case-head.ts';
import { slugOf } from './slug.ts';
import { UsesFinder } from './uses.ts';
import { quoted } from './tree.ts';

/** What a case is known by. */
export interface CaseName {
  readonly key: string;
  readonly spec: string;
  readonly title: string;
  readonly span: Span;
}

/** The cases of a suite as they come, and what is worked out for each. */
export class SuiteDraft {
  readonly declarations: Declarations;
  readonly problems: Problems;
  readonly cases: (Case | Table)[] = [];
  readonly #keys = new Map<string, Span>();
  #boundary: Boundary | null = null;
  #uses: UsesFinder | null = null;

  constructor(declarations: Declarations, problems: Problems) {
    this.declarations = declarations;
    this.problems = problems;
  }

  /** The key of a case, once; null, with the reason among the problems, when it cannot have one. */
  name(spec: string, title: string, span: Span): CaseName | null {
    const slug = slugOf(title);
    if (!/[\p{L}\p{N}]/u.test(slug)) {
      this.problems.add(
        'bad-slug',
        span,
        `Expected a case name with a letter or a digit, found ${quoted(title)}.`,
      );
      return null;
    }
    const key = `${spec}/${slug}`;
    const first = this.#keys.get(key);
    if (first !== undefined) {
      const related = [{ message: 'first here', at: first }];
      this.problems.add('duplicate-case', span, `Another case has the key ${quoted(key)} already.`, {
        related,
      });
      return null;
    }
    this.#keys.set(key, span);
    return { key, spec, title, span };
  }

  /** Everything a case and a table have in common. */
  common(name: CaseName, head: CaseHead, steps: readonly Step[]): Omit<Case, 'kind'> {
    this.#uses ??= new UsesFinder(this.declarations);
    return {
      key: name.key,
      spec: name.spec,
      title: name.title,
      about: head.about,
      location: locationOf(name.span),
      steps,
      features: this.#features(steps, head.features),
      uses: this.#uses.of(steps),
      timeoutMs: head.timeoutMs,
      when: head.when,
    };
  }

  #features(steps: readonly Step[], declared: readonly string[]): readonly string[] {
    this.#boundary ??= { types: this.declarations.types, ...interfaceOf(this.declarations) };
    const plans = steps.map((step) => step.plan);
    const derived = featuresOf(plans, this.#boundary, expectationsOf(steps));
    return declared.length === 0 ? derived : [...new Set([...derived, ...declared])].sort();
  }
}

function expectationsOf(steps: readonly Step[]): readonly Expectation[] {
  return steps.flatMap((step) => [
    step.expect,
    ...(step.inner.length === 0 ? [] : expectationsOf(step.inner)),
  ]);
}

/** The declared functions and globals, without what only this phase needs. */
export function interfaceOf(declarations: Declarations): Pick<Suite, 'functions' | 'globals'> {
  const functions = new Map<string, FunctionDecl>();
  for (const [name, entry] of declarations.functions) functions.set(name, entry.decl);
  const globals = new Map<string, GlobalDecl>();
  for (const [name, entry] of declarations.globals) globals.set(name, entry.decl);
  return { functions, globals };
}
