/** `on_null:` generates one case for each pointer parameter that may be null. */
import { typeText } from '../abi/print-type.ts';
import { nearestName } from '../abi/parse-type.ts';
import { isConst } from '../abi/resolve.ts';
import type { Field, PointerType, Type } from '../abi/type.ts';
import { featuresIn } from './case-head.ts';
import { lowerSteps } from './case.ts';
import { resolved, type Declarations, type FunctionEntry } from './declarations.ts';
import { fieldsOf, listIn, mapIn, wrongShape, type Fields } from './fields.ts';
import { listed } from './problems.ts';
import { ON_NULL } from './shapes.ts';
import type { Span } from './source.ts';
import type { SuiteDraft } from './suite-draft.ts';
import { entryOf, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

type NullEntries = Fields<keyof typeof ON_NULL.shape>;

export function addNullCases(fn: FunctionEntry, draft: SuiteDraft): void {
  if (fn.onNull === null || fn.broken) return;
  const { value, keySpan } = fn.onNull;
  for (const node of value.kind === 'list' ? value.items : [value]) {
    const map = mapIn(node, 'a map that says what happens on null', draft.problems);
    if (map === null) continue;
    const entries = fieldsOf(map, ON_NULL, '"on_null"', draft.problems);
    const positions = positionsOf(fn, entries, draft);
    if (positions.length === 0 && entries.only === undefined) {
      draft.problems.add('bad-declaration', keySpan, `${fn.decl.name} has no parameter that may be null.`, {
        help: 'A reference is never null: declare a raw pointer or Option<…>.',
      });
    }
    for (const position of positions) addNullCase(fn, position, entries, draft);
  }
}

/** Parameters that may be null: all of them, or those named in `only`. */
function positionsOf(fn: FunctionEntry, entries: NullEntries, draft: SuiteDraft): readonly Field[] {
  const { problems, declarations } = draft;
  const nullable = fn.decl.params.filter((param) => mayBeNull(param.type, declarations));
  if (entries.only === undefined) return nullable;
  const names = nullable.map((param) => param.name);
  return (listIn(entries.only.value, 'a list of parameters', problems) ?? []).flatMap((node) => {
    const found = node.kind === 'text' ? nullable.find((param) => param.name === node.text) : undefined;
    if (found !== undefined) return [found];
    if (node.kind !== 'text') {
      wrongShape(node, 'the name of a parameter', problems);
      return [];
    }
    const near = nearestName(node.text, names);
    const help = `May be null: ${listed(names) || 'none'}.`;
    problems.add(
      'unknown-parameter',
      node,
      `${fn.decl.name} has no parameter ${quoted(node.text)} that may be null.`,
      {
        help: near === null ? help : `Did you mean ${quoted(near)}? ${help}`,
      },
    );
    return [];
  });
}

function mayBeNull(type: Type, declarations: Declarations): boolean {
  const found = resolved(type, declarations);
  return (found.kind === 'pointer' || found.kind === 'named') && found.nullable;
}

function addNullCase(fn: FunctionEntry, position: Field, entries: NullEntries, draft: SuiteDraft): void {
  const { name, spec, params } = fn.decl;
  const span = fn.onNull?.keySpan ?? fn.span;
  const given =
    entries.args === undefined ? null : mapIn(entries.args.value, 'a map of arguments', draft.problems);
  const args: Entry[] = params.flatMap((param) => {
    const node = param.name === position.name ? nullAt(span) : argument(param, given, fn, span, draft);
    return node === null ? [] : [entry(param.name, node, span)];
  });
  for (const each of given?.entries ?? []) {
    if (!params.some((param) => param.name === each.key)) args.push(each);
  }
  if (args.length < params.length) return;
  const step = mapAt(span, [
    entry('call', textAt(span, name), span),
    entry('args', mapAt(span, args), span),
    ...[entries.returns, entries.after, entries.errno, entries.called].filter((each) => each !== undefined),
  ]);
  const before =
    entries.before === undefined ? [] : listIn(entries.before.value, 'a list of steps', draft.problems);
  const features = ['misuse.null', ...featuresIn(entries.features, draft.problems)];
  const caseName = draft.name(spec, `${name} with null ${position.name}`, span);
  const steps = lowerSteps([...(before ?? []), step], null, draft.declarations, draft.problems);
  if (caseName === null || draft.problems.count > 0) return;
  const head = { about: null, features, timeoutMs: null, when: null };
  draft.cases.push({ kind: 'case', ...draft.common(caseName, head, steps) });
}

function argument(
  param: Field,
  given: MapNode | null,
  fn: FunctionEntry,
  span: Span,
  draft: SuiteDraft,
): SpecNode | null {
  const own = given === null ? null : entryOf(given, param.name);
  if (own !== null) return own.value;
  const node = harmless(param.type, span, draft.declarations);
  if (node !== null) return node;
  const message = `on_null of ${fn.decl.name} lacks the argument ${quoted(param.name)} (${typeText(param.type)}).`;
  draft.problems.add('missing-argument', span, message, {
    help: `Only the library makes such a value: give it under "args", from a step in "before".`,
  });
  return null;
}

/** A value that keeps a correct function busy with nothing; null where only the author knows one. */
function harmless(type: Type, span: Span, declarations: Declarations): SpecNode | null {
  const found = resolved(type, declarations);
  switch (found.kind) {
    case 'int':
      if (found.nullable) return nullAt(span);
      return { kind: 'int', value: found.nonzero ? 1n : 0n, written: found.nonzero ? '1' : '0', ...span };
    case 'float':
      return { kind: 'decimal', written: '0.0', ...span };
    case 'bool':
      return { kind: 'bool', value: false, ...span };
    case 'pointer':
      return harmlessPointer(found, span, declarations);
    case 'named': {
      const decl = declarations.types.get(found.name);
      if (decl?.kind === 'callback') return formAt(span, '$callback');
      if (decl?.kind === 'enum') return textAt(span, decl.variants[0]?.name ?? '');
      return formAt(span, '$zero');
    }
    default:
      return null;
  }
}

function harmlessPointer(type: PointerType, span: Span, declarations: Declarations): SpecNode | null {
  const to = resolved(type.to, declarations);
  if (to.kind === 'void') return type.nullable ? nullAt(span) : null;
  if (to.kind === 'named' && declarations.types.get(to.name)?.kind === 'opaque') return null;
  if (!isConst(type)) return textAt(span, '$out');
  return to.kind === 'int' && to.name === 'c_char' ? textAt(span, '') : formAt(span, '$zero');
}

function entry(key: string, value: SpecNode, span: Span): Entry {
  return { key, keySpan: span, value };
}

function nullAt({ source, start, end }: Span): SpecNode {
  return { kind: 'null', source, start, end };
}

function textAt({ source, start, end }: Span, text: string): SpecNode {
  return { kind: 'text', text, source, start, end };
}

function mapAt({ source, start, end }: Span, entries: readonly Entry[]): MapNode {
  return { kind: 'map', entries, source, start, end };
}

function formAt(span: Span, name: string): SpecNode {
  return mapAt(span, [entry(name, mapAt(span, []), span)]);
}
