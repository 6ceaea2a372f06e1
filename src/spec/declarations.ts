import { createLayouts, type Layouts } from '../abi/layout.ts';
import type { Platform } from '../abi/platform.ts';
import { resolve } from '../abi/resolve.ts';
import type { Type, TypeDecl } from '../abi/type.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source.ts';
import type { FunctionDecl, GlobalDecl } from './suite.ts';
import { quoted, type Entry, type MapNode, type SpecNode } from './tree.ts';

/** Everything the suite's specs declare, and what is known of the platform. */
export interface Declarations {
  readonly platform: Platform;
  readonly types: Map<string, TypeDecl>;
  readonly functions: Map<string, FunctionEntry>;
  readonly globals: Map<string, GlobalEntry>;
  readonly constants: Map<string, Constant>;
  /** Types that have a fault of their own: what uses them is not looked at further. */
  readonly broken: Set<string>;
  readonly layouts: Layouts;
}

export interface FunctionEntry {
  readonly decl: FunctionDecl;
  readonly release: Entry | null;
  readonly onNull: Entry | null;
  readonly span: Span;
  /** Its signature has a fault that was reported. */
  readonly broken: boolean;
}

export interface GlobalEntry {
  readonly decl: GlobalDecl;
  readonly span: Span;
  readonly broken: boolean;
}

export interface Constant {
  readonly node: SpecNode;
  readonly span: Span;
}

export function emptyDeclarations(platform: Platform): Declarations {
  const types = new Map<string, TypeDecl>();
  return {
    types,
    functions: new Map(),
    globals: new Map(),
    constants: new Map(),
    broken: new Set(),
    ...onPlatform(types, platform),
  };
}

/** The same declarations as another platform sees them. */
export function declarationsFor(platform: Platform, declarations: Declarations): Declarations {
  const { types, functions, globals, constants, broken } = declarations;
  return { types, functions, globals, constants, broken, ...onPlatform(types, platform) };
}

function onPlatform(
  types: Declarations['types'],
  platform: Platform,
): Pick<Declarations, 'platform' | 'layouts'> {
  let layouts: Layouts | null = null;
  let size = 0;
  // Made at first use, when every type is declared; inline function types may join later.
  const current = (): Layouts => {
    if (layouts === null || size !== types.size) layouts = createLayouts(types, platform);
    size = types.size;
    return layouts;
  };
  const layoutsNow: Layouts = {
    of: (type) => current().of(type),
    named: (name) => current().named(name),
    variant: (name, variant) => current().variant(name, variant),
  };
  return { platform, layouts: layoutsNow };
}

/** Does a type lead to a declaration with a fault, or to none? */
export function isBroken(type: Type, declarations: Declarations): boolean {
  return leadsToFault(type, declarations, new Set());
}

function leadsToFault(type: Type, declarations: Declarations, seen: Set<string>): boolean {
  if (type.kind === 'pointer') return leadsToFault(type.to, declarations, seen);
  if (type.kind === 'array') return leadsToFault(type.of, declarations, seen);
  if (type.kind !== 'named' || seen.has(type.name)) return false;
  seen.add(type.name);
  const decl = declarations.types.get(type.name);
  if (decl === undefined || declarations.broken.has(type.name)) return true;
  return typesIn(decl).some((inner) => leadsToFault(inner, declarations, seen));
}

/** The types a declaration is made of. */
export function typesIn(decl: TypeDecl): readonly Type[] {
  switch (decl.kind) {
    case 'struct':
      return decl.fields.map((field) => field.type);
    case 'union':
      return decl.members.map((member) => member.type);
    case 'tagged':
      return decl.variants.flatMap((variant) => variant.fields.map((field) => field.type));
    case 'callback':
      return [...decl.params.map((param) => param.type), decl.returns];
    case 'transparent':
      return [decl.of];
    case 'enum':
    case 'opaque':
      return [];
  }
}

export function resolved(type: Type, declarations: Declarations): Type {
  return type.kind === 'named' ? resolve(type, declarations.types) : type;
}

/** One `NAME: …` under types, functions, globals or constants of some file. */
export interface Declared extends Entry {
  readonly spec: string;
}

/** Each name once; a second, different declaration is reported with both places. */
export function uniqueDeclarations(
  all: readonly Declared[],
  what: string,
  problems: Problems,
): readonly Declared[] {
  const first = new Map<string, Declared>();
  for (const each of all) {
    const before = first.get(each.key);
    if (before === undefined) first.set(each.key, each);
    else if (canonical(each.value) !== canonical(before.value)) {
      const message = `The ${what} ${quoted(each.key)} is declared twice, in different ways.`;
      const related = [{ message: 'first declared here', at: before.keySpan }];
      const help = 'Declare it once: declarations are visible in every spec of the suite.';
      problems.add('duplicate-declaration', each.keySpan, message, { related, help });
    }
  }
  return [...first.values()];
}

/** The same for everything that says the same: order of keys and prose do not count. */
function canonical(node: SpecNode): string {
  switch (node.kind) {
    case 'map':
      return `{${canonicalMap(node)}}`;
    case 'list':
      return `[${node.items.map(canonical).join(',')}]`;
    case 'text':
    case 'cell':
      return JSON.stringify(node.text);
    case 'int':
      return String(node.value);
    case 'decimal':
      return node.written;
    case 'bool':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

/** Fields keep their order, which is part of a layout. */
function canonicalMap(node: MapNode): string {
  return node.entries
    .filter((entry) => entry.key !== 'about')
    .map((entry) => `${JSON.stringify(entry.key)}:${canonical(entry.value)}`)
    .join(',');
}
