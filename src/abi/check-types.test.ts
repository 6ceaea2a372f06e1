import t from 'tap';
import { checkPlace, checkTable } from './check-types.ts';
import { parseType } from './parse-type.ts';
import type { Field, IntType, Type, TypeDecl } from './type.ts';

function type(text: string): Type {
  const parsed = parseType(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.type;
}

function field(name: string, text: string): Field {
  return { name, type: type(text) };
}

function struct(
  fields: readonly Field[],
  packed: number | null = null,
  align: number | null = null,
): TypeDecl {
  return { kind: 'struct', fields, packed, align };
}

const u8: IntType = { kind: 'int', name: 'u8', nonzero: false, nullable: false };

const GOOD = new Map<string, TypeDecl>([
  ['Point', struct([field('x', 'f64'), field('next', 'Option<&Point>')])],
  ['Handle', { kind: 'opaque' }],
  ['Visit', { kind: 'callback', params: [field('user', '*mut c_void')], returns: { kind: 'void' } }],
  ['Four', { kind: 'transparent', of: type('[u8; 4]') }],
  ['Id', { kind: 'transparent', of: type('NonZeroU32') }],
  ['Shape', { kind: 'tagged', tag: u8, form: 'union', variants: [{ name: 'A', value: 0n, fields: [] }] }],
]);

t.test('a sound table has no problem, and a type may point at itself', (t) => {
  t.same(checkTable(GOOD), []);
  t.end();
});

t.test('C passes everything by value except what has no value', (t) => {
  const legal = [
    ['Point', 'param'],
    ['()', 'return'],
    ['*mut c_void', 'param'],
    ['*const Handle', 'return'],
    ['[Point; 3]', 'field'],
    ['[Point; 3]', 'pointee'],
    ['Option<Visit>', 'param'],
    ['Option<Id>', 'param'],
    ['Four', 'field'],
    ['[u8; 4]', 'let'],
  ] as const;
  for (const [text, place] of legal)
    t.equal(checkPlace(type(text), place, GOOD), null, `${text} as ${place}`);
  const illegal = [
    ['()', 'param', /A parameter cannot be \(\)/],
    ['()', 'field', /A field cannot be \(\)/],
    ['[u8; 4]', 'param', /C passes no array by value/],
    ['Four', 'param', /C passes no array by value/],
    ['[u8; 4]', 'return', /A returned value/],
    ['Handle', 'param', /opaque type stands behind a pointer/],
    ['Handle', 'let', /Named memory/],
    ['[Handle; 2]', 'global', /opaque/],
    ['*const *const Nothing', 'param', /Type Nothing is not declared/],
    ['Option<Point>', 'param', /Option<Point> has no C layout/],
    ['Option<Four>', 'param', /Option<Four> has no C layout/],
  ] as const;
  for (const [text, place, message] of illegal) {
    t.match(checkPlace(type(text), place, GOOD), message, `${text} as ${place}`);
  }
  t.end();
});

t.test('every fault of a declaration is found in one go, with its member', (t) => {
  const table = new Map<string, TypeDecl>([
    ...GOOD,
    ['Empty', struct([])],
    ['Twice', struct([field('x', 'u8'), field('x', 'u16')])],
    ['Odd', struct([field('x', 'u8')], 3)],
    ['Both', struct([field('x', 'u8')], 1, 8)],
    ['Aligned', struct([field('x', 'u8')], null, 16)],
    ['Squeezed', struct([field('inner', 'Aligned')], 1)],
    ['Void', { kind: 'union', members: [field('a', '()')] }],
    ['NoVariant', { kind: 'enum', repr: u8, variants: [] }],
    [
      'Values',
      {
        kind: 'enum',
        repr: u8,
        variants: [
          { name: 'A', value: 300n },
          { name: 'B', value: 1n },
          { name: 'C', value: 1n },
          { name: 'B', value: 2n },
        ],
      },
    ],
    [
      'Payload',
      {
        kind: 'tagged',
        tag: u8,
        form: 'structs',
        variants: [{ name: 'A', value: 0n, fields: [field('h', 'Handle'), field('tag__', 'u8')] }],
      },
    ],
    ['Shape__layout', { kind: 'opaque' }],
    ['Call', { kind: 'callback', params: [field('a', '[u8; 2]')], returns: type('Handle') }],
  ]);
  const found = checkTable(table).map(({ name, member }) => `${name} ${member ?? '-'}`);
  t.same(found, [
    'Shape__layout -',
    'Empty -',
    'Twice x',
    'Odd -',
    'Both -',
    'Squeezed inner',
    'Void a',
    'NoVariant -',
    'Values A',
    'Values C',
    'Values B',
    'Payload A.h',
    'Payload A.tag__',
    'Call a',
    'Call returns',
  ]);
  t.end();
});

t.test('types that contain themselves by value are found, each ring once', (t) => {
  const table = new Map<string, TypeDecl>([
    ['A', struct([field('b', '[B; 2]')])],
    ['B', { kind: 'union', members: [field('a', 'A')] }],
    ['Me', { kind: 'transparent', of: type('Me') }],
    ['User', struct([field('a', 'A')])],
  ]);
  t.match(checkTable(table), [
    { name: 'A', message: 'Type A contains itself: A contains B contains A.' },
    { name: 'Me', message: 'Type Me contains itself: Me contains Me.' },
  ]);
  t.end();
});
