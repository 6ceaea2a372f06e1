import t from 'tap';
import { lowerFunction, lowerGlobal, lowerTable, lowerType } from './lower.ts';
import { LayoutError } from './layout.ts';
import { parseType } from './parse-type.ts';
import { REFERENCE_PLATFORM, platformNamed } from './platforms.ts';
import type { Field, IntType, Type, TypeDecl } from './type.ts';

function type(text: string): Type {
  const parsed = parseType(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.type;
}

function field(name: string, text: string): Field {
  return { name, type: type(text) };
}

const u8: IntType = { kind: 'int', name: 'u8', nonzero: false, nullable: false };
const CIRCLE = [
  { name: 'Circle', value: 3n, fields: [field('r', 'f64')] },
  { name: 'Empty', value: 9n, fields: [] },
];

const TABLE = new Map<string, TypeDecl>([
  ['Line', { kind: 'struct', fields: [field('from', 'Point')], packed: 2, align: null }],
  ['Point', { kind: 'struct', fields: [field('x', 'Meters')], packed: null, align: 16 }],
  ['Meters', { kind: 'transparent', of: type('f64') }],
  ['Colour', { kind: 'enum', repr: u8, variants: [{ name: 'Red', value: 1n }] }],
  ['Number', { kind: 'union', members: [field('i', 'i64')] }],
  ['Visit', { kind: 'callback', params: [field('user', '*mut c_void')], returns: type('bool') }],
  ['Handle', { kind: 'opaque' }],
  ['Shape', { kind: 'tagged', tag: u8, form: 'union', variants: CIRCLE }],
  ['Tight', { kind: 'tagged', tag: u8, form: 'structs', variants: CIRCLE }],
  ['Bare', { kind: 'tagged', tag: u8, form: 'union', variants: [{ name: 'A', value: 0n, fields: [] }] }],
]);

const f64 = { kind: 'float', name: 'f64', size: 8 };
const tag = { kind: 'int', name: 'u8', size: 1, signed: false };

t.test('types become plan nodes with the facts of the platform', (t) => {
  const lower = (text: string, platform = 'linux-x86_64') =>
    lowerType(type(text), TABLE, platformNamed(platform) ?? REFERENCE_PLATFORM);
  t.same(lower('i32'), { kind: 'int', name: 'i32', size: 4, signed: true });
  t.same(lower('c_char'), { kind: 'int', name: 'c_char', size: 1, signed: true });
  t.same(lower('c_char', 'linux-aarch64'), { kind: 'int', name: 'c_char', size: 1, signed: false });
  t.same(lower('c_char', 'macos-aarch64'), { kind: 'int', name: 'c_char', size: 1, signed: true });
  t.same(lower('usize', 'linux-armv7'), { kind: 'int', name: 'usize', size: 4, signed: false });
  t.same(lower('c_long', 'windows-x86_64'), { kind: 'int', name: 'c_long', size: 4, signed: true });
  t.same(lower('c_ulong'), { kind: 'int', name: 'c_ulong', size: 8, signed: false });
  t.same(lower('Option<NonZeroU8>'), { kind: 'int', name: 'u8', size: 1, signed: false });
  t.same(lower('Meters'), f64);
  t.same(lower('*const c_void'), { kind: 'pointer', to: { kind: 'void' }, const: true });
  t.same(lower('Option<Box<Handle>>'), {
    kind: 'pointer',
    to: { kind: 'opaque', ref: 'Handle' },
    const: false,
  });
  t.same(lower('&[Point; 2]'), {
    kind: 'pointer',
    to: { kind: 'array', of: { kind: 'struct', ref: 'Point' }, length: 2 },
    const: true,
  });
  t.same(lower('Option<Visit>'), { kind: 'callback', ref: 'Visit' });
  t.throws(() => lower('Nothing'), LayoutError);
  t.end();
});

t.test('declarations come in an order in which each stands behind what it contains', (t) => {
  const types = lowerTable(TABLE, REFERENCE_PLATFORM);
  t.same(Object.keys(types), [
    'Point',
    'Line',
    'Colour',
    'Number',
    'Visit',
    'Handle',
    'Shape__Circle',
    'Shape__payload',
    'Shape__layout',
    'Shape',
    'Tight__Circle',
    'Tight__Empty',
    'Tight__layout',
    'Tight',
    'Bare__layout',
    'Bare',
  ]);
  t.same(types['Point'], { kind: 'struct', fields: [{ name: 'x', type: f64 }], align: 16 });
  t.match(types['Line'], { kind: 'struct', packed: 2 });
  t.same(types['Colour'], { kind: 'enum', repr: tag, variants: [{ name: 'Red', value: '1' }] });
  t.same(types['Handle'], { kind: 'opaque' });
  t.end();
});

t.test('a data-carrying enum is taken apart as the protocol says, in both forms', (t) => {
  const types = lowerTable(TABLE, REFERENCE_PLATFORM);
  const variants = [
    { name: 'Circle', value: '3', fields: [{ name: 'r', type: f64 }] },
    { name: 'Empty', value: '9', fields: [] },
  ];
  const struct = (ref: string) => ({ kind: 'struct', ref });
  t.same(types['Shape'], { kind: 'tagged', tag, form: 'union', variants, layout: struct('Shape__layout') });
  t.same(types['Shape__layout'], {
    kind: 'struct',
    fields: [
      { name: 'tag__', type: tag },
      { name: 'payload__', type: { kind: 'union', ref: 'Shape__payload' } },
    ],
  });
  t.same(types['Shape__payload'], {
    kind: 'union',
    members: [{ name: 'Circle', type: struct('Shape__Circle') }],
  });
  t.same(types['Tight'], {
    kind: 'tagged',
    tag,
    form: 'structs',
    variants,
    layout: { kind: 'union', ref: 'Tight__layout' },
  });
  t.same(types['Tight__Circle'], {
    kind: 'struct',
    fields: [
      { name: 'tag__', type: tag },
      { name: 'r', type: f64 },
    ],
  });
  t.same(types['Bare__layout'], { kind: 'struct', fields: [{ name: 'tag__', type: tag }] });
  t.end();
});

t.test('functions and globals keep their symbols', (t) => {
  const add = { symbol: 'add_numbers', params: [field('a', 'u8')], returns: type('()') };
  t.same(lowerFunction(add, TABLE, REFERENCE_PLATFORM), {
    symbol: 'add_numbers',
    params: [{ name: 'a', type: tag }],
    returns: { kind: 'void' },
  });
  t.same(lowerGlobal({ symbol: 'VERSION', type: type('u8') }, TABLE, REFERENCE_PLATFORM), {
    symbol: 'VERSION',
    type: tag,
  });
  t.end();
});
