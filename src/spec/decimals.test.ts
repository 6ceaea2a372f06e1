import t from 'tap';
import { floatBits, isNanBits } from './decimals.ts';

const BITS: readonly (readonly [string, 'f32' | 'f64', string | null])[] = [
  ['1', 'f32', '3f800000'],
  ['1.', 'f64', '3ff0000000000000'],
  ['.5', 'f64', '3fe0000000000000'],
  ['-0', 'f64', '8000000000000000'],
  ['1e3', 'f32', '447a0000'],
  ['+.inf', 'f32', '7f800000'],
  ['-.INF', 'f64', 'fff0000000000000'],
  ['.nan', 'f32', '7fc00000'],
  ['16777217', 'f32', '4b800000'],
  ['16777219', 'f32', '4b800002'],
  ['3.4028235e38', 'f32', '7f7fffff'],
  ['3.40282356779733661637539395458142568448e38', 'f32', 'overflow'],
  ['1.4e-45', 'f32', '00000001'],
  ['7.006492321624085e-46', 'f32', '00000000'],
  ['7.006492321624086e-46', 'f32', '00000001'],
  ['1.1754943508222875e-38', 'f32', '00800000'],
  ['1.7976931348623157e308', 'f64', '7fefffffffffffff'],
  ['1e309', 'f64', 'overflow'],
  ['1e999999999', 'f64', 'overflow'],
  ['1e-999999999', 'f64', '0000000000000000'],
  ['4.9e-324', 'f64', '0000000000000001'],
  ['abc', 'f64', null],
  ['.', 'f64', null],
  ['', 'f64', null],
];
for (const [written, name, expected] of BITS) {
  t.test(`${name} of "${written}"`, (t) => {
    const bits = floatBits(written, name);
    t.equal(bits === null ? null : bits.overflow ? 'overflow' : bits.bits, expected);
    t.end();
  });
}

t.test('no double rounding: f32 is made from the digits, not from an f64', (t) => {
  // As f64 this is exactly between two f32, and would then go to the even one.
  const written = '1.00000017881393432617187499';
  t.strictSame(floatBits(written, 'f32'), { overflow: false, bits: '3f800001' });
  const viaDouble = new DataView(new ArrayBuffer(4));
  viaDouble.setFloat32(0, Number(written));
  t.equal(viaDouble.getUint32(0).toString(16), '3f800002');
  t.end();
});

t.test('f64 agrees with the language itself', (t) => {
  const view = new DataView(new ArrayBuffer(8));
  let state = 0x243f6a8885a308d3n;
  for (let round = 0; round < 5000; round++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    view.setBigUint64(0, state);
    const value = view.getFloat64(0);
    if (!Number.isFinite(value)) continue;
    const bits = floatBits(String(value), 'f64');
    if (bits?.overflow !== false || BigInt(`0x${bits.bits}`) !== state) t.fail(String(value));
  }
  t.pass('5000 numbers');
  t.end();
});

t.test('a NaN is known by its bits', (t) => {
  t.strictSame(['7fc00000', 'ff800001', '7f800000', '7ff0000000000000', 'fff0000000000001'].map(isNanBits), [
    true,
    true,
    false,
    false,
    true,
  ]);
  t.end();
});
