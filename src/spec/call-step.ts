import { nearestName } from '../abi/parse-type.ts';
import { typeText } from '../abi/print-type.ts';
import type { Field, Type } from '../abi/type.ts';
import type { Location } from '../diagnostic.ts';
import type { CallStep, Wire } from '../plan/wire.ts';
import { asksForOutput, argMemory, unwritten } from './arg-memory.ts';
import { calledIn } from './called.ts';
import { newStep, type CaseContext, type Place, type StepDraft } from './context.ts';
import { isBroken, resolved, type FunctionEntry } from './declarations.ts';
import { expected, expectedValue, seenInRows } from './expected.ts';
import { mapIn, textIn, wrongShape } from './fields.ts';
import { given } from './given.ts';
import { expectedDeath, expectedErrno } from './outcomes.ts';
import { listed } from './problems.ts';
import type { Seen } from './reads.ts';
import { parseReference } from './references.ts';
import { isNothing, pendingRelease, type Release } from './release.ts';
import { findTarget, referenceWire } from './resolve-reference.ts';
import { valueBinding, type Scope } from './scope.ts';
import type { StepEntries } from './steps.ts';
import type { Expectation, Step } from './suite.ts';
import { entryOf, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** What is called, and its signature. */
export interface Callee {
  readonly call: CallStep['call'];
  /** The callback type, for a function pointer. */
  readonly type: string | null;
  readonly name: string;
  readonly params: readonly Field[];
  readonly returns: Type;
  readonly entry: FunctionEntry | null;
}

/** Names that the call binds. */
interface Bound {
  readonly returned: string | null;
  readonly after: ReadonlyMap<string, string>;
}

export function callStep(
  entries: StepEntries,
  verb: Entry,
  id: string,
  scope: Scope,
  context: CaseContext,
  releases: Release[],
  location: Location,
): Step | null {
  const { problems } = context;
  const callee = calleeIn(verb, { case: context, scope, step: null, name: '' });
  if (callee === null) {
    bindUnknown(entries['as'], scope, context);
    return null;
  }
  const draft = newStep(id, new Map(callee.params.map((param) => [param.name, param.type])));
  const place: Place = { case: context, scope, step: draft, name: '' };
  const argNodes = argumentNodes(entries['args'], verb, callee, place);
  const args = callee.params.map((param) => {
    const node = argNodes.get(param.name);
    return node === undefined ? undefined : given(node, param.type, { ...place, name: param.name });
  });
  const bound = bindNames(entries['as'], callee, place);
  const returns =
    entries['returns'] === undefined ? null : expected(entries['returns'].value, callee.returns, place);
  const death = expectedDeath(entries['aborts'], entries['dies'], place);
  if (death !== null) context.death = (entries['aborts'] ?? entries['dies'])?.keySpan ?? verb.keySpan;
  const after = afterCall(entries['after'], argNodes, callee, bound, death !== null, place);
  const called = calledIn(entries['called'], place);
  const errno = entries['errno'] === undefined ? undefined : expectedErrno(entries['errno'].value, place);
  const pending = pendingRelease(entries, callee, id, bound, place);
  if (args.includes(undefined) || returns === undefined || problems.count > 0) return null;

  const expect: Expectation = {
    ...(returns === null ? {} : { returns: returns.expected }),
    ...(after.size === 0
      ? {}
      : { after: Object.fromEntries([...after].map(([name, seen]) => [name, seen.expected])) }),
    ...(errno === undefined ? {} : { errno }),
    ...(called === null ? {} : { called }),
    ...(death === null ? {} : { dies: death }),
  };
  const reads = Object.fromEntries([...after].map(([name, seen]) => [name, seen.read]));
  const release = pending === null || isNothing(pending.uses, expect) ? null : pending;
  const returned = bound.returned ?? release?.returned ?? null;
  const bindAfter = [...bound.after, ...(release?.after ?? [])];
  const plan: CallStep & { id: string } = {
    id,
    call: callee.call,
    ...(callee.type === null ? {} : { type: callee.type }),
    args: args as readonly Wire[],
    read: {
      ...(returns === null || returns.read === null ? {} : { returns: returns.read }),
      ...(after.size === 0 ? {} : { after: reads }),
    },
    ...(returned === null ? {} : { bind: returned }),
    ...(bindAfter.length === 0 ? {} : { bind_after: Object.fromEntries(bindAfter) }),
    ...(entries['errno'] === undefined ? {} : { errno: true as const }),
  };
  const step: Step = { plan, expect, location, inner: draft.inner };
  if (release !== null) releases.push({ ...release, step });
  return step;
}

/** The function or function pointer that `call` names; null when it has a fault. */
export function calleeIn(verb: Entry, place: Place): Callee | null {
  const { declarations, problems } = place.case;
  const name = textIn(verb, 'the name of a function', problems);
  if (name === null) return null;
  if (name.startsWith('$')) return pointedAt(name, verb.value, place);
  const entry = declarations.functions.get(name);
  if (entry === undefined) {
    const near = nearestName(name, declarations.functions.keys());
    problems.add('unknown-function', verb.value, `Unknown function ${quoted(name)}.`, {
      help: near === null ? 'Declare it under "functions".' : `Did you mean ${quoted(near)}?`,
    });
    return null;
  }
  if (entry.broken) return null;
  const { params, returns } = entry.decl;
  return { call: name, type: null, name, params, returns, entry };
}

function pointedAt(text: string, node: SpecNode, place: Place): Callee | null {
  const { declarations, problems } = place.case;
  const reference = parseReference(text);
  if (reference === null) {
    problems.add('bad-form', node, `Expected $name of a bound function pointer, found ${quoted(text)}.`);
    return null;
  }
  const target = findTarget(reference, node, place);
  if (target === null || target.type === null || isBroken(target.type, declarations)) return null;
  const type = resolved(target.type, declarations);
  const decl = type.kind === 'named' ? declarations.types.get(type.name) : undefined;
  if (type.kind !== 'named' || decl?.kind !== 'callback') {
    problems.add(
      'type-mismatch',
      node,
      `Expected a function pointer, found ${typeText(target.type)} in ${text}.`,
    );
    return null;
  }
  const { params, returns } = decl;
  return { call: referenceWire(target), type: type.name, name: text, params, returns, entry: null };
}

/** Every parameter exactly once. */
function argumentNodes(
  args: Entry | undefined,
  verb: Entry,
  callee: Callee,
  place: Place,
): ReadonlyMap<string, SpecNode> {
  const { problems } = place.case;
  const map: MapNode | null =
    args === undefined ? null : mapIn(args.value, 'a map of parameters and values', problems);
  const nodes = new Map<string, SpecNode>();
  for (const { key, keySpan, value } of map?.entries ?? []) {
    if (callee.params.some((param) => param.name === key)) nodes.set(key, value);
    else reportUnknownParameter(key, keySpan, callee, place);
  }
  const missing = callee.params.filter((param) => !nodes.has(param.name));
  if (missing.length > 0 && (args === undefined || map !== null)) {
    const names = listed(missing.map((param) => `${quoted(param.name)} (${typeText(param.type)})`));
    problems.add(
      'missing-argument',
      args?.keySpan ?? verb.value,
      `${callee.name} lacks the argument ${names}.`,
    );
  }
  return nodes;
}

export function reportUnknownParameter(
  key: string,
  span: Entry['keySpan'],
  callee: Callee,
  place: Place,
): void {
  const names = callee.params.map((param) => param.name);
  const near = nearestName(key, names);
  const all = `It has ${listed(names) || 'no parameters'}.`;
  place.case.problems.add('unknown-parameter', span, `${callee.name} has no parameter ${quoted(key)}.`, {
    help: near === null ? all : `Did you mean ${quoted(near)}? ${all}`,
  });
}

/** `as: name`, or parameter → name: bound before anything is read back. */
function bindNames(as: Entry | undefined, callee: Callee, place: Place): Bound {
  const { problems } = place.case;
  const after = new Map<string, string>();
  let returned: string | null = null;
  const bind = (node: SpecNode, type: Type | null): string | null => {
    if (node.kind !== 'text') return wrongShape(node, 'a name', problems);
    return place.scope.bind(node.text, valueBinding(node.text, type, node), node, problems)
      ? node.text
      : null;
  };
  const bindReturned = (node: SpecNode): void => {
    if (callee.returns.kind === 'void') {
      problems.add('wrong-shape', node, `${callee.name} returns nothing that could be bound.`);
    }
    returned = bind(node, callee.returns.kind === 'void' ? null : callee.returns);
  };
  if (as?.value.kind === 'map') {
    for (const { key, keySpan, value } of as.value.entries) {
      const param = callee.params.find((each) => each.name === key);
      if (key === 'returns') bindReturned(value);
      else if (param === undefined) reportUnknownParameter(key, keySpan, callee, place);
      else {
        const type = resolved(param.type, place.case.declarations);
        const pointee = type.kind === 'pointer' && type.to.kind !== 'void' ? type.to : null;
        if (pointee === null) {
          const message = `Nothing comes out of ${quoted(key)}, which is ${typeText(param.type)}.`;
          problems.add('wrong-shape', keySpan, message, {
            help: 'Only what a typed pointer points at can be bound.',
          });
        }
        const name = bind(value, pointee);
        if (name !== null) after.set(key, name);
      }
    }
  } else if (as !== undefined) bindReturned(as.value);
  return { returned, after };
}

/** A call that cannot be read still binds its names, so that later steps are not blamed. */
function bindUnknown(as: Entry | undefined, scope: Scope, context: CaseContext): void {
  const nodes =
    as?.value.kind === 'map'
      ? as.value.entries.map((entry) => entry.value)
      : as === undefined
        ? []
        : [as.value];
  for (const node of nodes) {
    if (node.kind === 'text')
      scope.bind(node.text, valueBinding(node.text, null, node), node, context.problems);
  }
}

/** What must stand behind pointer parameters: as the spec says, else nothing written into `$out`. */
function afterCall(
  entry: Entry | undefined,
  args: ReadonlyMap<string, SpecNode>,
  callee: Callee,
  bound: Bound,
  dies: boolean,
  place: Place & { readonly step: StepDraft | null },
): ReadonlyMap<string, Seen> {
  const { declarations, problems } = place.case;
  const map = entry === undefined ? null : mapIn(entry.value, 'a map of parameters and values', problems);
  const all = new Map<string, Seen>();
  for (const { key, keySpan } of map?.entries ?? []) {
    if (!callee.params.some((param) => param.name === key))
      reportUnknownParameter(key, keySpan, callee, place);
  }
  for (const param of callee.params) {
    const named = map === null ? null : entryOf(map, param.name);
    const type = resolved(param.type, declarations);
    const arg = args.get(param.name);
    if (named !== null && type.kind !== 'pointer') {
      const message = `Nothing can stand behind ${quoted(param.name)}, which is ${typeText(param.type)}.`;
      problems.add('wrong-value', named.keySpan, message);
    }
    if (type.kind !== 'pointer' || arg === undefined) continue;
    const inner = { ...place, name: param.name };
    if (named !== null) {
      const seen = seenInRows([arg, named.value], inner, ([given = arg, wanted = named.value], rowPlace) =>
        expectedValue(wanted, type, rowPlace, argMemory(given, type, rowPlace)),
      );
      if (seen !== undefined) all.set(param.name, seen);
    } else if (!dies && !bound.after.has(param.name) && asksForOutput(arg)) {
      const seen = seenInRows([arg], inner, ([row = arg], rowPlace) => unwritten(row, type, rowPlace));
      if (seen !== undefined) all.set(param.name, seen);
    }
  }
  return all;
}
