import t from 'tap';
import { found, loadCases, loadText, onlyCase, HEAD } from './load-text.test.support.ts';
import type { PlanStep } from '../plan/wire.ts';

t.test('what a call returns is given back at the end, last come first', async (t) => {
  const { steps, features } = onlyCase(
    await loadCases(
      t,
      `
a:
  steps:
    - { call: greet, args: { name: x }, as: first }
    - { call: greet, args: { name: y } }
    - { call: tiny, args: { v: 1 } }`,
    ),
  );
  t.ok(features.includes('ownership.release'));
  t.strictSame(
    steps.slice(3).map((step) => step.plan),
    [
      { id: '3', call: 'free_text', args: [{ $ref: 'returned_1' }], read: {}, release: true },
      { id: '4', call: 'free_text', args: [{ $ref: 'first' }], read: {}, release: true },
    ] as unknown as readonly PlanStep[],
  );
});

const NOT_RELEASED: readonly (readonly [string, string])[] = [
  ['null', '{ call: greet, args: { name: x }, returns: null }'],
  ['what the step keeps', '{ call: greet, args: { name: x }, release: false }'],
  [
    'what a later step gives back',
    '{ call: greet, args: { name: x }, as: g }, { call: free_text, args: { text: $g } }',
  ],
  ['what never came out', '{ call: open, args: { out: $out }, returns: 1 }'],
  ['what came out as null', '{ call: open, args: { out: $out }, after: { out: null }, returns: 1 }'],
];
for (const [title, steps] of NOT_RELEASED) {
  t.test(`${title} is not given back`, async (t) => {
    const plans = onlyCase(await loadCases(t, `a: { steps: [ ${steps} ] }`)).steps.map((step) => step.plan);
    t.notOk(plans.some((plan) => 'release' in plan));
    t.notOk(
      plans.some((plan) => JSON.stringify(plan).includes('"bind":"returned_')),
      'nothing is bound for it',
    );
  });
}

t.test('nothing is given back when the process ends', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      'a: { steps: [ { call: greet, args: { name: x } }, { call: tiny, args: { v: 1 }, aborts: true } ] }',
    ),
  );
  t.notOk(steps.some(({ plan }) => 'release' in plan));
});

t.test('what came out of a parameter is given back when the spec names it', async (t) => {
  const { steps } = onlyCase(
    await loadCases(t, 'a: { call: open, args: { out: $out }, after: { out: { $not: null } }, returns: 0 }'),
  );
  t.match(steps[0]?.plan, { bind_after: { out: 'out_0' } });
  t.match(steps[1]?.plan, { call: 'close', args: [{ $ref: 'out_0' }], release: true });
});

t.test('named memory is an address where a pointer is wanted, contents where a value is', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      `
a:
  steps:
    - { let: p, type: Point, value: { x: 1, y: 2 } }
    - { call: point, args: { p: $p, q: $p } }
    - { check: $p.y, is: 2 }
    - { call: half, args: { v: 0 }, as: h }
    - { let: list, type: "[i64; 3]" }
    - { call: sum, args: { items: { $at: list, offset: 8 }, count: 2 } }
    - { call: sum, args: { items: "$list[1]", count: 2 } }
    - { let: head, type: "*mut Handle", value: null }
    - { call: open, args: { out: $head } }
    - { call: close, args: { h: $head } }`,
    ),
  );
  const args = steps.map(({ plan }) => ('args' in plan ? plan.args : null));
  t.strictSame(args[1], [{ $ref: 'p' }, { $at: 'p' }]);
  t.match(steps[2]?.plan, { check: { $ref: 'p', path: ['y'] } });
  t.match(steps[4]?.plan, { value: ['0', '0', '0'] });
  t.strictSame(args[5]?.[0], { $at: 'list', offset: 8 });
  t.strictSame(args[6]?.[0], { $at: 'list', offset: 8 });
  t.strictSame(args[8]?.[0], { $at: 'head' });
  t.strictSame(args[9]?.[0], { $ref: 'head' });
});

t.test('named memory that is an array may be checked by how it begins', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      `
a:
  steps:
    - { let: bytes, type: "[u8; 4]", value: $out }
    - { check: $bytes, is: { $prefix: { $bytes: "01 02" }, rest: untouched } }
    - { let: list, type: "[i64; 3]" }
    - { check: $list, is: { $prefix: [7], rest: any } }`,
    ),
  );
  t.strictSame(steps[1]?.expect.value, { $prefix: { $bytes: '0102' }, rest: 'untouched' });
  t.strictSame(steps[3]?.expect.value, { $prefix: ['7'], rest: 'any' });
});

t.test('steps during a callback see its arguments, and keep their own names', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      `
a:
  steps:
    - call: visit
      args:
        v:
          $callback:
            on:
              1: [ { call: tiny, args: { v: $param.item }, as: n }, { call: greet, args: { name: $param.text } } ]
              3: { call: tiny, args: { v: 5 }, as: n }
        user: null`,
    ),
  );
  const [step] = steps;
  t.strictSame(
    step?.inner.map((inner) => inner.plan.id),
    ['0.0', '0.1', '0.2', '0.3'],
  );
  t.match(step?.inner[0]?.plan, { args: [{ $ref: 'param', path: ['item'] }] });
  t.match(step?.inner[2]?.plan, { call: 'free_text', release: true });
  t.equal(
    step?.plan && 'args' in step.plan && JSON.stringify(step.plan.args[0]).includes('"on":{"1":[{"id":"0.0"'),
    true,
  );
});

