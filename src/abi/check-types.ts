/** What a table of declarations must satisfy before it has a layout; all faults in one go. */
import { typeText } from './print-type.ts';
import { REFERENCE_PLATFORM } from './platforms.ts';
import { checkPlace, type Place } from './check-place.ts';
import { PAYLOAD_FIELD, TAG_FIELD, declOf, expandTable, intRange } from './resolve.ts';
import type { Field, IntType, StructDecl, Type, TypeDecl, TypeTable } from './type.ts';

export { checkPlace, type Place } from './check-place.ts';

export interface TableProblem {
  /** The declaration. */
  readonly name: string;
  /** The field, member, variant or parameter; `Circle.r` for a variant's field. */
  readonly member: string | null;
  readonly message: string;
  readonly suggestion: string | null;
}

/** A fault inside one declaration; the name is added by checkTable. */
type Fault = Omit<TableProblem, 'name'>;

export function checkTable(table: TypeTable): readonly TableProblem[] {
  const problems: TableProblem[] = [];
  for (const [name, decl] of table) {
    problems.push(...declFaults(decl, table).map((fault) => ({ name, ...fault })));
    problems.push(...reservedNames(name, decl, table));
  }
  return [...problems, ...cycles(table)];
}

function fault(member: string | null, message: string, suggestion: string | null = null): Fault {
  return { member, message, suggestion };
}

function declFaults(decl: TypeDecl, table: TypeTable): readonly Fault[] {
  switch (decl.kind) {
    case 'struct':
      return [...structFaults(decl, table), ...fieldFaults(decl.fields, 'field', table, 'field')];
    case 'transparent': {
      const wrong = checkPlace(decl.of, 'field', table);
      return wrong === null ? [] : [fault(null, wrong)];
    }
    case 'union':
      return [
        ...nothing(decl.members, 'union', 'member'),
        ...fieldFaults(decl.members, 'field', table, 'member'),
      ];
    case 'enum':
      return [...tagFaults(decl.repr), ...variantFaults(decl.variants, decl.repr)];
    case 'tagged':
      return [
        ...tagFaults(decl.tag),
        ...variantFaults(decl.variants, decl.tag),
        ...decl.variants.flatMap((variant) => payloadFaults(variant.name, variant.fields, table)),
      ];
    case 'callback': {
      const wrong = checkPlace(decl.returns, 'return', table);
      const returns = wrong === null ? [] : [fault('returns', wrong)];
      return [...fieldFaults(decl.params, 'param', table, 'parameter'), ...returns];
    }
    case 'opaque':
      return [];
  }
}

function nothing(fields: readonly unknown[], what: string, part: string): readonly Fault[] {
  if (fields.length > 0) return [];
  return [
    fault(null, `A ${what} needs at least one ${part}, found none.`, `C has no empty ${what}: use "opaque".`),
  ];
}

function fieldFaults(
  fields: readonly Field[],
  place: Place,
  table: TypeTable,
  word: string,
): readonly Fault[] {
  const seen = new Set<string>();
  return fields.flatMap((field) => {
    const repeated = seen.has(field.name);
    seen.add(field.name);
    const wrong = checkPlace(field.type, place, table);
    return [
      ...(repeated ? [fault(field.name, `The ${word} ${field.name} stands twice.`)] : []),
      ...(wrong === null ? [] : [fault(field.name, wrong)]),
    ];
  });
}

function payloadFaults(variant: string, fields: readonly Field[], table: TypeTable): readonly Fault[] {
  return fieldFaults(fields, 'field', table, 'field').map((each) => ({
    ...each,
    member: `${variant}.${each.member ?? ''}`,
  }));
}

