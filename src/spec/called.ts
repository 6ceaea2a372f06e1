import { nearestName } from '../abi/parse-type.ts';
import type { CallbackDraft, Place } from './context.ts';
import { expected } from './expected.ts';
import { countIn, mapIn, reportUnknownKey, wrongShape } from './fields.ts';
import { listed } from './problems.ts';
import { mergeReads } from './reads.ts';
import type { CalledSummary, Expectation, Expected } from './suite.ts';
import { entryOf, quoted, type Entry, type SpecNode } from './tree.ts';

type Called = NonNullable<Expectation['called']>;

/** `called: { v: [ … ] }`: the calls of each callback. Null when nothing is expected or it has a fault. */
export function calledIn(entry: Entry | undefined, place: Place): Called | null {
  if (entry === undefined) return null;
  const map = mapIn(entry.value, 'a map of callbacks and their calls', place.case.problems);
  if (map === null) return null;
  const all: [string, readonly Expected[] | CalledSummary][] = [];
  for (const each of map.entries) {
    const callback = callbackNamed(each, place);
    if (callback === null) continue;
    const calls = callsOf(each.value, callback, place);
    if (calls !== null) all.push([callback.wire, calls]);
  }
  return Object.fromEntries(all);
}

function callbackNamed(entry: Entry, place: Place): CallbackDraft | null {
  const created = place.step?.created.get(entry.key);
  if (created !== undefined) return created;
  const found = place.scope.find(entry.key);
  if (found?.kind === 'callback' && found.callback !== null) return found.callback;
  const names = [...(place.step?.created.keys() ?? []), ...callbackNames(place)];
  const near = nearestName(entry.key, names);
  const known = names.length === 0 ? 'No callback was made before.' : `There is ${listed(new Set(names))}.`;
  place.case.problems.add('unbound-name', entry.keySpan, `No callback is called ${quoted(entry.key)} here.`, {
    help: near === null ? known : `Did you mean ${quoted(near)}? ${known}`,
  });
  return null;
}

function callbackNames(place: Place): readonly string[] {
  return place.scope.names().filter((name) => place.scope.find(name)?.kind === 'callback');
}

function callsOf(
  node: SpecNode,
  callback: CallbackDraft,
  place: Place,
): readonly Expected[] | CalledSummary | null {
  if (node.kind === 'list') {
    if (!records(callback, false, node, place)) return null;
    const calls = node.items.map((item) => callIn(item, callback, place));
    return calls.includes(null) ? null : calls;
  }
  if (node.kind === 'map') return summary(node, callback, place);
  return wrongShape(node, 'a list of calls, or a map with count, first and last', place.case.problems);
}

function summary(
  node: SpecNode & { kind: 'map' },
  callback: CallbackDraft,
  place: Place,
): CalledSummary | null {
  const { problems } = place.case;
  for (const entry of node.entries) {
    if (!['count', 'first', 'last'].includes(entry.key)) {
      reportUnknownKey(entry, ['count', 'first', 'last'], 'the calls of a callback', problems);
    }
  }
  const countNode = entryOf(node, 'count');
  if (countNode === null) {
    problems.add('missing-key', node.entries[0]?.keySpan ?? node, 'Expected the key "count".');
    return null;
  }
  const count = countIn(countNode.value, 0, Number.MAX_SAFE_INTEGER, 'a number of calls', problems);
  if (count === null || !records(callback, true, node, place)) return null;
  const [first, last] = ['first', 'last'].map((key) => {
    const entry = entryOf(node, key);
    return entry === null ? undefined : callIn(entry.value, callback, place);
  });
  if (first === null || last === null) return null;
  return {
    count: String(count),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
}

/** All steps must look at the calls of one callback in the same way: as a list or by its ends. */
function records(callback: CallbackDraft, ends: boolean, node: SpecNode, place: Place): boolean {
  callback.ends ??= ends;
  if (callback.ends === ends) return true;
  const message = `The calls of ${quoted(callback.wire)} are expected as a list and as a count: only one is recorded.`;
  place.case.problems.add('reads-differ', node, message);
  return false;
}

/** One call: its parameters, as many as matter. */
function callIn(node: SpecNode, callback: CallbackDraft, place: Place): Expected | null {
  const { problems } = place.case;
  const map = mapIn(node, 'a map of parameters and values', problems);
  if (map === null) return null;
  const names = callback.decl.params.map((param) => param.name);
  const values: [string, Expected][] = [];
  let whole = true;
  for (const { key, keySpan, value } of map.entries) {
    const param = callback.decl.params.find((each) => each.name === key);
    if (param === undefined) {
      const near = nearestName(key, names);
      const all = `It has ${listed(names) || 'no parameters'}.`;
      problems.add('unknown-parameter', keySpan, `${callback.type} has no parameter ${quoted(key)}.`, {
        help: near === null ? all : `Did you mean ${quoted(near)}? ${all}`,
      });
      whole = false;
      continue;
    }
    const seen = expected(value, param.type, { ...place, name: key });
    const known = callback.reads.get(key) ?? null;
    const read = seen === undefined ? undefined : mergeReads(known, seen.read, 'agree');
    if (seen !== undefined && read === undefined) {
      const message = `The parameter ${quoted(key)} would have to be read in different ways in different calls.`;
      problems.add('reads-differ', value, message);
    }
    if (seen === undefined || read === undefined) whole = false;
    else {
      callback.reads.set(key, read);
      values.push([key, seen.expected]);
    }
  }
  return whole ? Object.fromEntries(values) : null;
}
