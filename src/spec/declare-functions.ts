import { checkPlace } from '../abi/check-types.ts';
import type { Field, Type } from '../abi/type.ts';
import {
  isBroken,
  type Declarations,
  type Declared,
  type FunctionEntry,
  type GlobalEntry,
} from './declarations.ts';
import { fieldList, isName } from './declare-types.ts';
import { fieldsOf, flagIn, mapIn, textIn, type Fields } from './fields.ts';
import type { Problems } from './problems.ts';
import { FUNCTION, GLOBAL } from './shapes.ts';
import { locationOf } from './source.ts';
import { quoted, type Entry, type SpecNode } from './tree.ts';
import { typeFor, typeIn } from './type-text.ts';

export function declareConstants(
  all: readonly Declared[],
  declarations: Declarations,
  problems: Problems,
): void {
  for (const each of all) {
    if (!isName(each, 'constant', problems)) continue;
    declarations.constants.set(each.key, { node: each.value, span: each.keySpan });
  }
}

export function declareFunctions(
  all: readonly Declared[],
  declarations: Declarations,
  problems: Problems,
): void {
  for (const each of all) {
    if (!isName(each, 'function', problems)) continue;
    const entry = functionEntry(each, declarations, problems);
    if (entry !== null) declarations.functions.set(each.key, entry);
  }
}

function functionEntry(
  declared: Declared,
  declarations: Declarations,
  problems: Problems,
): FunctionEntry | null {
  const map = mapIn(declared.value, 'a map with params and returns', problems);
  if (map === null) return null;
  const entries = fieldsOf(map, FUNCTION, `the function ${quoted(declared.key)}`, problems);
  const params = parameters(entries.params, declarations, problems);
  const returns: Type | null =
    entries.returns === undefined
      ? { kind: 'void' }
      : returned(entries.returns.value, declarations, problems);
  const broken = params === null || returns === null;
  return {
    decl: {
      name: declared.key,
      params: params ?? [],
      returns: returns ?? { kind: 'void' },
      ...common(declared, entries, problems),
    },
    release: entries.release ?? null,
    onNull: entries.on_null ?? null,
    span: declared.keySpan,
    broken,
  };
}

function parameters(
  entry: Entry | undefined,
  declarations: Declarations,
  problems: Problems,
): readonly Field[] | null {
  if (entry === undefined) return [];
  const map = mapIn(entry.value, 'a map of parameters and types', problems);
  const list = map === null ? null : fieldList(map, declarations, problems);
  if (map === null || list === null) return null;
  let sound = true;
  for (const { key, keySpan, value } of map.entries) {
    const type = list.find((field) => field.name === key)?.type;
    if (type === undefined) continue;
    const wrong = isBroken(type, declarations) ? null : checkPlace(type, 'param', declarations.types);
    if (wrong !== null) problems.add('bad-type', value, wrong);
    if (key === 'returns') {
      problems.add(
        'bad-name',
        keySpan,
        'A parameter cannot be named "returns": that is what "as" calls the result.',
      );
    }
    if (wrong !== null || isBroken(type, declarations)) sound = false;
  }
  return sound ? list : null;
}

/** What a function may return; the type of nothing is written `()`, or left out. */
function returned(node: SpecNode, declarations: Declarations, problems: Problems): Type | null {
  return typeFor('return', node, declarations, problems);
}

type CommonKey = 'symbol' | 'about' | 'header' | 'reason';

function common(declared: Declared, entries: Fields<CommonKey>, problems: Problems) {
  const { header, reason } = entries;
  const inHeader = header === undefined || flagIn(header, problems) !== false;
  if (header !== undefined && inHeader) {
    problems.add('wrong-shape', header.value, 'Expected header: false, or the key left out.');
  }
  if (header !== undefined && !inHeader && reason === undefined) {
    problems.add('missing-key', header.keySpan, 'Expected the key "reason" beside header: false.', {
      help: 'Say in "reason" why the header lacks it.',
    });
  }
  if (inHeader && reason !== undefined) {
    problems.add('contradictory-keys', reason.keySpan, 'The key "reason" stands only beside header: false.');
  }
  return {
    symbol: textIn(entries.symbol, 'a symbol', problems) ?? declared.key,
    about: textIn(entries.about, 'text', problems),
    header: inHeader ? (true as const) : { reason: textIn(reason, 'text', problems) ?? '' },
    location: locationOf(declared.keySpan),
    spec: declared.spec,
  };
}

export function declareGlobals(
  all: readonly Declared[],
  declarations: Declarations,
  problems: Problems,
): void {
  for (const each of all) {
    if (!isName(each, 'global', problems)) continue;
    const entry = globalEntry(each, declarations, problems);
    if (entry !== null) declarations.globals.set(each.key, entry);
  }
}

function globalEntry(declared: Declared, declarations: Declarations, problems: Problems): GlobalEntry | null {
  const short = declared.value.kind === 'text';
  const map = short ? null : mapIn(declared.value, 'a type, or a map with the key type', problems);
  if (!short && map === null) return null;
  const entries: Fields<'type' | CommonKey> =
    map === null ? { type: declared } : fieldsOf(map, GLOBAL, `the global ${quoted(declared.key)}`, problems);
  const node = entries.type?.value;
  const type = node === undefined ? null : typeIn(node, declarations, problems);
  let broken = type === null || isBroken(type, declarations);
  if (node !== undefined && type !== null && !broken) {
    const wrong = checkPlace(type, 'global', declarations.types);
    if (wrong !== null) {
      problems.add('bad-type', node, wrong);
      broken = true;
    }
  }
  return {
    decl: { name: declared.key, type: type ?? { kind: 'void' }, ...common(declared, entries, problems) },
    span: declared.keySpan,
    broken,
  };
}
