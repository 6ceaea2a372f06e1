import type { Case, SpecFile, Suite } from '../spec/suite.ts';

/**
 * A spec's `requires:` as a case of its own, `spec/requires`, played before the spec's others: when it does
 * not pass, a stale library is one message and the others are blocked.
 */
export function requirementCase(suite: Suite, spec: SpecFile): Case | null {
  if (spec.requires.size === 0) return null;
  const location = { file: spec.file, line: 1, column: 1, length: 1 };
  const steps = [...spec.requires].map(([name, value], index) => ({
    plan: { id: String(index), get: name, read: null },
    expect: { value },
    location: suite.globals.get(name)?.location ?? location,
    inner: [],
  }));
  return {
    kind: 'case',
    key: `${spec.name}/requires`,
    spec: spec.name,
    title: 'the library is the one this spec is for',
    about: null,
    location,
    steps,
    features: ['global.read'],
    uses: [...spec.requires.keys()].map((name) => `global ${name}`),
    timeoutMs: null,
    when: null,
  };
}

/** Is this the key of a requirement, not of a written case? */
export function isRequirement(key: string): boolean {
  return key.endsWith('/requires');
}
