/** Decimal text → the bits of the nearest float, ties to even. Exact: no rounding but the last one. */
interface Format {
  readonly bits: number;
  readonly mantissa: number;
  readonly bias: number;
}

const FORMATS = {
  f32: { bits: 32, mantissa: 23, bias: 127 },
  f64: { bits: 64, mantissa: 52, bias: 1023 },
} as const satisfies Record<string, Format>;

export type FloatBits = { readonly overflow: false; readonly bits: string } | { readonly overflow: true };

export type FloatName = keyof typeof FORMATS;

const DECIMAL = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/u;
/** Beyond this power of ten every f64 is infinite, below its negative every f64 is zero. */
const EXTREME = 1200;

/** Hex digits of the bits, unless the number is beyond the largest finite one; null when it is no number. */
export function floatBits(written: string, name: FloatName): FloatBits | null {
  const format = FORMATS[name];
  const named = namedBits(written, format);
  if (named !== null) return { overflow: false, bits: hex(named, format) };
  const match = DECIMAL.exec(written);
  if (match === null || ((match[2] ?? '') === '' && (match[3] ?? '') === '')) return null;
  const sign = match[1] === '-' ? 1n : 0n;
  const digits = `${match[2] ?? ''}${match[3] ?? ''}`.replace(/^0+/u, '');
  const exponent = Number(match[4] ?? '0') - (match[3] ?? '').length;
  const magnitude = magnitudeBits(digits, exponent, format);
  if (magnitude === null) return { overflow: true };
  return { overflow: false, bits: hex((sign << BigInt(format.bits - 1)) | magnitude, format) };
}

export function hexDigits(name: FloatName): number {
  return FORMATS[name].bits / 4;
}

/** Is it the bit pattern of a NaN? */
export function isNanBits(bits: string): boolean {
  const format = bits.length === 8 ? FORMATS.f32 : FORMATS.f64;
  const infinity = infinityOf(format);
  return (BigInt(`0x${bits}`) & ((1n << BigInt(format.bits - 1)) - 1n)) > infinity;
}

function infinityOf(format: Format): bigint {
  return BigInt(2 * format.bias + 1) << BigInt(format.mantissa);
}

function namedBits(written: string, format: Format): bigint | null {
  const match = /^([-+]?)\.(inf|nan)$/iu.exec(written);
  if (match === null) return null;
  const infinity = infinityOf(format);
  if (match[2]?.toLowerCase() === 'nan') return infinity | (1n << BigInt(format.mantissa - 1));
  return match[1] === '-' ? infinity | (1n << BigInt(format.bits - 1)) : infinity;
}

function magnitudeBits(digits: string, exponent: number, format: Format): bigint | null {
  if (digits === '') return 0n;
  const power = digits.length + exponent;
  if (power > EXTREME) return null;
  if (power < -EXTREME) return 0n;
  const value = BigInt(digits);
  return exponent >= 0
    ? round(value * 10n ** BigInt(exponent), 1n, format)
    : round(value, 10n ** BigInt(-exponent), format);
}

/** numerator / denominator as the nearest float; null on overflow. */
function round(numerator: bigint, denominator: bigint, format: Format): bigint | null {
  const least = 1 - format.bias - format.mantissa;
  const guess = bitLength(numerator) - bitLength(denominator) - format.mantissa - 1;
  // Units of 2^shift: as many as give the mantissa all its bits, but not below a subnormal's unit.
  let shift = Math.max(guess, least);
  let mantissa = divideToEven(numerator, denominator, shift);
  if (mantissa >> BigInt(format.mantissa + 1) > 0n) {
    shift++;
    mantissa = divideToEven(numerator, denominator, shift);
    if (mantissa >> BigInt(format.mantissa + 1) > 0n) {
      mantissa >>= 1n;
      shift++;
    }
  }
  const implicit = 1n << BigInt(format.mantissa);
  if (mantissa < implicit) return mantissa;
  const biased = BigInt(shift - least + 1);
  if (biased > BigInt(2 * format.bias)) return null;
  return (biased << BigInt(format.mantissa)) | (mantissa - implicit);
}

/** numerator / (denominator · 2^shift), the nearest integer, ties to even. */
function divideToEven(numerator: bigint, denominator: bigint, shift: number): bigint {
  const [top, bottom] =
    shift >= 0 ? [numerator, denominator << BigInt(shift)] : [numerator << BigInt(-shift), denominator];
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  const up = twice > bottom || (twice === bottom && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

function hex(bits: bigint, format: Format): string {
  return bits.toString(16).padStart(format.bits / 4, '0');
}
