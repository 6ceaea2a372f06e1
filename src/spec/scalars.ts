/** Integers, floats, bools and enums: the same as given and as expected, but for NaN. */
import { intRange, intSize } from '../abi/resolve.ts';
import { nearestName } from '../abi/parse-type.ts';
import { typeText } from '../abi/print-type.ts';
import type { EnumDecl, IntType, Type } from '../abi/type.ts';
import { floatBits, hexDigits, isNanBits, type FloatName } from './decimals.ts';
import type { Declarations } from './declarations.ts';
import type { Form } from './forms.ts';
import { listed, type Problems } from './problems.ts';
import { inWords, quoted, type SpecNode } from './tree.ts';
import { headOf } from './fields.ts';

export function wrongValue(
  node: SpecNode,
  expected: string,
  problems: Problems,
  help: string | null = null,
): undefined {
  const at = node.kind === 'map' || node.kind === 'list' ? headOf(node) : node;
  problems.add('wrong-value', at, `Expected ${expected}, found ${inWords(node)}.`, { help });
  return undefined;
}

export function integer(
  node: SpecNode,
  type: IntType,
  declarations: Declarations,
  problems: Problems,
): string | undefined {
  if (type.nullable && node.kind === 'null') return '0';
  const name = typeText(type);
  if (node.kind !== 'int') {
    const help =
      node.kind === 'text' && /^[-+]?\d+$/u.test(node.text) ? 'Write the number without quotes.' : null;
    return wrongValue(node, `an integer for ${name}`, problems, help);
  }
  const { min, max } = intRange(type.name, declarations.platform);
  if (node.value < min || node.value > max) {
    const message = `Expected ${name}, from ${min} to ${max}, found ${inWords(node)}.`;
    const help =
      intSize(type.name, declarations.platform) === 16 ? null : wrapHelp(node.value, type, declarations);
    problems.add('integer-out-of-range', node, message, { help });
    return undefined;
  }
  if (type.nonzero && node.value === 0n) {
    const help = type.nullable
      ? 'None is written null.'
      : 'To hand over what the type forbids, write { $raw: 0 }.';
    problems.add('integer-out-of-range', node, `Expected ${name}, which is never 0, found 0.`, { help });
    return undefined;
  }
  return String(node.value);
}

/** Bits given for a signed integer: the same bits as a number of the type. */
function wrapHelp(value: bigint, type: IntType, declarations: Declarations): string | null {
  const bits = intSize(type.name, declarations.platform) * 8;
  const { min } = intRange(type.name, declarations.platform);
  if (min === 0n || value < 0n || value >= 1n << BigInt(bits)) return null;
  return `As ${typeText(type)} these ${bits} bits are ${BigInt.asIntN(bits, value)}.`;
}

const LONGEST_DECIMAL = 1200;

/** Bits in hex digits. Text `.inf` and `.nan` are for JSON, which has no such numbers. */
export function float(node: SpecNode, name: FloatName, problems: Problems): string | undefined {
  const written =
    node.kind === 'int' || node.kind === 'decimal'
      ? decimalText(node.written)
      : node.kind === 'text' && /^[-+]?\.(?:inf|nan)$/iu.test(node.text)
        ? node.text
        : null;
  if (written === null) return wrongValue(node, `a number for ${name}`, problems);
  const bits = written.length > LONGEST_DECIMAL ? null : floatBits(written, name);
  if (bits === null)
    return wrongValue(node, `a decimal of at most ${LONGEST_DECIMAL} digits for ${name}`, problems);
  if (!bits.overflow) return bits.bits;
  const message = `Expected a number that ${name} can hold, found ${inWords(node)}.`;
  problems.add('float-out-of-range', node, message, { help: 'For infinity write .inf.' });
  return undefined;
}

/** 0x10 is a number for a float too. */
function decimalText(written: string): string {
  return /^[-+]?0[xo]/u.test(written) ? String(BigInt(written.replace('+', ''))) : written;
}

/** `.nan` as expectation: any NaN. */
export function expectedFloat(
  node: SpecNode,
  name: FloatName,
  problems: Problems,
): string | { $nan: true } | undefined {
  const bits = float(node, name, problems);
  return bits !== undefined && isNanBits(bits) ? { $nan: true } : bits;
}

/** `{ $bits: 0x7fc00001 }`. */
export function exactBits(
  form: Form & { kind: 'form' },
  name: FloatName,
  problems: Problems,
): string | undefined {
  const { value, node } = form;
  const digits = hexDigits(name);
  if (value?.kind === 'int' && value.value >= 0n && value.value < 1n << BigInt(digits * 4)) {
    return value.value.toString(16).padStart(digits, '0');
  }
  return wrongValue(value ?? node, `an integer of ${digits * 4} bits for $bits of ${name}`, problems);
}

export function bool(node: SpecNode, problems: Problems): boolean | undefined {
  return node.kind === 'bool' ? node.value : wrongValue(node, 'true or false for bool', problems);
}

export function enumerator(
  node: SpecNode,
  name: string,
  decl: EnumDecl,
  problems: Problems,
): string | undefined {
  const names = decl.variants.map((variant) => variant.name);
  if (node.kind === 'text') {
    const variant = decl.variants.find((each) => each.name === node.text);
    if (variant !== undefined) return String(variant.value);
    return unknownVariant(node, quoted(node.text), name, names, nearestName(node.text, names), problems);
  }
  if (node.kind !== 'int')
    return wrongValue(node, `a variant of ${name}`, problems, `It has ${listed(names)}.`);
  if (decl.variants.some((variant) => variant.value === node.value)) return String(node.value);
  return unknownVariant(node, node.written, name, names, null, problems);
}

export function unknownVariant(
  node: SpecNode,
  found: string,
  type: string,
  names: readonly string[],
  near: string | null,
  problems: Problems,
): undefined {
  const all = `It has ${listed(names)}. To hand over what the type forbids, write { $raw: NUMBER }.`;
  problems.add('unknown-variant', node, `${type} has no variant ${found}.`, {
    help: near === null ? all : `Did you mean ${near}? ${all}`,
  });
  return undefined;
}

/** `{ $raw: 2 }` for an integer or an enum: within the bits, whatever the type forbids. */
export function rawInteger(
  form: Form & { kind: 'form' },
  type: IntType,
  declarations: Declarations,
  problems: Problems,
): string | undefined {
  return integer(
    form.value ?? form.node,
    { ...type, nonzero: false, nullable: false },
    declarations,
    problems,
  );
}

/** Behind a pointer such elements stand as `$bytes`. */
export function isByte(type: Type, declarations: Declarations): boolean {
  return type.kind === 'void' || (type.kind === 'int' && intSize(type.name, declarations.platform) === 1);
}