function structFaults(decl: StructDecl, table: TypeTable): readonly Fault[] {
  const faults = [...nothing(decl.fields, 'struct', 'field')];
  for (const [word, value] of [
    ['packed', decl.packed],
    ['align', decl.align],
  ] as const) {
    if (value !== null && !isAlignment(value)) {
      faults.push(fault(null, `Expected a power of two up to 2^28 for ${word}, found ${value}.`));
    }
  }
  if (decl.packed === null) return faults;
  if (decl.align !== null)
    faults.push(fault(null, 'A struct is packed or aligned, not both: Rust refuses it.'));
  for (const field of decl.fields) {
    const inner = declOf(field.type, table);
    if (inner?.kind === 'struct' && inner.align !== null) {
      const message = `A packed struct cannot hold ${typeText(field.type)}, which has an alignment of its own.`;
      faults.push(fault(field.name, message));
    }
  }
  return faults;
}

function isAlignment(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 2 ** 28 && Number.isInteger(Math.log2(value));
}

function tagFaults(tag: IntType): readonly Fault[] {
  if (!tag.nonzero && !tag.nullable) return [];
  return [fault(null, `Expected a plain integer type for the tag, found ${typeText(tag)}.`)];
}

function variantFaults(
  variants: readonly { readonly name: string; readonly value: bigint }[],
  repr: IntType,
): readonly Fault[] {
  const faults: Fault[] = [...nothing(variants, 'enum', 'variant')];
  const { min, max } = intRange(repr.name, REFERENCE_PLATFORM);
  const byValue = new Map<bigint, string>();
  const names = new Set<string>();
  for (const { name, value } of variants) {
    const other = byValue.get(value);
    if (names.has(name)) faults.push(fault(name, `The variant ${name} stands twice.`));
    else if (other !== undefined)
      faults.push(fault(name, `Variants ${other} and ${name} both have the value ${value}.`));
    if (value < min || value > max) {
      faults.push(fault(name, `Expected a value from ${min} to ${max} (${repr.name}), found ${value}.`));
    }
    byValue.set(value, name);
    names.add(name);
  }
  return faults;
}

/** `Shape__layout` and its like are made for the drivers; nobody may declare them. */
function reservedNames(name: string, decl: TypeDecl, table: TypeTable): readonly TableProblem[] {
  if (decl.kind !== 'tagged') return [];
  const parts = [...expandTable(new Map([[name, decl]])).keys()].filter((part) => part !== name);
  const taken = parts
    .filter((part) => table.has(part))
    .map((part) => ({
      name: part,
      member: null,
      message: `The name ${part} stands for a part of ${name}.`,
      suggestion: 'Choose another name.',
    }));
  const fields = decl.variants
    .flatMap((variant) => variant.fields.map((field) => ({ variant: variant.name, field: field.name })))
    .filter(({ field }) => field === TAG_FIELD || field === PAYLOAD_FIELD)
    .map(({ variant, field }) => ({
      name,
      member: `${variant}.${field}`,
      message: `The field name ${field} is used for the tag and payload of ${name}.`,
      suggestion: 'Choose another name.',
    }));
  return [...taken, ...fields];
}

/** Types that contain themselves by value; each ring once, at its first declaration. */
function cycles(table: TypeTable): readonly TableProblem[] {
  const problems: TableProblem[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      const ring = [...path.slice(start), name];
      problems.push({
        name,
        member: null,
        message: `Type ${name} contains itself: ${ring.join(' contains ')}.`,
        suggestion: 'Put a pointer in between.',
      });
      return;
    }
    if (done.has(name)) return;
    done.add(name);
    for (const inner of containedNames(table.get(name))) visit(inner, [...path, name]);
  };
  for (const name of table.keys()) visit(name, []);
  return problems;
}

/** Names whose size is needed for the size of this declaration. */
export function containedNames(decl: TypeDecl | undefined): readonly string[] {
  return containedTypes(decl).flatMap((type) => {
    let inner = type;
    while (inner.kind === 'array') inner = inner.of;
    return inner.kind === 'named' ? [inner.name] : [];
  });
}

function containedTypes(decl: TypeDecl | undefined): readonly Type[] {
  switch (decl?.kind) {
    case 'struct':
      return decl.fields.map((field) => field.type);
    case 'union':
      return decl.members.map((member) => member.type);
    case 'tagged':
      return decl.variants.flatMap((variant) => variant.fields.map((field) => field.type));
    case 'transparent':
      return [decl.of];
    default:
      return [];
  }
}
