/** Every step but calls. */
import { callbackName } from '../abi/hoist-callback.ts';
import { lowerType } from '../abi/lower.ts';
import { nearestName } from '../abi/parse-type.ts';
import type { CallbackDecl, PointerType, Type } from '../abi/type.ts';
import type { PlanStep, Wire } from '../plan/wire.ts';
import { hasColumn } from './columns.ts';
import type { Place } from './context.ts';
import type { FunctionEntry, GlobalEntry } from './declarations.ts';
import { expected } from './expected.ts';
import { countIn, fieldsOf, flagIn, listIn, mapIn, textIn } from './fields.ts';
import { formOf } from './forms.ts';
import { given } from './given.ts';
import { outCount } from './given-pointer.ts';
import type { Seen } from './reads.ts';
import { parseReference } from './references.ts';
import { findTarget, referenceWire } from './resolve-reference.ts';
import { numberBinding, valueBinding, type ValueBinding } from './scope.ts';
import { BLOCK, WAIT_FOR } from './shapes.ts';
import { lowerBlock, type BareStep, type StepEntries, type Verb } from './steps.ts';
import { quoted, type Entry, type SpecNode } from './tree.ts';
import { typeFor } from './type-text.ts';
import { zeroOf } from './zeros.ts';

type Lower = (entries: StepEntries, verb: Entry, place: Place) => BareStep | null;

export const SIMPLE_STEPS: Readonly<Record<Exclude<Verb, 'call'>, Lower>> = {
  let: letStep,
  check: checkStep,
  get: getStep,
  set: setStep,
  address: addressStep,
  bind: bindStep,
  wait: waitStep,
  drop: dropStep,
  collect: collectStep,
  threads: threadsStep,
  repeat: repeatStep,
};

function idOf(place: Place): string {
  return place.step?.id ?? '0';
}

function done(plan: PlanStep): BareStep {
  return { plan, expect: {} };
}

function letStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { declarations, problems } = place.case;
  const name = textIn(verb, 'a name', problems);
  const type =
    entries['type'] === undefined ? null : typeFor('let', entries['type'].value, declarations, problems);
  const binding: ValueBinding = {
    kind: 'memory',
    wire: name ?? '',
    path: [],
    type,
    span: verb.value,
    callback: null,
  };
  const bound = name !== null && place.scope.allows(name, verb.value, problems);
  if (name !== null && type === null && bound) place.scope.define(name, binding);
  if (name === null || type === null) return null;
  const node = entries['value']?.value;
  const value = node === undefined ? zeroOf(type, declarations) : memoryValue(node, type, { ...place, name });
  // Bound last: its own value cannot refer to it.
  if (bound) place.scope.define(name, binding);
  if (value === undefined || !bound) return null;
  return done({
    id: idOf(place),
    let: name,
    type: lowerType(type, declarations.types, declarations.platform),
    value,
  });
}

/** `$out` fills named memory with the pattern, whatever its type. */
function memoryValue(node: SpecNode, type: Type, place: Place): Wire | undefined {
  const out = node.kind === 'text' && node.text === '$out' ? formOf(node, place.case.problems) : null;
  if (out === null || out === 'bad' || out.kind !== 'form' || type.kind === 'pointer')
    return given(node, type, place);
  const count = outCount(out, place);
  return count === null ? undefined : { $out: type.kind === 'array' ? type.length : count };
}

function checkStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { problems } = place.case;
  const text = textIn(verb, '$name', problems);
  const reference = text === null ? null : parseReference(text.startsWith('$') ? text : `$${text}`);
  if (text !== null && reference === null) {
    problems.add('bad-form', verb.value, `Expected $name or a path into it, found ${quoted(text)}.`);
  }
  const target = reference === null ? null : findTarget(reference, verb.value, place);
  const is = entries['is'];
  if (is === undefined) {
    problems.add('missing-key', verb.keySpan, 'Expected the key "is" beside "check".');
    return null;
  }
  if (target === null || target.type === null) return null;
  const seen = expected(is.value, target.type, place);
  if (seen === undefined) return null;
  return {
    plan: { id: idOf(place), check: referenceWire(target), read: seen.read },
    expect: { value: seen.expected },
  };
}

function getStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { problems } = place.case;
  const global = globalIn(verb, place);
  const as = textIn(entries['as'], 'a name', problems);
  const asNode = entries['as']?.value;
  if (as !== null && asNode !== undefined) {
    place.scope.bind(as, valueBinding(as, global?.decl.type ?? null, asNode), asNode, problems);
  }
  if (global === null) return null;
  const { name, type } = global.decl;
  const seen: Seen | null | undefined =
    entries['is'] === undefined ? null : expected(entries['is'].value, type, place);
  if (seen === undefined) return null;
  const plan = { id: idOf(place), get: name, read: seen?.read ?? null, ...(as === null ? {} : { bind: as }) };
  return { plan, expect: seen === null ? {} : { value: seen.expected } };
}

function setStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const global = globalIn(verb, place);
  const node = entries['value']?.value;
  if (node === undefined) {
    place.case.problems.add('missing-key', verb.keySpan, 'Expected the key "value" beside "set".');
    return null;
  }
  if (global === null) return null;
  const value = given(node, global.decl.type, { ...place, name: global.decl.name });
  return value === undefined ? null : done({ id: idOf(place), set: global.decl.name, value });
}

/** A declared global without a fault. */
function globalIn(verb: Entry, place: Place): GlobalEntry | null {
  const { declarations, problems } = place.case;
  const name = textIn(verb, 'the name of a global', problems);
  if (name === null) return null;
  const global = declarations.globals.get(name);
  if (global !== undefined) return global.broken ? null : global;
  const near = nearestName(name, declarations.globals.keys());
  problems.add('unknown-global', verb.value, `Unknown global ${quoted(name)}.`, {
    help: near === null ? 'Declare it under "globals".' : `Did you mean ${quoted(near)}?`,
  });
  return null;
}

function addressStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { declarations, problems } = place.case;
  const name = textIn(verb, 'the name of a global or a function', problems);
  const as = textIn(entries['as'], 'a name', problems);
  const asNode = entries['as']?.value;
  if (name === null || as === null || asNode === undefined) return null;
  const global = declarations.globals.get(name);
  const fn = declarations.functions.get(name);
  if (global === undefined && fn === undefined) {
    const near = nearestName(name, [...declarations.globals.keys(), ...declarations.functions.keys()]);
    const help =
      near === null ? 'Declare it under "globals" or "functions".' : `Did you mean ${quoted(near)}?`;
    problems.add('unknown-global', verb.value, `Unknown global or function ${quoted(name)}.`, { help });
  }
  const type = global === undefined ? (fn === undefined ? null : functionType(fn, place)) : pointerTo(global);
  if (!place.scope.bind(as, valueBinding(as, type, asNode), asNode, problems) || type === null) return null;
  return done({ id: idOf(place), address: name, bind: as });
}

function pointerTo(global: GlobalEntry): PointerType | null {
  return global.broken ? null : { kind: 'pointer', to: global.decl.type, form: 'mut', nullable: false };
}

/** A function's own type, as if it were written inline: so `call: $f` knows the signature. */
function functionType(fn: FunctionEntry, place: Place): Type | null {
  if (fn.broken) return null;
  const decl: CallbackDecl = { kind: 'callback', params: fn.decl.params, returns: fn.decl.returns };
  const name = callbackName(decl);
  place.case.declarations.types.set(name, decl);
  return { kind: 'named', name, nullable: false };
}

function bindStep(entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { declarations, problems } = place.case;
  const name = textIn(verb, 'a symbol', problems);
  const missing = flagIn(entries['missing'], problems) === true;
  if (name === null) return null;
  const declared = declarations.functions.get(name) ?? declarations.globals.get(name);
  const symbol = declared?.decl.symbol ?? name;
  if (symbol === '' || /\s/u.test(symbol)) {
    problems.add('bad-name', verb.value, `Expected a symbol, found ${quoted(symbol)}.`);
    return null;
  }
  return { plan: { id: idOf(place), find: symbol }, expect: { found: !missing } };
}

/** A callback that some step before has made; `$v` and `v` both name it. */
function callbackIn(node: SpecNode, place: Place): string | null {
  const { problems } = place.case;
  const name = node.kind === 'text' ? node.text.replace(/^\$/u, '') : null;
  const found = name === null ? null : place.scope.find(name);
  if (found !== null && found.kind === 'callback') return found.wire;
  const near = name === null ? null : place.scope.nearest(name);
  const what = name === null ? 'something else' : quoted(name);
  problems.add('unbound-name', node, `Expected the name of a callback made before, found ${what}.`, {
    help: near === null ? 'Name it with { $callback: { as: … } }.' : `Did you mean ${quoted(near)}?`,
  });
  return null;
}

function waitStep(_entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const { problems } = place.case;
  const map = mapIn(verb.value, 'a map with callback and count', problems);
  if (map === null) return null;
  const { callback, count } = fieldsOf(map, WAIT_FOR, '"wait"', problems);
  const name = callback === undefined ? null : callbackIn(callback.value, place);
  const times =
    count === undefined ? 1 : countIn(count.value, 1, 1_000_000_000, 'a number of calls', problems);
  return name === null || times === null ? null : done({ id: idOf(place), wait: name, count: times });
}

function dropStep(_entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const name = callbackIn(verb.value, place);
  return name === null ? null : done({ id: idOf(place), drop: name });
}

function collectStep(_entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const wanted = flagIn(verb, place.case.problems);
  if (wanted === false)
    place.case.problems.add('wrong-shape', verb.value, 'Expected collect: true, found false.');
  return wanted === true ? done({ id: idOf(place), collect: true }) : null;
}

function threadsStep(_entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const block = blockOf(verb, 1024, 'thread', place);
  return block === null ? null : done({ id: idOf(place), threads: block.count, steps: block.steps });
}

function repeatStep(_entries: StepEntries, verb: Entry, place: Place): BareStep | null {
  const block = blockOf(verb, 1_000_000, 'round', place);
  return block === null ? null : done({ id: idOf(place), repeat: block.count, steps: block.steps });
}

function blockOf(
  verb: Entry,
  most: number,
  counter: string,
  place: Place,
): { readonly count: number; readonly steps: readonly PlanStep[] } | null {
  const { problems } = place.case;
  const map = mapIn(verb.value, 'a map with count and steps', problems);
  if (map === null || place.step === null) return null;
  const entries = fieldsOf(map, BLOCK, `"${verb.key}"`, problems);
  if (entries.count !== undefined && hasColumn(entries.count.value)) {
    problems.add(
      'column-not-here',
      entries.count.value,
      'A column cannot stand for the number of rounds or threads.',
    );
    return null;
  }
  const count =
    entries.count === undefined ? null : countIn(entries.count.value, 1, most, 'a number', problems);
  const list = entries.steps === undefined ? null : listIn(entries.steps.value, 'a list of steps', problems);
  if (entries.steps === undefined) {
    problems.add('missing-key', verb.keySpan, `Expected the key "steps" in "${verb.key}".`);
  }
  if (list === null) return null;
  const scope = place.scope.inner();
  scope.define(counter, numberBinding(counter));
  const steps = lowerBlock(list, place.step, scope, place.case);
  place.step.inner.push(...steps);
  return count === null ? null : { count, steps: steps.map((step) => step.plan) };
}
