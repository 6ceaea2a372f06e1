/** `release:` becomes ordinary steps at the end of the case, in reverse order. */
import { nearestName } from '../abi/parse-type.ts';
import type { PlanStep, Wire } from '../plan/wire.ts';
import type { Callee } from './call-step.ts';
import type { CaseContext, Place } from './context.ts';
import { resolved, type Declarations, type FunctionEntry } from './declarations.ts';
import { fieldsOf, mapIn, wrongShape } from './fields.ts';
import { givenValue } from './given.ts';
import type { Problems } from './problems.ts';
import { parseReference, type Reference } from './references.ts';
import { RELEASE_RULE } from './shapes.ts';
import { valueBinding, type ValueBinding } from './scope.ts';
import type { StepEntries } from './steps.ts';
import type { Expectation, Expected, Step } from './suite.ts';
import { entryOf, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** A call whose result is to be given back. */
export interface Release {
  readonly releaser: FunctionEntry;
  readonly args: readonly Wire[];
  /** What the arguments are made of: parts of the returned value, and of what came out. */
  readonly uses: readonly Reference[];
  /** Plan name of the returned value; null when the rule does not use it. */
  readonly returned: string | null;
  /** Plan names of what came out of parameters. */
  readonly after: readonly (readonly [string, string])[];
  readonly step: Step;
}

/** A rule: which function, with which arguments. */
export interface Rule {
  readonly releaser: FunctionEntry;
  readonly args: MapNode | null;
  readonly node: SpecNode;
}

/** Reads `release:`; null, with the reason among the problems, when it has a fault. */
export function ruleIn(entry: Entry, declarations: Declarations, problems: Problems): Rule | null {
  const { value } = entry;
  const rule = value.kind === 'map' ? fieldsOf(value, RELEASE_RULE, '"release"', problems) : null;
  const name = value.kind === 'text' ? value : rule?.call?.value;
  if (value.kind !== 'text' && value.kind !== 'map') {
    return wrongShape(value, 'a function, a map with call and args, or false', problems);
  }
  if (name === undefined) return null;
  if (name.kind !== 'text') return wrongShape(name, 'the name of a function', problems);
  const releaser = declarations.functions.get(name.text);
  if (releaser === undefined) {
    const near = nearestName(name.text, declarations.functions.keys());
    problems.add('unknown-function', name, `Unknown function ${quoted(name.text)}.`, {
      help: near === null ? 'Declare it under "functions".' : `Did you mean ${quoted(near)}?`,
    });
    return null;
  }
  if (releaser.broken) return null;
  if (value.kind === 'text' && releaser.decl.params.length !== 1) {
    const message = `${name.text} has ${releaser.decl.params.length} parameters: say which gets what.`;
    const help = `Write { call: ${name.text}, args: { PARAM: $returns, … } }.`;
    problems.add('bad-release', name, message, { help });
    return null;
  }
  const args =
    rule?.args === undefined ? null : mapIn(rule.args.value, 'a map of parameters and values', problems);
  if (value.kind === 'map' && args === null) return null;
  for (const { key, keySpan } of args?.entries ?? []) {
    if (releaser.decl.params.some((param) => param.name === key)) continue;
    problems.add('unknown-parameter', keySpan, `${name.text} has no parameter ${quoted(key)}.`);
  }
  const missing =
    args === null ? [] : releaser.decl.params.filter((param) => entryOf(args, param.name) === null);
  if (missing.length > 0) {
    const names = missing.map((param) => param.name).join(', ');
    problems.add('missing-argument', value, `${name.text} lacks the argument ${names}.`);
    return null;
  }
  return { releaser, args, node: value };
}

/** What a call leaves to be given back, by its function's rule or its own. */
export function pendingRelease(
  entries: StepEntries,
  callee: Callee,
  id: string,
  bound: { readonly returned: string | null; readonly after: ReadonlyMap<string, string> },
  place: Place,
): Omit<Release, 'step'> | null {
  const own = entries['release'];
  const entry = own ?? callee.entry?.release ?? null;
  if (entry === null || isFalse(entry.value)) return null;
  const rule = ruleIn(entry, place.case.declarations, place.case.problems);
  if (rule === null) return null;
  const uses = rule.args === null ? [{ name: 'returns', path: [] }] : referencesIn(rule.args);
  const parameters = uses.flatMap((use) =>
    use.name === 'after' && use.path[0] !== undefined ? [use.path[0]] : [],
  );
  const named = entries['after']?.value;
  const looked = (param: string): boolean =>
    bound.after.has(param) || (named?.kind === 'map' && mayHold(entryOf(named, param)));
  if (!parameters.every(looked)) return null;

  const suffix = id.replaceAll('.', '_');
  const usesReturned = uses.some((use) => use.name === 'returns');
  const returned = usesReturned ? (bound.returned ?? place.scope.unused(`returned_${suffix}`)) : null;
  const after = new Map<string, string>();
  for (const param of new Set(parameters)) {
    after.set(param, bound.after.get(param) ?? place.scope.unused(`${param}_${suffix}`));
  }
  const args = releaseArguments(rule, callee, returned, after, place);
  if (args === null) return null;
  const hidden = [...after].filter(([param]) => !bound.after.has(param));
  return { releaser: rule.releaser, args, uses, returned, after: hidden };
}

function isFalse(node: SpecNode): boolean {
  return node.kind === 'bool' && !node.value;
}

/** Does the spec say that something came out? */
function mayHold(entry: Entry | null): boolean {
  if (entry === null || entry.value.kind === 'null') return false;
  const { value } = entry;
  if (value.kind === 'list' && value.items.every((item) => item.kind === 'null')) return false;
  return !(value.kind === 'text' && value.text === '$untouched');
}

function releaseArguments(
  rule: Rule,
  callee: Callee,
  returned: string | null,
  after: ReadonlyMap<string, string>,
  place: Place,
): readonly Wire[] | null {
  const scope = place.scope.snapshot().inner();
  if (returned !== null) scope.define('returns', valueBinding(returned, callee.returns, null));
  const members = new Map<string, ValueBinding>();
  for (const [param, wire] of after) {
    const field = callee.params.find((each) => each.name === param);
    const type = field === undefined ? null : resolved(field.type, place.case.declarations);
    members.set(param, valueBinding(wire, type?.kind === 'pointer' ? type.to : null, null));
  }
  scope.define('after', { kind: 'record', members });
  const { source, start, end } = rule.node;
  const whole: SpecNode = { kind: 'text', text: '$returns', source, start, end };
  const args = rule.releaser.decl.params.map((param) => {
    const node = rule.args === null ? whole : (entryOf(rule.args, param.name)?.value ?? whole);
    return givenValue(node, param.type, { ...place, scope, name: param.name });
  });
  return args.includes(undefined) ? null : (args as readonly Wire[]);
}

function referencesIn(node: SpecNode): Reference[] {
  if (node.kind === 'map') return node.entries.flatMap((entry) => referencesIn(entry.value));
  if (node.kind === 'list') return node.items.flatMap(referencesIn);
  const reference = node.kind === 'text' ? parseReference(node.text) : null;
  return reference === null ? [] : [reference];
}

/** The releasing steps of a block: last come, first given back. */
export function releaseSteps(
  releases: readonly Release[],
  steps: readonly Step[],
  nextId: () => string,
  have: number,
  context: CaseContext,
): readonly Step[] {
  if (context.problems.count > 0) return [];
  const prefix = nextId().replace(/\d+$/u, '');
  const first = Number(nextId().slice(prefix.length)) - have;
  return releases
    .filter((release) => !isGivenBack(release, steps))
    .reverse()
    .map((release, index) => ({
      plan: {
        id: `${prefix}${first + have + index}`,
        call: release.releaser.decl.name,
        args: release.args,
        read: {},
        release: true,
      },
      expect: {},
      location: release.step.location,
      inner: [],
    }));
}

/** Does the spec itself say that there is nothing to give back? */
export function isNothing(uses: readonly Reference[], { returns, after }: Expectation): boolean {
  return uses.some(({ name, path: [first, ...rest] }) => {
    if (name === 'returns') {
      return (
        returns !== undefined && partOf(returns, [...(first === undefined ? [] : [first]), ...rest]) === null
      );
    }
    if (name !== 'after' || first === undefined) return false;
    const behind = after?.[first];
    return Array.isArray(behind) && partOf((behind as readonly Expected[])[0], rest) === null;
  });
}

function partOf(expected: Expected | undefined, path: readonly string[]): Expected | undefined {
  let found: Expected | number | undefined = expected;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    found = (found as Readonly<Record<string, Expected>>)[part];
  }
  return found;
}

/** Does a later step pass what was bound to the releasing function? */
function isGivenBack(release: Release, steps: readonly Step[]): boolean {
  const from = steps.indexOf(release.step);
  const names = [release.returned, ...Object.values(bindAfterOf(release.step.plan))].filter(
    (name) => name !== null,
  );
  return steps.slice(from + 1).some((step) => gives(step, release.releaser.decl.name, names));
}

function bindAfterOf(plan: PlanStep): Readonly<Record<string, string>> {
  return 'call' in plan ? (plan.bind_after ?? {}) : {};
}

function gives(step: Step, releaser: string, names: readonly string[]): boolean {
  const { plan } = step;
  const direct =
    'call' in plan &&
    plan.call === releaser &&
    names.some((name) => plan.args.some((arg) => refers(arg, name)));
  return direct || step.inner.some((inner) => gives(inner, releaser, names));
}

function refers(value: Wire | number, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return (value as readonly Wire[]).some((item) => refers(item, name));
  const map = value as Readonly<Record<string, Wire | number>>;
  return map['$ref'] === name || Object.values(map).some((inner) => refers(inner, name));
}
