import { checkTable } from '../abi/check-types.ts';
import { parseType } from '../abi/parse-type.ts';
import type { Field, IntType, Type, TypeDecl } from '../abi/type.ts';
import type { Declarations, Declared } from './declarations.ts';
import { countIn, fieldsOf, headOf, IDENTIFIER, mapIn, wrongShape, type Fields } from './fields.ts';
import { listed, type Problems } from './problems.ts';
import { CALLBACK, ENUM, SIGNATURE, STRUCT, TAGGED, TRANSPARENT, UNION } from './shapes.ts';
import type { Span } from './source.ts';
import { entryOf, inWords, quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';
import { typeIn } from './type-text.ts';

/** Fills `declarations.types` from every `types:` of the suite. */
export function declareTypes(all: readonly Declared[], declarations: Declarations, problems: Problems): void {
  for (const { key } of all) {
    // Known before any is read, so that they may name each other.
    if (IDENTIFIER.test(key)) declarations.types.set(key, { kind: 'opaque' });
  }
  const reader = new DeclarationReader(declarations, problems);
  for (const each of all) reader.declare(each);
  reader.checkWhole();
}

const KINDS = ['struct', 'transparent', 'union', 'enum', 'tagged', 'callback'] as const;
type Kind = (typeof KINDS)[number];

class DeclarationReader {
  readonly #declarations: Declarations;
  readonly #problems: Problems;
  /** Where a declaration, or a member of it (`Name.member`), stands. */
  readonly #places = new Map<string, Span>();
  #name = '';

  constructor(declarations: Declarations, problems: Problems) {
    this.#declarations = declarations;
    this.#problems = problems;
  }

  declare(declared: Declared): void {
    this.#name = declared.key;
    this.#places.set(declared.key, declared.keySpan);
    if (!isName(declared, 'type', this.#problems)) return;
    const before = this.#problems.count;
    const decl = this.#decl(declared.value);
    if (decl !== null) this.#declarations.types.set(declared.key, decl);
    if (this.#problems.count > before) this.#declarations.broken.add(declared.key);
  }

  checkWhole(): void {
    const { types, broken } = this.#declarations;
    for (const { name, member, message, suggestion } of checkTable(types)) {
      if (broken.has(name)) continue;
      const place = this.#places.get(`${name}.${member ?? ''}`) ?? this.#places.get(name) ?? null;
      this.#problems.add('bad-declaration', place, message, { help: suggestion });
    }
    for (const { name } of checkTable(types)) broken.add(name);
  }

  #decl(node: SpecNode): TypeDecl | null {
    if (node.kind === 'text' && node.text === 'opaque') return { kind: 'opaque' };
    if (node.kind !== 'map') {
      return wrongShape(node, `opaque, or a map with one of ${listed(KINDS, 'or')}`, this.#problems);
    }
    const kinds = KINDS.filter((each) => entryOf(node, each) !== null);
    const kind = kinds[0];
    if (kind === undefined || kinds.length > 1) {
      const message = `Expected one of the keys ${listed(KINDS, 'or')}, found ${kinds.length === 0 ? inWords(node) : listed(kinds)}.`;
      this.#problems.add(kind === undefined ? 'missing-key' : 'contradictory-keys', headOf(node), message);
      return null;
    }
    return this.#ofKind(kind, node);
  }

  #ofKind(kind: Kind, node: MapNode): TypeDecl | null {
    const what = `a ${kind} declaration`;
    switch (kind) {
      case 'struct':
        return this.#struct(fieldsOf(node, STRUCT, what, this.#problems));
      case 'transparent': {
        const { transparent } = fieldsOf(node, TRANSPARENT, what, this.#problems);
        const of = transparent === undefined ? null : this.#type(transparent.value);
        return of === null ? null : { kind: 'transparent', of };
      }
      case 'union': {
        const { union } = fieldsOf(node, UNION, what, this.#problems);
        const members = this.#fields(union, '');
        return members === null ? null : { kind: 'union', members };
      }
      case 'enum':
        return this.#enum(fieldsOf(node, ENUM, 'an enum declaration', this.#problems));
      case 'tagged':
        return this.#tagged(fieldsOf(node, TAGGED, what, this.#problems));
      case 'callback':
        return this.#callback(fieldsOf(node, CALLBACK, what, this.#problems));
    }
  }

  #struct(entries: Fields<'struct' | 'packed' | 'align'>): TypeDecl | null {
    const fields = this.#fields(entries.struct, '');
    if (fields === null) return null;
    const size = (entry: Entry | undefined): number | null =>
      entry === undefined ? null : countIn(entry.value, 1, 1 << 29, 'an alignment', this.#problems);
    return { kind: 'struct', fields, packed: size(entries.packed), align: size(entries.align) };
  }

  #fields(entry: Entry | undefined, prefix: string): readonly Field[] | null {
    if (entry === undefined) return null;
    const map = mapIn(entry.value, 'a map of names and types', this.#problems);
    if (map === null) return null;
    return fieldList(map, this.#declarations, this.#problems, (key, span) => {
      this.#places.set(`${this.#name}.${prefix}${key}`, span);
    });
  }

  #type(node: SpecNode): Type | null {
    return typeIn(node, this.#declarations, this.#problems);
  }

  #callback({ callback }: Fields<'callback'>): TypeDecl | null {
    const map =
      callback === undefined ? null : mapIn(callback.value, 'a map with params and returns', this.#problems);
    if (map === null) return null;
    const { params, returns } = fieldsOf(map, SIGNATURE, 'a callback declaration', this.#problems);
    const list = params === undefined ? [] : this.#fields(params, '');
    const type: Type | null = returns === undefined ? { kind: 'void' } : this.#type(returns.value);
    return list === null || type === null ? null : { kind: 'callback', params: list, returns: type };
  }

  #enum(entries: Fields<'enum' | 'variants'>): TypeDecl | null {
    const variants = entries.variants === undefined ? null : this.#enumVariants(entries.variants.value);
    if (entries.enum === undefined || variants === null) return null;
    const repr = this.#repr(entries.enum.value, variants);
    return repr === null ? null : { kind: 'enum', repr, variants };
  }

  #enumVariants(node: SpecNode): { name: string; value: bigint }[] | null {
    if (node.kind === 'list') {
      return node.items.map((item, index) => {
        if (item.kind === 'text') this.#places.set(`${this.#name}.${item.text}`, item);
        else wrongShape(item, 'the name of a variant', this.#problems);
        return { name: item.kind === 'text' ? item.text : '', value: BigInt(index) };
      });
    }
    const map = mapIn(node, 'a map of names and integers, or a list of names', this.#problems);
    return map === null
      ? null
      : map.entries.map((entry) => ({ name: entry.key, value: this.#tagValue(entry) }));
  }

  #tagValue(entry: Entry): bigint {
    this.#places.set(`${this.#name}.${entry.key}`, entry.keySpan);
    if (entry.value.kind === 'int') return entry.value.value;
    wrongShape(entry.value, 'an integer', this.#problems);
    return 0n;
  }

  #repr(node: SpecNode, variants: readonly { readonly value: bigint }[]): IntType | null {
    if (node.kind === 'text' && node.text === 'C') return cEnum(variants);
    const type = this.#type(node);
    if (type === null) return null;
    if (type.kind === 'int') return type;
    return wrongShape(node, 'an integer type or C', this.#problems);
  }

  #tagged(entries: Fields<'tagged' | 'variants' | 'tags'>): TypeDecl | null {
    const map =
      entries.variants === undefined
        ? null
        : mapIn(entries.variants.value, 'a map of variants', this.#problems);
    if (map === null || entries.tagged === undefined) return null;
    const tags =
      entries.tags === undefined ? null : mapIn(entries.tags.value, 'a map of tags', this.#problems);
    for (const tag of tags?.entries ?? []) {
      if (entryOf(map, tag.key) !== null) continue;
      this.#problems.add('unknown-variant', tag.keySpan, `Unknown variant ${quoted(tag.key)} under "tags".`);
    }
    let next = 0n;
    const variants = map.entries.map((entry) => {
      this.#places.set(`${this.#name}.${entry.key}`, entry.keySpan);
      const tag = tags === null ? null : entryOf(tags, entry.key);
      const value = tag === null ? next : this.#tagValue(tag);
      next = value + 1n;
      return { name: entry.key, value, fields: this.#fields(entry, `${entry.key}.`) ?? [] };
    });
    const tag = this.#tag(entries.tagged.value, variants);
    return tag === null ? null : { kind: 'tagged', ...tag, variants };
  }

  #tag(
    node: SpecNode,
    variants: readonly { readonly value: bigint }[],
  ): { tag: IntType; form: 'union' | 'structs' } | null {
    const words = node.kind === 'text' ? node.text.split(',').map((word) => word.trim()) : [];
    const parsed = words.length > 0 && words.length < 3 ? parseType(words.at(-1) ?? '') : null;
    const int = parsed?.ok === true && parsed.type.kind === 'int' ? parsed.type : null;
    if (words.length === 1 && words[0] === 'C') return { tag: cEnum(variants), form: 'union' };
    if (words.length === 2 && words[0] === 'C' && int !== null) return { tag: int, form: 'union' };
    if (words.length === 1 && int !== null) return { tag: int, form: 'structs' };
    return wrongShape(node, 'C, an integer type, or both: "C, u8"', this.#problems);
  }
}

/** What `repr(C)` makes the integer of an enum: an int where that holds every value. */
function cEnum(variants: readonly { readonly value: bigint }[]): IntType {
  const fits = (bits: number, low: bigint): boolean =>
    variants.every(({ value }) => value >= low && value < 1n << BigInt(bits));
  const name = fits(31, -(1n << 31n))
    ? 'c_int'
    : fits(32, 0n)
      ? 'c_uint'
      : fits(63, -(1n << 63n))
        ? 'i64'
        : 'u64';
  return { kind: 'int', name, nonzero: false, nullable: false };
}

/** A name that a declaration may have. */
export function isName(entry: Entry, what: string, problems: Problems): boolean {
  if (IDENTIFIER.test(entry.key)) return true;
  const message = `Expected a ${what} name of letters, digits and underscores, found ${quoted(entry.key)}.`;
  problems.add('bad-name', entry.keySpan, message);
  return false;
}

/** Names and types in order; null when one of them has a fault. */
export function fieldList(
  map: MapNode,
  declarations: Declarations,
  problems: Problems,
  place: (key: string, span: Span) => void = () => undefined,
): readonly Field[] | null {
  const list: Field[] = [];
  let whole = true;
  for (const entry of map.entries) {
    place(entry.key, entry.value);
    const type = isName(entry, 'field', problems) ? typeIn(entry.value, declarations, problems) : null;
    if (type === null) whole = false;
    else list.push({ name: entry.key, type });
  }
  return whole ? list : null;
}
