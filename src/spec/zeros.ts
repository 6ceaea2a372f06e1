import type { TaggedDecl, Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { resolved, type Declarations } from './declarations.ts';
import { hexDigits } from './decimals.ts';
import { isByte } from './scalars.ts';

/** The value whose bytes are all zero, as the wire has it. */
export function zeroOf(type: Type, declarations: Declarations): Wire {
  const found = resolved(type, declarations);
  switch (found.kind) {
    case 'int':
      return '0';
    case 'float':
      return '0'.repeat(hexDigits(found.name));
    case 'bool':
      return false;
    case 'pointer':
    case 'void':
      return null;
    case 'array':
      return isByte(resolved(found.of, declarations), declarations)
        ? { $bytes: '00'.repeat(found.length) }
        : Array.from({ length: found.length }, () => zeroOf(found.of, declarations));
    case 'named':
      return zeroOfNamed(found, declarations);
  }
}

function zeroOfNamed(type: Type & { kind: 'named' }, declarations: Declarations): Wire {
  const decl = declarations.types.get(type.name);
  switch (decl?.kind) {
    case 'struct':
      return Object.fromEntries(decl.fields.map((field) => [field.name, zeroOf(field.type, declarations)]));
    case 'union':
      return { $bytes: '00'.repeat(declarations.layouts.of(type).size) };
    case 'enum':
      return '0';
    case 'tagged':
      return zeroOfTagged(decl, declarations);
    default:
      return null;
  }
}

/** Tag 0 is usually a variant; it is observed as such. */
function zeroOfTagged(decl: TaggedDecl, declarations: Declarations): Wire {
  const variant = decl.variants.find((each) => each.value === 0n);
  if (variant === undefined) return { $raw: '0' };
  const fields = variant.fields.map((field) => [field.name, zeroOf(field.type, declarations)] as const);
  return { [variant.name]: Object.fromEntries(fields) };
}