t.test('a stored callback has one name everywhere', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      `
a:
  steps:
    - { call: visit, args: { v: { $callback: { as: heard } }, user: null }, called: { heard: [] } }
    - { call: visit, args: { v: $heard, user: null }, called: { heard: [ { item: 1 } ] } }
    - { wait: { callback: heard, count: 3 } }
    - { drop: $heard }`,
    ),
  );
  t.match(steps[1]?.plan, { args: [{ $ref: 'heard' }, null] });
  t.match(steps[2]?.plan, { wait: 'heard', count: 3 });
  t.match(steps[3]?.plan, { drop: 'heard' });
});

t.test('threads and rounds have their number and inner ids', async (t) => {
  const { steps, features } = onlyCase(
    await loadCases(
      t,
      'a: { steps: [ { threads: { count: 8, steps: [ { repeat: { count: 2, steps: [ { call: add, args: { a: $thread, b: $round } } ] } } ] } } ] }',
    ),
  );
  t.strictSame(features, ['integer.32-bit', 'repeat', 'thread']);
  t.strictSame(steps[0]?.plan, {
    id: '0',
    threads: 8,
    steps: [
      {
        id: '0.0',
        repeat: 2,
        steps: [{ id: '0.0.0', call: 'add', args: [{ $ref: 'thread' }, { $ref: 'round' }], read: {} }],
      },
    ],
  });
});

t.test('a function pointer is called by the signature of its type', async (t) => {
  const { steps } = onlyCase(
    await loadCases(
      t,
      'a: { steps: [ { address: add, as: f }, { call: $f, args: { a: 1, b: 2 }, returns: 3 } ] }',
    ),
  );
  t.match(steps[1]?.plan, { call: { $ref: 'f' }, type: /^fn_i32_i32_to_i32/u, args: ['1', '2'] });
  t.match(steps[1]?.expect, { returns: '3' });
});

t.test('globals are read, written and required', async (t) => {
  const text = HEAD.replace('spec: s\n', 'spec: s\nrequires: { VERSION: $NOW }\nconstants: { NOW: 3 }\n');
  const loaded = await loadText(
    t,
    `${text}  a: { steps: [ { get: VERSION, is: $NOW, as: v }, { set: VERSION, value: $v } ] }\n`,
  );
  t.strictSame([...(loaded.suite?.specs[0]?.requires ?? [])], [['VERSION', '3']]);
  t.strictSame([...(loaded.suite?.constants ?? [])], [['NOW', '3']]);
  t.strictSame(
    onlyCase(loaded).steps.map((step) => [step.plan, step.expect]),
    [
      [{ id: '0', get: 'VERSION', read: null, bind: 'v' }, { value: '3' }],
      [{ id: '1', set: 'VERSION', value: { $ref: 'v' } }, {}],
    ],
  );
});

t.test('a symbol may have to be missing', async (t) => {
  const { steps, features } = onlyCase(await loadCases(t, 'a: { bind: add_mangled, missing: true }'));
  t.strictSame(
    [steps[0]?.plan, steps[0]?.expect, features],
    [{ id: '0', find: 'add_mangled' }, { found: false }, ['symbol.missing']],
  );
});

t.test('on_null makes a case for each parameter that may be null', async (t) => {
  const text = HEAD.replace(
    '  add: {',
    '  copy: { params: { to: "*mut Point", from: "*const Point", n: usize, ctx: "*mut c_void" }, returns: i32, on_null: { returns: -1, only: [to, from], args: { n: 1 } } }\n  add: {',
  );
  const loaded = await loadText(t, `${text}  a: { collect: true }\n`);
  const [, to, from] = loaded.suite?.cases ?? [];
  t.strictSame([to?.key, to?.features.includes('misuse.null')], ['s/copy-with-null-to', true]);
  const zero = { x: '0000000000000000', y: '0000000000000000' };
  t.match(to?.steps[0]?.plan, { args: [null, [zero], '1', null] });
  t.match(from?.steps[0]?.plan, { args: [{ $out: 1 }, null, '1', null] });
  t.strictSame(from?.steps[0]?.expect, { returns: '-1', after: { to: { $untouched: true } } });
});

t.test('declarations with faults are reported once, and their users are not blamed', async (t) => {
  const loaded = await loadText(
    t,
    `abide: 1
spec: s
types:
  A: { struct: { b: B } }
  B: { struct: { a: A } }
  C: { struct: { x: Pont } }
  D: { strct: { x: i32 } }
functions:
  f: { params: { c: C, a: A }, returns: i32 }
  g: { params: { x: "char*" }, release: nobody }
cases:
  a: { call: f, args: { c: 5, a: 6 }, as: n }
  b: { steps: [ { call: g, args: {}, as: n }, { call: f, args: { c: $n } } ] }
`,
  );
  t.strictSame(found(loaded), [
    'unknown-type 6:21',
    'missing-key 7:8',
    'bad-declaration 4:3',
    'bad-type 10:22',
    'unknown-function 10:41',
  ]);
});

t.test('a second declaration must be identical', async (t) => {
  const text = `${HEAD}  a: { collect: true }\n`;
  const same = await loadText(t, text);
  t.strictSame(same.diagnostics, []);
  t.equal(same.suite?.hash.length, 64);
});
