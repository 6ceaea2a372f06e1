import t from 'tap';
import type { Wire } from '../plan/wire.ts';
import { platformNamed } from '../abi/platforms.ts';
import { firstCall, HEAD, loadCases, loadText } from './load-text.test.support.ts';

/** A call with its arguments, and what the driver is handed. */
const GIVEN: readonly (readonly [string, string, readonly Wire[]])[] = [
  ['integers are decimal strings', 'call: add, args: { a: -5, b: 0x10 }', ['-5', '16']],
  [
    'a decimal is rounded once to its width',
    'call: half, args: { v: 1.00000017881393432617187499 }',
    ['3f800001'],
  ],
  ['minus zero keeps its sign', 'call: half, args: { v: -0.0 }', ['80000000']],
  ['NaN that is given is the quiet one', 'call: half, args: { v: .nan }', ['7fc00000']],
  ['bits are exact', 'call: half, args: { v: { $bits: 0x7fc00001 } }', ['7fc00001']],
  ['a subnormal is exact', 'call: half, args: { v: 1e-45 }', ['00000001']],
  ['text is its bytes', 'call: greet, args: { name: Ça }', [{ $text: 'c38761' }]],
  ['text may begin with $', 'call: greet, args: { name: { $text: "$5" } }', [{ $text: '2435' }]],
  [
    'bytes stand for a c_char pointer',
    'call: greet, args: { name: { $bytes: "FF 00" } }',
    [{ $bytes: 'ff00' }],
  ],
  ['a list is that many pointees', 'call: sum, args: { items: [1, -2], count: 2 }', [['1', '-2'], '2']],
  ['a scalar for a pointer is one pointee', 'call: sum, args: { items: 7, count: 1 }', [['7'], '1']],
  ['null is null', 'call: sum, args: { items: null, count: 0 }', [null, '0']],
  [
    'an address is not dereferenced',
    'call: sum, args: { items: { $address: 0x51 }, count: 0 }',
    [{ $address: '0x51' }, '0'],
  ],
  [
    'output memory has a size',
    'call: fill, args: { out: { $out: 16 }, len: 16, written: $out }',
    [{ $out: 16 }, '16', { $out: 1 }],
  ],
  [
    'in/out memory begins with its bytes',
    'call: fill, args: { out: { $out: 4, from: [1, 255] }, len: 4, written: null }',
    [{ $out: 4, from: { $bytes: '01ff' } }, '4', null],
  ],
  [
    'text for bytes has no NUL',
    'call: fill, args: { out: é, len: 2, written: null }',
    [{ $bytes: 'c3a9' }, '2', null],
  ],
  [
    'a byte sequence is one piece',
    'call: fill, args: { out: [0, 127, 255], len: 3, written: null }',
    [{ $bytes: '007fff' }, '3', null],
  ],
  [
    'structs have their fields in declared order',
    'call: point, args: { p: { y: 2, x: 1 }, q: { $zero: { y: 1 } } }',
    [{ x: '3ff0000000000000', y: '4000000000000000' }, [{ x: '0000000000000000', y: '3ff0000000000000' }]],
  ],
  [
    'pointers inside structs',
    'call: pair, args: { p: { name: hi, next: [5, 6] } }',
    [[{ name: { $text: '6869' }, next: ['5', '6'] }]],
  ],
  ['one member of a union', 'call: number, args: { n: { float: 1 } }', [{ float: '3ff0000000000000' }]],
  [
    'the bytes of a union',
    'call: number, args: { n: { $bytes: "00 01 02 03 04 05 06 07" } }',
    [{ $bytes: '0001020304050607' }],
  ],
  ['a zero union', 'call: number, args: { n: { $zero: {} } }', [{ $bytes: '0000000000000000' }]],
  ['an enum is its integer', 'call: colour, args: { c: Blue }', ['4']],
  ['an enum may be given what it forbids', 'call: colour, args: { c: { $raw: 9 } }', ['9']],
  [
    'a variant with its payload',
    'call: shape, args: { s: { Circle: { r: 0 } } }',
    [{ Circle: { r: '0000000000000000' } }],
  ],
  ['a variant without payload', 'call: shape, args: { s: Empty }', [{ Empty: {} }]],
  ['an unknown tag', 'call: shape, args: { s: { $raw: 9 } }', [{ $raw: '9' }]],
  ['a transparent type is what it wraps', 'call: meters, args: { m: 1.5 }', ['3ff8000000000000']],
  ['None of a NonZero is zero', 'call: maybe, args: { n: null, r: 1 }', ['0', ['1']]],
  ['wide text ends with NUL', 'call: wide, args: { s: { $utf16: "é" } }', [['233', '0']]],
  [
    'a scripted callback',
    'call: visit, args: { v: { $callback: { returns: [0, 1], raises: 3, foreign_thread: true } }, user: null }',
    [{ $callback: { as: 'v', type: 'Visit', returns: ['0', '1'], raises: 3, foreign_thread: true } }, null],
  ],
];

