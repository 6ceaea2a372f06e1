import t from 'tap';
import type { PlanStep, Wire } from '../plan/wire.ts';
import {
  FEATURES,
  featureNames,
  featuresOf,
  isFeature,
  type Boundary,
  type ExpectedHint,
} from './features.ts';
import { parseType } from './parse-type.ts';
import type { CallbackDecl, Field, IntType, Type, TypeDecl } from './type.ts';

function type(text: string, hoisted?: Map<string, TypeDecl>): Type {
  const parsed = parseType(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  for (const [name, decl] of parsed.hoisted) hoisted?.set(name, decl);
  return parsed.type;
}

function struct(
  types: Record<string, string>,
  packed: number | null = null,
  align: number | null = null,
): TypeDecl {
  const fields = Object.entries(types).map(([name, text]): Field => ({ name, type: type(text) }));
  return { kind: 'struct', fields, packed, align };
}

const u8: IntType = { kind: 'int', name: 'u8', nonzero: false, nullable: false };
const circle = [{ name: 'Circle', value: 0n, fields: [{ name: 'r', type: type('f32') }] }];
const visit: CallbackDecl = {
  kind: 'callback',
  params: [{ name: 'user', type: type('*mut c_void') }],
  returns: { kind: 'int', name: 'i32', nonzero: false, nullable: false },
};

const TYPES = new Map<string, TypeDecl>([
  ['Pair', struct({ x: 'f64', y: 'f64' })],
  ['Triple', struct({ list: '[f32; 3]' })],
  ['Quad', struct({ a: 'Pair', b: 'Pair' })],
  ['Mixed', struct({ a: 'u8', b: 'f32' })],
  ['Packed', struct({ a: 'u8', b: 'u32' }, 1)],
  ['Aligned', struct({ a: 'u8' }, null, 32)],
  ['Text', struct({ text: '*const c_char', n: 'u64' })],
  ['HoldsUnion', struct({ n: 'Number' })],
  [
    'Number',
    {
      kind: 'union',
      members: [
        { name: 'f', type: type('f64') },
        { name: 'i', type: type('i64') },
      ],
    },
  ],
  [
    'IntFirst',
    {
      kind: 'union',
      members: [
        { name: 'i', type: type('i64') },
        { name: 'f', type: type('f64') },
      ],
    },
  ],
  ['Colour', { kind: 'enum', repr: u8, variants: [{ name: 'Red', value: 0n }] }],
  ['Shape', { kind: 'tagged', tag: u8, form: 'union', variants: circle }],
  ['Tight', { kind: 'tagged', tag: u8, form: 'structs', variants: circle }],
  ['Meters', { kind: 'transparent', of: type('f64') }],
  ['Handle', { kind: 'opaque' }],
  ['Visit', visit],
  [
    'Describe',
    { kind: 'callback', params: [{ name: 't', type: type('*const c_char') }], returns: type('Pair') },
  ],
]);

/** `params`, then `-> returns`. */
function signature(
  text: string,
  symbol: string,
): { symbol: string; params: readonly Field[]; returns: Type } {
  const [params = '', returns = '()'] = text.split('->').map((part) => part.trim());
  const list = params === '' ? [] : params.split(',');
  return {
    symbol,
    params: list.map((each, i) => ({ name: `p${i}`, type: type(each) })),
    returns: type(returns),
  };
}

/** The features of one call of a function with this signature. */
function ofCall(text: string, args: readonly Wire[] = [], more: object = {}): readonly string[] {
  const step = { id: '0', call: 'f', args, read: {}, ...more } as PlanStep;
  return featuresOf([step], boundary(text));
}

function boundary(text: string): Boundary {
  const functions = new Map([
    ['f', signature(text, 'f')],
    ['wide', signature('-> u64', 'narrow')],
    ['narrow', signature('-> bool', 'narrow')],
  ]);
  const globals = new Map([['LIMIT', { type: type('u32') }]]);
  return { types: TYPES, functions, globals };
}

function ofSteps(steps: readonly object[], hints: readonly ExpectedHint[] = []): readonly string[] {
  return featuresOf(steps as readonly PlanStep[], boundary('Option<Visit>'), hints);
}

const CALLBACK = { $callback: { as: 'v', type: 'Visit' } };
const given = { id: '0', call: 'f', args: [CALLBACK], read: {} };

/** One example for every derived feature. */
const EXAMPLES: Readonly<Record<string, () => readonly string[]>> = {
  'integer.8-bit': () => ofCall('i8'),
  'integer.16-bit': () => ofCall('-> u16'),
  'integer.32-bit': () => ofCall('i32, i32 -> i32'),
  'integer.64-bit': () => ofCall('u64'),
  'integer.128-bit': () => ofCall('i128'),
  'integer.pointer-width': () => ofCall('usize'),
  'integer.c-alias': () => ofCall('c_long'),
  'integer.non-zero': () => ofCall('NonZeroU16'),
  'integer.dirty-upper-bits': () => ofSteps([{ id: '0', call: 'narrow', args: [], read: {} }]),
  'float.f32': () => ofCall('f32'),
  'float.f64': () => ofCall('-> f64'),
  'float.nan-payload': () => ofCall('f32', ['7fc00001']),
  bool: () => ofCall('bool'),
  'params.many': () => ofCall('u8, u8, u8, u8, u8, u8, u8'),
  'params.mixed-registers': () => ofCall('u8, f64, u8'),
  'struct.by-value.small': () => ofCall('Pair'),
  'struct.by-value.large': () => ofCall('Quad'),
  'struct.by-value.return.small': () => ofCall('-> Pair'),
  'struct.by-value.return.large': () => ofCall('-> Quad'),
  'struct.by-value.odd-size': () => ofCall('Triple'),
  'struct.by-value.float-pair': () => ofCall('Pair'),
  'struct.by-value.float-triple': () => ofCall('Triple'),
  'struct.by-value.float-quad': () => ofCall('Quad'),
  'struct.by-value.mixed': () => ofCall('Mixed'),
  'struct.by-value.nested': () => ofCall('Quad'),
  'struct.by-value.array': () => ofCall('Triple'),
  'struct.by-value.packed': () => ofCall('Packed'),
  'struct.by-value.aligned': () => ofCall('Aligned'),
  'struct.by-value.padded': () => ofCall('Mixed'),
  'struct.by-value.after-registers': () => ofCall('u8, u8, u8, u8, u8, Pair'),
  'struct.by-value.several': () => ofCall('Pair, Number'),
  'struct.by-value.before-pointer': () => ofCall('Pair, *mut u8'),
  'struct.by-pointer': () => ofCall('*const Pair'),
  'struct.by-pointer.packed': () => ofCall('*const Packed'),
  'struct.by-pointer.aligned': () => ofCall('*const Aligned'),
  'struct.array': () =>
    ofCall('*const Pair', [
      [
        { x: '0', y: '0' },
        { x: '0', y: '0' },
      ],
    ]),
  'struct.transparent': () => ofCall('Meters'),
  'union.by-value': () => ofCall('IntFirst'),
  'union.by-value.float-first': () => ofCall('Number'),
  'union.by-value.in-struct': () => ofCall('HoldsUnion'),
  'union.by-pointer': () => ofCall('*mut Number'),
  'enum.c-like': () => ofCall('Colour'),
  'enum.tagged.c': () => ofCall('Shape'),
  'enum.tagged.primitive': () => ofCall('&Tight'),
  'enum.tagged.by-value': () => ofCall('-> Shape'),
  'enum.tagged.by-pointer': () => ofCall('&Tight'),
  'nullable.reference': () => ofCall('Option<&u8>'),
  'nullable.box': () => ofCall('Option<Box<Handle>>'),
  'nullable.callback': () => ofCall('Option<Visit>'),
  'nullable.non-zero': () => ofCall('Option<NonZeroU8>'),
  'pointer.in': () => ofCall('*const u32', [['1']]),
  'pointer.out': () => ofCall('*mut u32', [{ $out: 1 }]),
  'pointer.in-out': () => ofCall('*mut u32', [{ $out: 1, from: ['1'] }]),
  'pointer.array': () => ofCall('*const u32', [['1', '2']]),
  'pointer.to-pointer': () => ofCall('*mut *mut u8'),
  'pointer.null': () => ofCall('*mut u32', [null]),
  'pointer.into-memory': () => ofCall('*mut u32', [{ $at: 'm' }]),
  'pointer.address': () => ofCall('*mut c_void', [{ $address: '0x51' }]),
  'pointer.in-struct': () => ofCall('*const Text'),
  'pointer.returned': () => ofCall('-> *const u32', [], { read: { returns: { items: 3, each: null } } }),
  'pointer.untyped': () => ofCall('*const c_void', [{ $bytes: '00ff' }]),
  'memory.named': () => ofSteps([{ id: '0', let: 'm', type: { kind: 'bool' }, value: true }]),
  'memory.collection': () => ofSteps([{ id: '0', collect: true }]),
  'string.native.argument': () => ofCall('*const c_char', [{ $text: '61' }]),
  'string.native.return': () => ofCall('-> *mut c_char', [], { read: { returns: { text: true } } }),
  'string.in-memory': () => ofCall('*mut c_char', [{ $text: '61' }]),
  'string.out': () => ofCall('*mut c_char', [{ $out: 8 }], { read: { after: { p0: { text: true } } } }),
  'string.in-struct': () => ofCall('Text', [{ text: { $text: '61' }, n: '1' }]),
  'string.bytes': () => ofCall('*const u8', [{ $bytes: '00ff' }]),
  'string.utf16': () => ofCall('*const u16', [['72', '0']]),
  'callback.call': () => ofSteps([given]),
  'callback.null': () => ofCall('Option<Visit>', [null]),
  'callback.user-data': () => ofSteps([given]),
  'callback.struct': () => ofCall('Describe', [{ $callback: { type: 'Describe' } }]),
  'callback.string': () => ofCall('Describe', [{ $callback: { type: 'Describe' } }]),
  'callback.stored': () => ofSteps([given, { ...given, args: [{ $ref: 'v' }] }]),
  'callback.many': () => ofCall('Visit', [{ $callback: { type: 'Visit', ends: true } }]),
  'callback.re-entrant': () => ofCall('Visit', [{ $callback: { type: 'Visit', on: { '1': [given] } } }]),
  'callback.raises': () => ofCall('Visit', [{ $callback: { type: 'Visit', raises: 1 } }]),
  'callback.foreign-thread': () => ofCall('Visit', [{ $callback: { type: 'Visit', foreign_thread: true } }]),
  'callback.after-return': () => ofSteps([given, { id: '1', wait: 'v', count: 1 }]),
  'callback.after-collection': () => ofSteps([given, { id: '1', collect: true }]),
  'callback.dropped': () => ofSteps([given, { id: '1', drop: 'v' }]),
  'function-pointer.returned': () => ofCall('-> Visit'),
  'function-pointer.called': () =>
    ofSteps([{ id: '0', call: { $ref: 'f' }, type: 'Visit', args: [null], read: {} }]),
  'function-pointer.passed': () => ofSteps([{ id: '0', address: 'narrow', bind: 'p' }]),
  'handle.opaque': () => ofCall('-> *mut Handle'),
  'ownership.release': () => ofCall('*mut u8', [], { release: true }),
  'ownership.box': () => ofCall('-> Box<Handle>'),
  'global.read': () => ofSteps([{ id: '0', get: 'LIMIT', read: null }]),
  'global.write': () => ofSteps([{ id: '0', set: 'LIMIT', value: '5' }]),
  'global.address': () => ofSteps([{ id: '0', address: 'LIMIT', bind: 'p' }]),
  'symbol.found': () => ofSteps([{ id: '0', find: 'f' }]),
  'symbol.missing': () => ofSteps([{ id: '0', find: 'g' }], [{ found: false }]),
  errno: () => ofCall('', [], { errno: true }),
  thread: () => ofSteps([{ id: '0', threads: 8, steps: [given] }]),
  repeat: () => ofSteps([{ id: '0', repeat: 8, steps: [given] }]),
  'panic.abort': () => ofSteps([given], [{ dies: { kind: 'abort' } }]),
  'process.death': () => ofSteps([given], [{ dies: { kind: 'exit' } }]),
  'misuse.invalid-enum': () => ofCall('Colour', ['7']),
};

t.test('every derived feature is derived by an example', (t) => {
  const derived = FEATURES.filter((feature) => feature.derived).map((feature) => feature.name);
  t.same(Object.keys(EXAMPLES).toSorted(), derived.toSorted());
  for (const [name, example] of Object.entries(EXAMPLES)) t.ok(example().includes(name), name);
  t.end();
});

t.test('the vocabulary is closed: only its names are derived, sorted and once each', (t) => {
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const found = example();
    t.same(
      found.filter((each) => !isFeature(each)),
      [],
      name,
    );
    t.same(found, [...new Set(found)].toSorted(), name);
  }
  t.end();
});

