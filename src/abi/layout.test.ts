import t from 'tap';
import { createLayouts, LayoutError } from './layout.ts';
import { parseType } from './parse-type.ts';
import type { Platform } from './platform.ts';
import { platformNamed } from './platforms.ts';
import type { Field, IntType, Type, TypeDecl } from './type.ts';

function type(text: string): Type {
  const parsed = parseType(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.type;
}

function fields(record: Record<string, string>): Field[] {
  return Object.entries(record).map(([name, text]) => ({ name, type: type(text) }));
}

function struct(
  record: Record<string, string>,
  packed: number | null = null,
  align: number | null = null,
): TypeDecl {
  return { kind: 'struct', fields: fields(record), packed, align };
}

const u8: IntType = { kind: 'int', name: 'u8', nonzero: false, nullable: false };

function tagged(form: 'union' | 'structs', variants: Record<string, Record<string, string>>): TypeDecl {
  return {
    kind: 'tagged',
    tag: u8,
    form,
    variants: Object.entries(variants).map(([name, record], index) => ({
      name,
      value: BigInt(index),
      fields: fields(record),
    })),
  };
}

function platform(name: string): Platform {
  const found = platformNamed(name);
  if (found === null) throw new Error(name);
  return found;
}

const XY = { X: { a: 'u8', b: 'u32' }, Y: { c: 'u64' } };
const TABLE = new Map<string, TypeDecl>([
  ['Mixed', struct({ a: 'u8', b: 'i64', c: 'u16' })],
  ['Packed', struct({ a: 'u8', b: 'f64', c: 'u32' }, 1)],
  ['Packed2', struct({ a: 'u8', b: 'f64', c: 'u32' }, 2)],
  ['Aligned', struct({ a: 'u8' }, null, 16)],
  ['Holder', struct({ a: 'u8', inner: 'Aligned', list: '[u16; 3]' })],
  ['Wide', struct({ a: 'u8', b: 'i128' })],
  ['Longs', struct({ a: 'c_char', b: 'c_long', c: 'usize' })],
  ['Number', { kind: 'union', members: fields({ small: 'u8', big: '[u32; 3]', float: 'f64' }) }],
  ['Meters', { kind: 'transparent', of: type('f64') }],
  ['Flags', { kind: 'enum', repr: u8, variants: [{ name: 'A', value: 0n }] }],
  ['Visit', { kind: 'callback', params: [], returns: { kind: 'void' } }],
  ['Far', tagged('union', XY)],
  ['Near', tagged('structs', XY)],
  ['Bare', tagged('union', { A: {}, B: {} })],
  ['Handle', { kind: 'opaque' }],
  ['Self', struct({ next: 'Other' })],
  ['Other', struct({ back: '[Self; 2]' })],
]);

const on = (name: string) => createLayouts(TABLE, platform(name));

t.test('structs are padded and aligned as C does it', (t) => {
  const linux = on('linux-x86_64');
  t.same(linux.named('Mixed'), { size: 24, align: 8, offsets: { a: 0, b: 8, c: 16 } });
  t.same(linux.named('Packed'), { size: 13, align: 1, offsets: { a: 0, b: 1, c: 9 } });
  t.same(linux.named('Packed2'), { size: 14, align: 2, offsets: { a: 0, b: 2, c: 10 } });
  t.same(linux.named('Aligned'), { size: 16, align: 16, offsets: { a: 0 } });
  t.same(linux.named('Holder'), { size: 48, align: 16, offsets: { a: 0, inner: 16, list: 32 } });
  t.same(linux.named('Number'), { size: 16, align: 8, offsets: { small: 0, big: 0, float: 0 } });
  t.end();
});

t.test('64-bit fields are aligned to 4 on i686 Linux and to 8 on i686 Windows', (t) => {
  t.same(on('linux-i686').named('Mixed'), { size: 16, align: 4, offsets: { a: 0, b: 4, c: 12 } });
  t.same(on('windows-i686').named('Mixed'), { size: 24, align: 8, offsets: { a: 0, b: 8, c: 16 } });
  t.end();
});

t.test('i128 is aligned to 16 on x86 and to 8 on s390x', (t) => {
  t.same(on('linux-x86_64').named('Wide'), { size: 32, align: 16, offsets: { a: 0, b: 16 } });
  t.same(on('linux-s390x').named('Wide'), { size: 24, align: 8, offsets: { a: 0, b: 8 } });
  t.end();
});

t.test('long has 32 bits on Windows, and pointers have the width of the platform', (t) => {
  t.same(on('linux-aarch64').named('Longs').offsets, { a: 0, b: 8, c: 16 });
  t.same(on('windows-x86_64').named('Longs').offsets, { a: 0, b: 4, c: 8 });
  t.same(on('linux-armv7').named('Longs').offsets, { a: 0, b: 4, c: 8 });
  t.equal(on('linux-armv7').of(type('*const u8')).size, 4);
  t.equal(on('linux-armv7').named('Visit').size, 4);
  t.end();
});

t.test('the two forms of a data-carrying enum put its fields in different places', (t) => {
  const linux = on('linux-x86_64');
  t.same(linux.variant('Far', 'X'), { a: 8, b: 12 });
  t.same(linux.variant('Near', 'X'), { a: 1, b: 4 });
  t.same(linux.variant('Far', 'Y'), { c: 8 });
  t.same(linux.variant('Near', 'Y'), { c: 8 });
  t.match(linux.named('Far'), { size: 16, align: 8 });
  t.match(linux.named('Bare'), { size: 1, align: 1 });
  t.same(linux.named('Far__layout').offsets, { tag__: 0, payload__: 8 });
  t.same(linux.named('Near__X').offsets, { tag__: 0, a: 1, b: 4 });
  t.same(linux.variant('Bare', 'A'), {});
  t.end();
});

t.test('scalars, arrays, transparent names and enums have the layout of what they are', (t) => {
  const linux = on('linux-x86_64');
  const sizes = Object.fromEntries(
    [
      'bool',
      'c_char',
      'c_short',
      'f32',
      'Meters',
      'Flags',
      '[Mixed; 3]',
      'Option<&Handle>',
      'NonZeroU16',
    ].map((text) => [text, linux.of(type(text)).size]),
  );
  t.same(sizes, {
    bool: 1,
    c_char: 1,
    c_short: 2,
    f32: 4,
    Meters: 8,
    Flags: 1,
    '[Mixed; 3]': 72,
    'Option<&Handle>': 8,
    NonZeroU16: 2,
  });
  t.end();
});

t.test('what has no layout is refused with the reason', (t) => {
  const linux = on('linux-x86_64');
  t.throws(
    () => linux.named('Self'),
    new LayoutError('Type Self contains itself: Self contains Other contains Self.'),
  );
  t.throws(() => linux.named('Self'), { message: /Self contains Other contains Self/ }, 'again');
  t.throws(() => linux.named('Handle'), { message: /opaque/ });
  t.throws(() => linux.of({ kind: 'void' }), LayoutError);
  t.throws(() => linux.named('Nothing'), { message: 'Type Nothing is not declared.' });
  t.throws(() => linux.variant('Far', 'Z'), { message: 'Type Far has no variant Z.' });
  t.throws(() => linux.variant('Mixed', 'X'), LayoutError);
  t.end();
});