for (const [title, text, args] of GIVEN) {
  t.test(`given: ${title}`, async (t) => {
    t.strictSame(firstCall(await loadCases(t, `a: { ${text} }`)).plan.args, args);
  });
}

/** A call with its expectations, what must be observed, and how to read it. */
const EXPECTED: readonly (readonly [string, string, unknown, unknown])[] = [
  [
    'text',
    'call: greet, args: { name: x }, returns: hé, release: false',
    { returns: { $text: '68c3a9' } },
    { returns: { text: true } },
  ],
  ['null is not followed', 'call: greet, args: { name: x }, returns: null', { returns: null }, {}],
  [
    'not null is not followed',
    'call: greet, args: { name: x }, returns: { $not: null }, release: false',
    { returns: { $not: null } },
    {},
  ],
  ['any NaN', 'call: half, args: { v: 0 }, returns: .nan', { returns: { $nan: true } }, {}],
  [
    'this NaN',
    'call: half, args: { v: 0 }, returns: { $bits: 0x7ff8000000000001 }',
    { returns: '7ff8000000000001' },
    {},
  ],
  [
    'about this',
    'call: half, args: { v: 0 }, returns: { $approx: { value: 1, ulps: 4 } }',
    { returns: { $approx: { value: '3ff0000000000000', ulps: '4' } } },
    {},
  ],
  [
    'one of',
    'call: add, args: { a: 1, b: 2 }, returns: { $one_of: [1, 3] }',
    { returns: { $one_of: ['1', '3'] } },
    {},
  ],
  [
    'text in a struct',
    'call: pair, args: { p: null }, returns: { name: a, next: $any }',
    { returns: { name: { $text: '61' }, next: { $any: true } } },
    { returns: { fields: { name: { text: true } } } },
  ],
  [
    'a member',
    'call: number, args: { n: { int: 1 } }, returns: { int: 5 }',
    { returns: { int: '5' } },
    { returns: { member: 'int', read: null } },
  ],
  [
    'wide text',
    'call: wide, args: { s: null }, returns: { $utf16: hé }',
    { returns: { $utf16: '006800e9' } },
    { returns: { utf16: true } },
  ],
  [
    'a list behind a pointer',
    'call: wide, args: { s: null }, returns: [1, 2]',
    { returns: ['1', '2'] },
    { returns: { items: 2, each: null } },
  ],
  [
    'output that is not named stays untouched',
    'call: fill, args: { out: { $out: 3 }, len: 3, written: $out }, after: { written: 0 }',
    { after: { out: { $untouched: true }, written: ['0'] } },
    { after: { out: { items: 3, each: null }, written: { items: 1, each: null } } },
  ],
  [
    'in/out memory that is not named stays as given',
    'call: fill, args: { out: { $out: 3, from: [1] }, len: 3, written: null }',
    { after: { out: { $prefix: { $bytes: '01' }, rest: 'untouched' } } },
    { after: { out: { items: 3, each: null } } },
  ],
  [
    'a prefix',
    'call: fill, args: { out: { $out: 4 }, len: 4, written: null }, after: { out: { $prefix: [1, 2], rest: any } }',
    { after: { out: { $prefix: { $bytes: '0102' }, rest: 'any' } } },
    { after: { out: { items: 4, each: null } } },
  ],
  [
    'as many as came out',
    'call: fill, args: { out: { $out: 4 }, len: 4, written: $out }, as: { written: n }, after: { out: { $items: [1], count: $n } }',
    { after: { out: { $bytes: '01' } } },
    { after: { out: { items: { $ref: 'n' }, each: null } } },
  ],
  [
    'as many as another parameter now says',
    'call: fill, args: { out: { $out: 4 }, len: 4, written: $out }, after: { written: 1, out: { $items: [1], count: $after.written } }',
    { after: { out: { $bytes: '01' }, written: ['1'] } },
    { after: { out: { items: { $out: 'written' }, each: null }, written: { items: 1, each: null } } },
  ],
  ['errno by name', 'call: tiny, args: { v: 1 }, errno: ENOENT', { errno: '2' }, {}],
  ['an abort', 'call: tiny, args: { v: 1 }, aborts: true', { dies: { kind: 'abort' } }, {}],
  ['an exit', 'call: tiny, args: { v: 1 }, dies: exit(3)', { dies: { kind: 'exit', code: 3 } }, {}],
  ['a signal', 'call: tiny, args: { v: 1 }, dies: segv', { dies: { kind: 'signal', name: 'SIGSEGV' } }, {}],
  [
    'an address in an argument',
    'call: wide, args: { s: [1, 2] }, returns: { $at: s, offset: 2 }',
    { returns: { $at: 's', offset: 2 } },
    {},
  ],
];