t.test('names are unique, groups stand together and every feature has one sentence', (t) => {
  t.equal(featureNames().length, FEATURES.length);
  const groups = FEATURES.map((feature) => feature.group);
  const runs = groups.filter((each, index) => each !== groups[index - 1]);
  t.equal(runs.length, new Set(groups).size);
  for (const { name, about } of FEATURES) t.match(about, /^[A-Z][^\n]*\.$/, name);
  t.notOk(isFeature('struct.by-value.purple'));
  t.end();
});

t.test('a case has exactly the features that its types and values give', (t) => {
  t.same(ofCall('i32, i32 -> i32', ['2', '40']), ['integer.32-bit']);
  t.same(ofCall('Packed -> u32', [{ a: '1', b: '2' }]), [
    'integer.32-bit',
    'struct.by-value.odd-size',
    'struct.by-value.packed',
    'struct.by-value.small',
  ]);
  t.same(ofCall('IntFirst'), ['union.by-value']);
  t.same(ofCall('f64', ['7ff8000000000000']), ['float.f64']);
  t.same(ofCall('Meters -> ()'), ['float.f64', 'struct.transparent']);
  t.end();
});

t.test('a huge array inside a struct costs nothing', (t) => {
  const types = new Map<string, TypeDecl>([['Big', struct({ list: '[[f64; 10000]; 10000]' })]]);
  const functions = new Map([
    ['f', { symbol: 'f', params: [{ name: 'b', type: type('Big') }], returns: type('()') }],
  ]);
  const steps: PlanStep[] = [{ id: '0', call: 'f', args: [], read: {} }];
  t.same(featuresOf(steps, { types, functions, globals: new Map() }), [
    'struct.by-value.array',
    'struct.by-value.large',
  ]);
  t.end();
});

t.test('a function nobody declared gives no features and no error', (t) => {
  t.same(ofSteps([{ id: '0', call: 'nothing', args: [], read: {} }]), []);
  t.end();
});
