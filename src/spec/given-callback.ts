import type { CallbackDecl } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import type { CallbackDraft, Place } from './context.ts';
import { isBroken } from './declarations.ts';
import { countIn, fieldsOf, flagIn, listIn, mapIn } from './fields.ts';
import { type Form } from './forms.ts';
import { given } from './given.ts';
import { paramsBinding } from './scope.ts';
import { SCRIPT } from './shapes.ts';
import { lowerBlock } from './steps.ts';
import type { Step } from './suite.ts';
import { zeroOf } from './zeros.ts';
import { quoted, type Entry, type SpecNode } from './tree.ts';

/** `{ $callback: { as, returns, on, raises, foreign_thread } }`. */
export function givenCallback(
  form: Form & { kind: 'form' },
  type: string,
  decl: CallbackDecl,
  place: Place,
): Wire | undefined {
  const { problems, declarations } = place.case;
  const { value, node } = form;
  const script =
    value === null || value.kind === 'null'
      ? { kind: 'map' as const, entries: [], source: node.source, start: node.start, end: node.end }
      : mapIn(value, 'a map that says what the callback does', problems);
  if (script === null || isBroken({ kind: 'named', name: type, nullable: false }, declarations))
    return undefined;
  const entries = fieldsOf(script, SCRIPT, '$callback', problems);
  const draft = newDraft(entries.as, type, decl, form.node, place);
  if (draft === null) return undefined;
  const returns = entries.returns === undefined ? null : scripted(entries.returns.value, decl, place);
  if (returns === undefined) return undefined;
  if (returns !== null) draft.form['returns'] = returns;
  if (entries.on !== undefined) {
    const on = reentrant(entries.on.value, draft, place);
    if (on === undefined) return undefined;
    draft.form['on'] = on;
  }
  if (entries.raises !== undefined) {
    const raises = countIn(entries.raises.value, 1, 1_000_000_000, 'the number of a call', problems);
    if (raises !== null) draft.form['raises'] = raises;
  }
  if (flagIn(entries.foreign_thread, problems) === true) draft.form['foreign_thread'] = true;
  return { $callback: draft.form };
}

/** Named by `as`, else by its parameter or field; the plan needs names that differ. */
function newDraft(
  as: Entry | undefined,
  type: string,
  decl: CallbackDecl,
  node: SpecNode,
  place: Place,
): CallbackDraft | null {
  const { problems } = place.case;
  const chosen = as?.value.kind === 'text' ? as.value.text : null;
  if (as !== undefined && (chosen === null || !place.scope.allows(chosen, as.value, problems))) {
    if (chosen === null) problems.add('wrong-shape', as.value, 'Expected a name for the callback.');
    return null;
  }
  const name = chosen ?? place.name;
  const wire = place.scope.unused(name, (each) => place.case.callbacks.some((other) => other.wire === each));
  const form: CallbackDraft['form'] = { as: wire, type };
  const draft: CallbackDraft = { wire, type, decl, span: node, form, reads: new Map(), ends: null };
  place.case.callbacks.push(draft);
  place.step?.created.set(name, draft);
  const pointer = { kind: 'named', name: type, nullable: true } as const;
  place.scope.define(name, { kind: 'callback', wire, path: [], type: pointer, span: node, callback: draft });
  return draft;
}

/** A list is the script; anything else is returned every time. */
function scripted(node: SpecNode, decl: CallbackDecl, place: Place): Wire[] | undefined {
  if (decl.returns.kind === 'void') {
    place.case.problems.add('wrong-value', node, 'The callback returns nothing.', {
      help: 'Leave "returns" out.',
    });
    return undefined;
  }
  const items = node.kind === 'list' ? node.items : [node];
  const values = items.map((item) => given(item, decl.returns, { ...place, name: 'returned' }));
  if (values.includes(undefined)) return undefined;
  return values.length === 0 ? [zeroOf(decl.returns, place.case.declarations)] : (values as Wire[]);
}

/** Steps inside calls: they see the arguments as `$param`. */
function reentrant(node: SpecNode, draft: CallbackDraft, place: Place): Wire | undefined {
  const { problems } = place.case;
  const map = mapIn(node, 'a map of call numbers and steps', problems);
  if (map === null || place.step === null) return undefined;
  const plans: Record<string, Wire> = {};
  for (const { key, keySpan, value } of map.entries) {
    if (!/^[1-9]\d{0,8}$/u.test(key)) {
      problems.add('bad-count', keySpan, `Expected the number of a call, from 1 on, found ${quoted(key)}.`);
      continue;
    }
    const list = value.kind === 'map' ? [value] : listIn(value, 'a list of steps', problems);
    if (list === null) continue;
    const scope = place.scope.inner();
    scope.define('param', paramsBinding(draft.decl.params));
    const steps = lowerBlock(list, place.step, scope, place.case);
    place.step.inner.push(...steps);
    plans[key] = steps.map((step: Step) => step.plan) as unknown as Wire;
  }
  return plans;
}