for (const [title, text, expect, read] of EXPECTED) {
  t.test(`expected: ${title}`, async (t) => {
    const call = firstCall(await loadCases(t, `a: { ${text} }`));
    t.strictSame(call.expect, expect);
    t.strictSame(call.plan.read, read);
  });
}

t.test('what is expected of the calls says how a callback reads its arguments', async (t) => {
  const { plan, expect } = firstCall(
    await loadCases(
      t,
      'a: { call: visit, args: { v: { $callback: {} }, user: null }, called: { v: [ { text: a }, { item: 2, text: null } ] } }',
    ),
  );
  t.strictSame(plan.args[0], { $callback: { as: 'v', type: 'Visit', read: { text: { text: true } } } });
  t.strictSame(expect.called, { v: [{ text: { $text: '61' } }, { item: '2', text: null }] });
});

t.test('only the ends of many calls are recorded when only they are expected', async (t) => {
  const { plan, expect } = firstCall(
    await loadCases(
      t,
      'a: { call: visit, args: { v: { $callback: {} }, user: null }, called: { v: { count: 1000, first: { item: 1 } } } }',
    ),
  );
  t.strictSame(plan.args[0], { $callback: { as: 'v', type: 'Visit', ends: true } });
  t.strictSame(expect.called, { v: { count: '1000', first: { item: '1' } } });
});

t.test('integers are checked against the platform they are for', async (t) => {
  const windows = platformNamed('windows-x86_64');
  const text =
    HEAD.replace('  VERSION: u32', '  VERSION: c_ulong') + '  a: { set: VERSION, value: 0x100000000 }\n';
  t.strictSame((await loadText(t, text)).diagnostics, []);
  if (windows === null) throw new Error('windows-x86_64 is a platform');
  const loaded = await loadText(t, text, {}, windows);
  t.strictSame(
    loaded.diagnostics.map((each) => each.code),
    ['integer-out-of-range'],
  );
});
