import t from 'tap';
import type { Wire } from '../plan/wire.ts';
import { compare, comparePartial, fillByte, type Scope } from './compare.ts';

const empty: Scope = { bound: new Map(), slots: [] };

function agrees(expected: Wire, observed: Wire | undefined, scope = empty): boolean {
  return compare(expected, observed, scope).length === 0;
}

void t.test('scalars agree when they are the same text', (t) => {
  t.ok(agrees('42', '42'));
  t.notOk(agrees('42', '-42'));
  t.notOk(agrees(true, '1'));
  t.notOk(agrees('42', undefined));
  t.ok(agrees(null, null));
  t.end();
});

void t.test('a struct differs in the field that differs', (t) => {
  const mismatches = compare({ x: '1', y: '2' }, { x: '1', y: '3' }, empty);
  t.same(mismatches, [{ path: ['y'], expected: '2', observed: '3' }]);
  t.end();
});

void t.test('a struct with a field too many or too few differs', (t) => {
  t.notOk(agrees({ x: '1' }, { x: '1', y: '2' }));
  t.notOk(agrees({ x: '1', y: '2' }, { x: '1' }));
  t.end();
});

void t.test('lists differ in length and in elements', (t) => {
  t.ok(agrees(['1', '2'], ['1', '2']));
  t.notOk(agrees(['1', '2'], ['1']));
  t.same(compare([['1'], ['2']], [['1'], ['9']], empty)[0]?.path, [1, 0]);
  t.end();
});

void t.test('$any takes everything, absence too', (t) => {
  t.ok(agrees({ $any: true }, { x: '1' }));
  t.ok(agrees({ $any: true }, undefined));
  t.end();
});

void t.test('$nan takes NaN of any payload and nothing else', (t) => {
  t.ok(agrees({ $nan: true }, '7fc00000'));
  t.ok(agrees({ $nan: true }, 'fff8000000000001'));
  t.notOk(agrees({ $nan: true }, '7f800000'), 'infinity is no NaN');
  t.notOk(agrees({ $nan: true }, '7ff0000000000000'));
  t.end();
});

void t.test('$approx counts units in the last place across zero', (t) => {
  const near = { $approx: { value: '00000001', ulps: '2' } };
  t.ok(agrees(near, '00000003'));
  t.ok(agrees(near, '80000001'), 'one step below zero');
  t.notOk(agrees(near, '00000004'));
  t.notOk(agrees(near, '7fc00000'));
  t.end();
});

void t.test('$not and $one_of', (t) => {
  t.ok(agrees({ $not: null }, { $pointer: 0 }));
  t.notOk(agrees({ $not: null }, null));
  t.ok(agrees({ $one_of: ['1', '2'] }, '2'));
  t.notOk(agrees({ $one_of: ['1', '2'] }, '3'));
  t.end();
});

void t.test('$prefix wants the rest untouched, byte by byte too', (t) => {
  const list = { $prefix: ['1'], rest: 'untouched' };
  t.ok(agrees(list, ['1', { $untouched: true }]));
  t.notOk(agrees(list, ['1', '0']));
  t.ok(agrees({ $prefix: ['1'], rest: 'any' }, ['1', '0']));
  t.ok(agrees({ $prefix: [], rest: 'untouched' }, { $untouched: true }));
  const fill = [2, 3].map((index) => fillByte(index).toString(16)).join('');
  t.ok(agrees({ $prefix: { $bytes: '0102' }, rest: 'untouched' }, { $bytes: `0102${fill}` }));
  t.notOk(agrees({ $prefix: { $bytes: '0102' }, rest: 'untouched' }, { $bytes: '01020000' }));
  t.end();
});

void t.test('$untouched is not a value that happens to be there', (t) => {
  t.ok(agrees({ $untouched: true }, { $untouched: true }));
  t.notOk(agrees({ $untouched: true }, '0'));
  t.notOk(agrees({ $untouched: true }, ['0']));
  t.end();
});

void t.test('$ref is what was bound, or a part of it; what was never bound agrees with nothing', (t) => {
  const bound = new Map<string, Wire>([['r', { ptr: { $pointer: 0 }, list: ['5', '6'] }]]);
  const scope = { bound, slots: [] };
  t.ok(agrees({ $ref: 'r', path: ['ptr'] }, { $pointer: 0 }, scope));
  t.ok(agrees({ $ref: 'r', path: ['list', '1'] }, '6', scope));
  t.notOk(agrees({ $ref: 'r', path: ['ptr'] }, { $pointer: 1 }, scope));
  t.notOk(agrees({ $ref: 'nobody' }, '6', scope));
  t.end();
});

void t.test('$slot is the value of the row', (t) => {
  const scope = { bound: new Map(), slots: ['7', { $nan: true }] };
  t.ok(agrees({ $slot: 0 }, '7', scope));
  t.ok(agrees({ $slot: 1 }, '7fc00001', scope));
  t.notOk(agrees({ $slot: 0 }, '8', scope));
  t.end();
});

void t.test('arguments of a callback may be named in part', (t) => {
  t.same(comparePartial({ item: '8' }, { item: '8', user: null }, empty, []), []);
  t.same(comparePartial({ item: '8' }, { item: '9', user: null }, empty, [])[0]?.path, ['item']);
  t.end();
});

void t.test('a name from JavaScript is a field like any other', (t) => {
  const hostile = JSON.parse('{"__proto__":"1","constructor":"2"}') as Wire;
  t.ok(agrees(hostile, JSON.parse('{"__proto__":"1","constructor":"2"}') as Wire));
  t.notOk(agrees(hostile, JSON.parse('{"__proto__":"1"}') as Wire));
  t.notOk(agrees(JSON.parse('{"toString":"1"}') as Wire, {}));
  t.end();
});
