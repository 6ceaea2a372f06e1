import t from 'tap';
import { SPEC_CODES } from './codes.ts';
import { foundInCases, loadCases } from './load-text.test.support.ts';

/** A case's text, and the code and place of each fault in it. */
const FAULTS: readonly (readonly [string, string, ...string[]])[] = [
  ['an unknown key of a case', 'a: { call: add, args: { a: 1, b: 2 }, return: 3 }', 'unknown-key 1:39'],
  ['an unknown verb', 'a: { cal: add, args: { a: 1, b: 2 } }', 'unknown-step 1:6'],
  [
    'two verbs in one step',
    'a: { steps: [ { call: add, args: { a: 1, b: 2 }, get: VERSION } ] }',
    'contradictory-keys 1:50',
  ],
  ['a case that is a scalar', 'a: 5', 'wrong-shape 1:4'],
  ['a repeated key', 'a: { call: add, call: add, args: { a: 1, b: 2 } }', 'duplicate-key 1:17'],
  ['a repeated case', 'a: { collect: true }\na: { collect: true }', 'duplicate-key 2:1'],
  ['a repeated slug', 'a b: { collect: true }\nA-B: { collect: true }', 'duplicate-case 2:1'],
  ['a name without letters', '"--": { collect: true }', 'bad-slug 1:1'],
  ['an unknown function', 'a: { call: ad, args: {} }', 'unknown-function 1:12'],
  [
    'an unknown parameter and a missing one',
    'a: { call: add, args: { a: 1, c: 2 } }',
    'unknown-parameter 1:31',
    'missing-argument 1:17',
  ],
  ['no arguments at all', 'a: { call: add }', 'missing-argument 1:12'],
  ['an i8 of 300', 'a: { call: tiny, args: { v: 300 } }', 'integer-out-of-range 1:29'],
  ['a huge integer', `a: { call: tiny, args: { v: ${'9'.repeat(400)} } }`, 'integer-out-of-range 1:29'],
  ['text for an integer', 'a: { call: tiny, args: { v: "5" } }', 'wrong-value 1:29'],
  ['a decimal for an integer', 'a: { call: tiny, args: { v: 1.5 } }', 'wrong-value 1:29'],
  ['a float beyond f32', 'a: { call: half, args: { v: 1e39 } }', 'float-out-of-range 1:29'],
  ['text for a float', 'a: { call: half, args: { v: much } }', 'wrong-value 1:29'],
  [
    'an expected value of another type',
    'a: { call: add, args: { a: 1, b: 2 }, returns: three }',
    'wrong-value 1:48',
  ],
  [
    'a value where nothing is returned',
    'a: { call: free_text, args: { text: null }, returns: 1 }',
    'wrong-value 1:54',
  ],
  [
    'a missing field',
    'a: { call: point, args: { p: { x: 1 }, q: null }, returns: $any }',
    'missing-field 1:32',
  ],
  [
    'an unknown field',
    'a: { call: point, args: { p: { x: 1, y: 2, z: 3 }, q: null } }',
    'unknown-field 1:44',
  ],
  [
    'a prototype key',
    'a: { call: point, args: { p: { x: 1, y: 2, __proto__: 3 }, q: null } }',
    'unknown-field 1:44',
  ],
  ['a constructor key', 'a: { call: add, args: { a: 1, b: 2 }, constructor: 3 }', 'unknown-key 1:39'],
  ['an unknown variant', 'a: { call: colour, args: { c: Gren } }', 'unknown-variant 1:31'],
  ['an undeclared enum number', 'a: { call: colour, args: { c: 2 } }', 'unknown-variant 1:31'],
  [
    'an unknown variant with payload',
    'a: { call: shape, args: { s: { Square: {} } } }',
    'unknown-variant 1:30',
  ],
  ['two members of a union', 'a: { call: number, args: { n: { int: 1, float: 2 } } }', 'wrong-value 1:33'],
  ['null for a reference', 'a: { call: maybe, args: { n: null, r: null } }', 'null-not-allowed 1:39'],
  ['zero for NonZero', 'a: { call: maybe, args: { n: 0, r: 1 } }', 'integer-out-of-range 1:30'],
  ['contents of an opaque type', 'a: { call: close, args: { h: 5 } }', 'wrong-value 1:30'],
  ['an unbound name', 'a: { call: add, args: { a: $n, b: 2 } }', 'unbound-name 1:28'],
  [
    'a name used before it is bound',
    'a: { steps: [ { call: tiny, args: { v: $v } }, { call: tiny, args: { v: 1 }, as: v } ] }',
    'unbound-name 1:40',
  ],
  [
    'a name bound twice',
    'a: { steps: [ { call: tiny, args: { v: 1 }, as: v }, { call: tiny, args: { v: 1 }, as: v } ] }',
    'bound-twice 1:88',
  ],
  ['a reserved name', 'a: { call: tiny, args: { v: 1 }, as: returns }', 'reserved-name 1:38'],
  [
    'a path into nothing',
    'a: { steps: [ { call: tiny, args: { v: 1 }, as: v }, { call: tiny, args: { v: $v.x } } ] }',
    'bad-path 1:79',
  ],
  [
    'a struct where an integer is wanted',
    'a: { steps: [ { let: p, type: Point }, { call: tiny, args: { v: $p } } ] }',
    'type-mismatch 1:65',
  ],
  ['a form that is none', 'a: { call: tiny, args: { v: { $byts: 1 } } }', 'bad-form 1:31'],
  ['text with a dollar sign', 'a: { call: greet, args: { name: $5 } }', 'bad-form 1:33'],
  ['a form for the wrong type', 'a: { call: tiny, args: { v: { $bits: 1 } } }', 'form-not-here 1:31'],
  [
    'odd hex digits',
    'a: { call: fill, args: { out: { $bytes: "0" }, len: 1, written: $out } }',
    'bad-bytes 1:41',
  ],
  ['a column without rows', 'a: { call: tiny, args: { v: "${x}" } }', 'column-not-here 1:29'],
  [
    'a list shorter than its memory',
    'a: { call: fill, args: { out: { $out: 4 }, len: 4, written: $out }, after: { out: [1], written: 1 } }',
    'wrong-length 1:83',
  ],
  [
    'after for what is no pointer',
    'a: { call: add, args: { a: 1, b: 2 }, after: { a: 1 } }',
    'wrong-value 1:48',
  ],
  [
    'an unknown callback',
    'a: { call: visit, args: { v: null, user: null }, called: { w: [] } }',
    'unbound-name 1:60',
  ],
  [
    'an unknown parameter of a callback',
    'a: { call: visit, args: { v: { $callback: {} }, user: null }, called: { v: [ { itm: 1 } ] } }',
    'unknown-parameter 1:80',
  ],
  [
    'calls as list and as count',
    'a: { steps: [ { call: visit, args: { v: { $callback: { as: v } }, user: null }, called: { v: [] } }, { collect: true, called: { v: { count: 1 } } } ] }',
    'reads-differ 1:132',
  ],
  [
    'a step after a death',
    'a: { steps: [ { call: tiny, args: { v: 1 }, aborts: true }, { collect: true } ] }',
    'step-after-death 1:63',
  ],
  ['an unknown way to die', 'a: { call: tiny, args: { v: 1 }, dies: quickly }', 'bad-death 1:40'],
  ['an unknown errno', 'a: { call: tiny, args: { v: 1 }, errno: ENOENTT }', 'bad-errno 1:41'],
  ['an unknown feature', 'a: { collect: true, features: [misuse.nul] }', 'unknown-feature 1:32'],
  ['a bad timeout', 'a: { collect: true, timeout: 5 minutes }', 'bad-timeout 1:30'],
  ['a bad platform condition', 'a: { collect: true, when: { os: [linux, beos] } }', 'bad-when 1:41'],
  ['an unknown global', 'a: { get: VERSON, is: 1 }', 'unknown-global 1:11'],
  [
    'no expectation beside check',
    'a: { steps: [ { let: p, type: Point }, { check: $p } ] }',
    'missing-key 1:42',
  ],
  [
    'more of a beginning than there is memory',
    'a: { steps: [ { let: p, type: "[u8; 1]" }, { check: $p, is: { $prefix: [1, 2] } } ] }',
    'wrong-length 1:72',
  ],
  ['an unknown type of memory', 'a: { let: p, type: "[Pont; 2]" }', 'unknown-type 1:22'],
  ['a type that is none', 'a: { let: p, type: "char *" }', 'bad-type 1:21'],
  ['a count that is none', 'a: { repeat: { count: 0, steps: [ { collect: true } ] } }', 'bad-count 1:23'],
  ['no steps', 'a: { steps: [] }', 'wrong-shape 1:13'],
  ['a YAML tag', 'a: { call: tiny, args: { v: !!int "1" } }', 'yaml-tag 1:35'],
];

