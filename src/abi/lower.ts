/** Types as a plan says them: platform facts resolved, transparent names gone, data-carrying enums taken apart. */
import type { Node } from '../plan/wire.ts';
import { containedNames } from './check-types.ts';
import { LayoutError } from './layout.ts';
import type { Platform } from './platform.ts';
import { expandTable, intSigned, intSize, isConst, layoutName, resolve } from './resolve.ts';
import type { Field, Type, TypeDecl, TypeTable } from './type.ts';

export interface PlanField {
  readonly name: string;
  readonly type: Node;
}

/** callers/README.md, "Type declarations". */
export type PlanDecl =
  | {
      readonly kind: 'struct';
      readonly fields: readonly PlanField[];
      readonly packed?: number;
      readonly align?: number;
    }
  | { readonly kind: 'union'; readonly members: readonly PlanField[] }
  | { readonly kind: 'enum'; readonly repr: Node; readonly variants: readonly PlanVariant[] }
  | {
      readonly kind: 'tagged';
      readonly tag: Node;
      readonly form: 'union' | 'structs';
      readonly variants: readonly (PlanVariant & { readonly fields: readonly PlanField[] })[];
      readonly layout: Node;
    }
  | { readonly kind: 'callback'; readonly params: readonly PlanField[]; readonly returns: Node }
  | { readonly kind: 'opaque' };

export interface PlanVariant {
  readonly name: string;
  /** Decimal. */
  readonly value: string;
}

export interface PlanFunction {
  readonly symbol: string;
  readonly params: readonly PlanField[];
  readonly returns: Node;
}

export interface PlanGlobal {
  readonly symbol: string;
  readonly type: Node;
}

/** A function's boundary; `FunctionDecl` is one. */
export interface Signature {
  readonly symbol: string;
  readonly params: readonly Field[];
  readonly returns: Type;
}

export function lowerType(type: Type, table: TypeTable, platform: Platform): Node {
  const found = resolve(type, table);
  switch (found.kind) {
    case 'void':
    case 'bool':
      return { kind: found.kind };
    case 'int': {
      const { name } = found;
      return { kind: 'int', name, size: intSize(name, platform), signed: intSigned(name, platform) };
    }
    case 'float':
      return { kind: 'float', name: found.name, size: found.name === 'f32' ? 4 : 8 };
    case 'pointer':
      return { kind: 'pointer', to: lowerType(found.to, table, platform), const: isConst(found) };
    case 'array':
      return { kind: 'array', of: lowerType(found.of, table, platform), length: found.length };
    case 'named':
      return reference(found.name, table);
  }
}

function reference(name: string, table: TypeTable): Node {
  const kind = table.get(name)?.kind;
  if (kind === undefined) throw new LayoutError(`Type ${name} is not declared.`);
  if (kind === 'transparent') throw new LayoutError(`Type ${name} contains itself.`);
  return { kind, ref: name };
}

/** The `types` of a plan's header; what a declaration contains stands before it. */
export function lowerTable(table: TypeTable, platform: Platform): Readonly<Record<string, PlanDecl>> {
  const expanded = expandTable(table);
  const entries = inOrder(expanded).flatMap((name): [string, PlanDecl][] => {
    const decl = expanded.get(name);
    if (decl === undefined || decl.kind === 'transparent') return [];
    return [[name, lowerDecl(name, decl, expanded, platform)]];
  });
  return Object.fromEntries(entries);
}

function inOrder(table: TypeTable): readonly string[] {
  const placed = new Set<string>();
  const entered = new Set<string>();
  const place = (name: string): void => {
    if (entered.has(name)) return;
    entered.add(name);
    const decl = table.get(name);
    const inner =
      decl?.kind === 'tagged' ? [...containedNames(decl), layoutName(name)] : containedNames(decl);
    inner.forEach(place);
    placed.add(name);
  };
  for (const name of table.keys()) place(name);
  return [...placed];
}

function lowerDecl(
  name: string,
  decl: Exclude<TypeDecl, { kind: 'transparent' }>,
  table: TypeTable,
  platform: Platform,
): PlanDecl {
  const fields = (list: readonly Field[]): readonly PlanField[] => lowerFields(list, table, platform);
  switch (decl.kind) {
    case 'struct':
      return {
        kind: 'struct',
        fields: fields(decl.fields),
        ...(decl.packed === null ? {} : { packed: decl.packed }),
        ...(decl.align === null ? {} : { align: decl.align }),
      };
    case 'union':
      return { kind: 'union', members: fields(decl.members) };
    case 'enum':
      return {
        kind: 'enum',
        repr: lowerType(decl.repr, table, platform),
        variants: decl.variants.map((each) => ({ name: each.name, value: each.value.toString() })),
      };
    case 'tagged':
      return {
        kind: 'tagged',
        tag: lowerType(decl.tag, table, platform),
        form: decl.form,
        variants: decl.variants.map((each) => ({
          name: each.name,
          value: each.value.toString(),
          fields: fields(each.fields),
        })),
        layout: reference(layoutName(name), table),
      };
    case 'callback':
      return {
        kind: 'callback',
        params: fields(decl.params),
        returns: lowerType(decl.returns, table, platform),
      };
    case 'opaque':
      return { kind: 'opaque' };
  }
}

function lowerFields(fields: readonly Field[], table: TypeTable, platform: Platform): readonly PlanField[] {
  return fields.map((field) => ({ name: field.name, type: lowerType(field.type, table, platform) }));
}

export function lowerFunction(signature: Signature, table: TypeTable, platform: Platform): PlanFunction {
  return {
    symbol: signature.symbol,
    params: lowerFields(signature.params, table, platform),
    returns: lowerType(signature.returns, table, platform),
  };
}

export function lowerGlobal(
  global: { readonly symbol: string; readonly type: Type },
  table: TypeTable,
  platform: Platform,
): PlanGlobal {
  return { symbol: global.symbol, type: lowerType(global.type, table, platform) };
}
