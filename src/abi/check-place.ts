/** Where a type may stand: C has no arrays by value, no values of opaque types, no void parameters. */
import { typeText } from './print-type.ts';
import { resolve } from './resolve.ts';
import type { Type, TypeTable } from './type.ts';

export type Place = 'param' | 'return' | 'field' | 'pointee' | 'global' | 'let';

/** What is wrong with `type` in this place, as a sentence; null when nothing is. */
export function checkPlace(type: Type, place: Place, table: TypeTable): string | null {
  switch (type.kind) {
    case 'void':
      return place === 'return' || place === 'pointee'
        ? null
        : `${noun(place)} cannot be (): only a function can return nothing, only a pointer can be untyped.`;
    case 'int':
    case 'float':
    case 'bool':
      return null;
    case 'pointer':
      return checkPlace(type.to, 'pointee', table);
    case 'array':
      return place === 'param' || place === 'return'
        ? `${noun(place)} cannot be the array ${typeText(type)}: C passes no array by value; use a pointer or a struct.`
        : checkPlace(type.of, 'field', table);
    case 'named':
      return checkNamed(type, place, table);
  }
}

function checkNamed(type: Type & { kind: 'named' }, place: Place, table: TypeTable): string | null {
  const decl = table.get(type.name);
  if (decl === undefined) return `Type ${type.name} is not declared.`;
  const found = resolve(type, table);
  if (found.kind !== 'named') return checkTransparent(type, found, place, table);
  const target = table.get(found.name);
  if (target === undefined) return `Type ${found.name} is not declared.`;
  if (target.kind === 'opaque' && place !== 'pointee') {
    return `${noun(place)} cannot be ${type.name} by value: an opaque type stands behind a pointer.`;
  }
  if (found.nullable && target.kind !== 'callback') {
    return `Option<${type.name}> has no C layout: ${type.name} is not a pointer, a reference, a function or NonZero.`;
  }
  return null;
}

function checkTransparent(
  type: Type & { kind: 'named' },
  found: Type,
  place: Place,
  table: TypeTable,
): string | null {
  const raw = found.kind === 'pointer' && (found.form === 'const' || found.form === 'mut');
  const niche = (found.kind === 'int' && found.nonzero) || (found.kind === 'pointer' && !raw);
  if (type.nullable && !niche) {
    return `Option<${type.name}> has no C layout: ${type.name} is not a pointer, a reference, a function or NonZero.`;
  }
  // A transparent array is legal in a field; inside its own declaration the type has been checked already.
  return found.kind === 'array' || found.kind === 'void' ? checkPlace(found, place, table) : null;
}

function noun(place: Place): string {
  switch (place) {
    case 'param':
      return 'A parameter';
    case 'return':
      return 'A returned value';
    case 'field':
      return 'A field';
    case 'pointee':
      return 'What a pointer points at';
    case 'global':
      return 'A global';
    case 'let':
      return 'Named memory';
  }
}