for (const [title, text, ...expected] of FAULTS) {
  t.test(`${title} is reported where it stands`, async (t) => {
    const loaded = await loadCases(t, text);
    t.strictSame(foundInCases(loaded), expected);
    t.equal(loaded.suite, null);
  });
}

t.test('all faults are reported in one go', async (t) => {
  const loaded = await loadCases(
    t,
    'a: { call: tiny, args: { v: 300 }, returns: x, as: any }\nb: { call: nothing }\nc: { collect: 1 }',
  );
  t.strictSame(foundInCases(loaded), [
    'integer-out-of-range 1:29',
    'reserved-name 1:52',
    'wrong-value 1:45',
    'unknown-function 2:12',
    'wrong-shape 3:15',
  ]);
});

t.test('a near name is suggested', async (t) => {
  const loaded = await loadCases(t, 'a: { call: gret, args: { name: x } }');
  t.match(loaded.diagnostics[0]?.help, /"greet"/u);
  const key = await loadCases(t, 'a: { call: tiny, arg: { v: 1 } }');
  t.match(key.diagnostics[0]?.help, /Did you mean "args"\? Allowed in .*: call, args, returns/u);
});

t.test('a duplicate shows both places', async (t) => {
  const { diagnostics } = await loadCases(t, 'a: { collect: true }\nA: { collect: true }');
  t.equal(diagnostics[0]?.code, 'duplicate-case');
  t.equal(diagnostics[0]?.related?.length, 1);
});

t.test('every code has a sentence', (t) => {
  for (const [code, about] of Object.entries(SPEC_CODES)) {
    t.match(code, /^[a-z][a-z0-9-]+$/u);
    t.match(about, /^[A-Z"$e].*\.$/u, code);
  }
  t.end();
});
