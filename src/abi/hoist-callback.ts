/** A stable name for a function type that was written inline. */
import { createHash } from 'node:crypto';
import { typeText } from './print-type.ts';
import type { CallbackDecl, Type } from './type.ts';

const LONGEST_PLAIN_NAME = 60;

/**
 * `extern "C" fn(i32) -> i32` is `fn_i32_to_i32`. Parameter names belong to the declaration, so a
 * signature that has some gets a digest of them at the end; so does one too long to read.
 */
export function callbackName(decl: CallbackDecl): string {
  const params = decl.params.map((param) => word(param.type)).join('_') || 'void';
  const plain = `fn_${params}_to_${word(decl.returns)}`;
  const unnamed = decl.params.every((param, index) => param.name === argumentName(index));
  if (unnamed && plain.length <= LONGEST_PLAIN_NAME) return plain;
  return `${plain.slice(0, LONGEST_PLAIN_NAME)}_${digest(decl)}`;
}

/** What the parameter at `index` is called when the type gives it no name. */
export function argumentName(index: number): string {
  return `arg${index}`;
}

function digest(decl: CallbackDecl): string {
  const params = decl.params.map((param) => `${param.name}: ${typeText(param.type)}`).join(', ');
  return createHash('sha256')
    .update(`(${params}) -> ${typeText(decl.returns)}`)
    .digest('hex')
    .slice(0, 8);
}

function word(type: Type): string {
  switch (type.kind) {
    case 'void':
    case 'bool':
      return type.kind;
    case 'int':
      return `${type.nullable ? 'opt_' : ''}${type.nonzero ? 'nonzero_' : ''}${type.name}`;
    case 'float':
      return type.name;
    case 'array':
      return `${word(type.of)}_x${type.length}`;
    case 'named':
      return `${type.nullable ? 'opt_' : ''}${type.name}`;
    case 'pointer': {
      const raw = type.form === 'const' || type.form === 'mut';
      return `${type.nullable && !raw ? 'opt_' : ''}${type.form.replace(' ', '')}_${word(type.to)}`;
    }
  }
}
