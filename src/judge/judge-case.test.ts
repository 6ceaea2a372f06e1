import t from 'tap';
import { createLayouts } from '../abi/layout.ts';
import { REFERENCE_PLATFORM } from '../abi/platforms.ts';
import type { TypeTable } from '../abi/type.ts';
import type { CaseRecord, Ending } from '../drive/record.ts';
import type { PlanStep } from '../plan/wire.ts';
import type { Case, Expectation, FunctionDecl, Step, Suite } from '../spec/suite.ts';
import { judgeCase, type JudgeContext } from './judge-case.ts';

const location = { file: 't.yaml', line: 1, column: 1, length: 1 };
const int = { kind: 'int', name: 'i32', nonzero: false, nullable: false } as const;
const types: TypeTable = new Map([
  [
    'Pair',
    {
      kind: 'struct',
      fields: [
        { name: 'a', type: { ...int, name: 'u8' } },
        { name: 'b', type: int },
      ],
      packed: null,
      align: null,
    },
  ],
]);
const swap: FunctionDecl = {
  name: 'swap',
  symbol: 'swap',
  params: [{ name: 'out', type: { kind: 'pointer', to: int, form: 'mut', nullable: true } }],
  returns: { kind: 'named', name: 'Pair', nullable: false },
  about: null,
  header: true,
  location,
  spec: 't',
};
const suite: Suite = {
  specs: [],
  types,
  functions: new Map([['swap', swap]]),
  globals: new Map(),
  constants: new Map(),
  cases: [],
  hash: '',
};
const context: JudgeContext = {
  suite,
  memory: { table: types, layouts: createLayouts(types, REFERENCE_PLATFORM), platform: REFERENCE_PLATFORM },
  deaths: [],
};

const ended: Ending = { kind: 'ended' };
const aborted: Ending = {
  kind: 'crash',
  exit: { code: null, signal: 'SIGABRT', failure: null },
  stderr: 'boom',
};

function call(expect: Expectation, plan: Partial<Extract<PlanStep, { call: unknown }>> = {}): Step {
  const step = { id: '0', call: 'swap', args: [], read: {}, ...plan };
  return { plan: step, expect, location, inner: [] };
}

function record(
  steps: readonly Step[],
  lines: readonly string[],
  more: Partial<CaseRecord> = {},
): CaseRecord {
  const entry: Case = {
    kind: 'case',
    key: 't/case',
    spec: 't',
    title: 'case',
    about: null,
    location,
    steps,
    features: [],
    uses: [],
    timeoutMs: null,
    when: null,
  };
  const item = { key: entry.key, entry, row: null };
  return { item, steps: lines, end: '{"end":"t/case"}', at: null, ending: ended, durationMs: 0, ...more };
}

const good = { returns: { a: '1', b: '2' } };

void t.test('a step line that is literally as expected passes', (t) => {
  t.equal(judgeCase(record([call(good)], ['{"step":"0","returns":{"a":"1","b":"2"}}']), context), null);
  t.end();
});

void t.test('a wrong field is named with its byte and its offset in the struct', (t) => {
  const result = judgeCase(record([call(good)], ['{"step":"0","returns":{"a":"1","b":"258"}}']), context);
  t.match(result, { outcome: 'fail', stage: 'call', step: '0' });
  t.match(result?.deviations[0], { where: 'returns.b', expected: '2', observed: '258' });
  t.equal(result?.deviations[0]?.byte, 'byte 1 of 4 of field b (offset 5 of Pair): expected 00, found 01');
  t.end();
});

void t.test('a driver that says nothing of a step is caught', (t) => {
  const result = judgeCase(record([call(good)], []), context);
  t.match(result, { outcome: 'fail', deviations: [{ what: 'not-played' }] });
  t.end();
});

void t.test('a driver that leaves out the returned value is caught', (t) => {
  t.match(judgeCase(record([call(good)], ['{"step":"0"}']), context), { outcome: 'fail' });
  t.end();
});

void t.test('a line of a step that the case does not have is caught', (t) => {
  const lines = ['{"step":"0","returns":{"a":"1","b":"2"}}', '{"step":"7","returns":"1"}'];
  t.match(judgeCase(record([call(good)], lines), context)?.deviations, [{ what: 'protocol' }]);
  t.end();
});

void t.test('memory that was to be left alone and was written is a deviation', (t) => {
  const step = call({ after: { out: { $untouched: true } } });
  const result = judgeCase(record([step], ['{"step":"0","after":{"out":["7"]}}']), context);
  t.match(result?.deviations, [{ where: 'after out', expected: 'untouched memory', observed: '[7]' }]);
  t.end();
});

void t.test('damage beside a value that is right is a deviation', (t) => {
  const damage = '{"memory":"out","where":"behind","offset":4,"expected":"9c","found":"00"}';
  const line = `{"step":"0","returns":{"a":"1","b":"2"},"damage":[${damage}]}`;
  const result = judgeCase(record([call(good)], [line]), context);
  t.match(result?.deviations, [{ what: 'damage', where: 'memory behind out', byte: 'at offset 4 of out' }]);
  t.end();
});

void t.test('damage that is seen only at the end of the case counts', (t) => {
  const end =
    '{"end":"t/case","damage":[{"memory":"out","where":"front","offset":-1,"expected":"c9","found":"00"}]}';
  const result = judgeCase(
    record([call(good)], ['{"step":"0","returns":{"a":"1","b":"2"}}'], { end }),
    context,
  );
  t.match(result?.deviations, [{ what: 'damage', step: null }]);
  t.end();
});

void t.test('a leak is growth in the second play, not in the first', (t) => {
  const lines = ['{"step":"0","returns":{"a":"1","b":"2"}}'];
  const once = { end: '{"end":"t/case","live":["10","12","12"]}' };
  const twice = { end: '{"end":"t/case","live":["10","12","14"]}' };
  t.equal(judgeCase(record([call(good)], lines, once), context), null);
  t.match(judgeCase(record([call(good)], lines, twice), context), { outcome: 'fail', stage: 'release' });
  t.end();
});

void t.test('a missing symbol is a fail at stage bind', (t) => {
  const result = judgeCase(record([call(good)], ['{"step":"0","missing":"swap"}']), context);
  t.match(result, { outcome: 'fail', stage: 'bind', deviations: [{ what: 'missing' }] });
  t.end();
});

void t.test('a refusal is unsupported, in the words of the FFI', (t) => {
  const line = '{"step":"0","unsupported":{"by":"ffi","at":"bind","why":"no struct by value"}}';
  const result = judgeCase(record([call(good)], [line]), context);
  t.match(result, { outcome: 'unsupported', stage: 'bind', refusedBy: 'ffi', why: 'no struct by value' });
  t.end();
});

void t.test("a driver's fault is an error, never a fail of the library", (t) => {
  const result = judgeCase(record([call(good)], ['{"step":"0","error":"KeyError: x"}']), context);
  t.match(result, { outcome: 'error', why: 'KeyError: x' });
  t.end();
});

void t.test('the abort that the spec asks for passes; another death and survival do not', (t) => {
  const step = call({ dies: { kind: 'abort' } });
  const dead = { end: null, ending: aborted };
  t.equal(judgeCase(record([step], [], dead), context), null);
  const segv: Ending = { kind: 'crash', exit: { code: null, signal: 'SIGSEGV', failure: null }, stderr: '' };
  t.match(judgeCase(record([step], [], { end: null, ending: segv }), context), {
    outcome: 'crash',
    why: 'the process aborts, found SIGSEGV',
  });
  t.match(judgeCase(record([step], ['{"step":"0","returns":"1"}']), context), {
    outcome: 'fail',
    deviations: [{ what: 'death', observed: 'it lives on' }],
  });
  t.end();
});

void t.test('a crash is laid to the step without a line, with its stage', (t) => {
  const steps = [call({}), call({}, { id: '1', release: true })];
  const dead = { end: null, ending: aborted };
  t.match(judgeCase(record(steps, [], dead), context), {
    outcome: 'crash',
    stage: 'call',
    step: '0',
    death: 'SIGABRT',
  });
  t.match(judgeCase(record(steps, ['{"step":"0"}'], dead), context), {
    stage: 'release',
    step: '1',
    stderr: 'boom',
  });
  const reading = { ...dead, at: '{"at":"read","step":"0"}' };
  t.match(judgeCase(record(steps, [], reading), context), { stage: 'read', step: '0' });
  t.end();
});

void t.test('a hang and a broken protocol have their own outcomes', (t) => {
  const hang: Ending = { kind: 'hang', afterMs: 50, stderr: '' };
  t.match(judgeCase(record([call(good)], [], { end: null, ending: hang }), context), { outcome: 'hang' });
  const broken: Ending = { kind: 'protocol', why: 'the driver wrote junk', stderr: '' };
  t.match(judgeCase(record([call(good)], [], { end: null, ending: broken }), context), { outcome: 'error' });
  t.end();
});

void t.test('what a step bound is what a later step must see again', (t) => {
  const steps = [
    call({ returns: { $not: null } }, { bind: 'p' }),
    call({ returns: { $ref: 'p' } }, { id: '1' }),
  ];
  const same = ['{"step":"0","returns":{"$pointer":0}}', '{"step":"1","returns":{"$pointer":0}}'];
  const other = ['{"step":"0","returns":{"$pointer":0}}', '{"step":"1","returns":{"$pointer":1}}'];
  t.equal(judgeCase(record(steps, same), context), null);
  t.match(judgeCase(record(steps, other), context), { outcome: 'fail', step: '1' });
  t.end();
});

void t.test('a callback is exact in count and order and partial in fields', (t) => {
  const step = call({ called: { v: [{ item: '7' }, { item: '8' }] } });
  const line = (calls: string): string => `{"step":"0","called":{"v":[${calls}]}}`;
  const seven = '{"item":"7","user":null}';
  const eight = '{"item":"8","user":null}';
  t.equal(judgeCase(record([step], [line(`${seven},${eight}`)]), context), null);
  t.match(judgeCase(record([step], [line(seven)]), context)?.deviations, [{ observed: 'called once' }]);
  t.match(judgeCase(record([step], [line(`${eight},${seven}`)]), context)?.deviations.length, 2);
  t.match(judgeCase(record([step], ['{"step":"0"}']), context)?.deviations, [{ observed: 'called 0 times' }]);
  t.end();
});

void t.test("an expected $thread or $round is the line's own", (t) => {
  const inner = call({ returns: { $ref: 'round' } }, { id: '0.0' });
  const rounds: Step = {
    plan: { id: '0', repeat: 2, steps: [inner.plan] },
    expect: {},
    location,
    inner: [inner],
  };
  const line = (round: number, returns: string): string =>
    `{"step":"0.0","round":${round},"returns":"${returns}"}`;
  t.equal(judgeCase(record([rounds], [line(0, '0'), line(1, '1'), '{"step":"0"}']), context), null);
  t.match(judgeCase(record([rounds], [line(0, '0'), line(1, '0'), '{"step":"0"}']), context)?.deviations, [
    { what: 'value', round: 1 },
  ]);
  t.end();
});

void t.test('every thread and every round must have been played', (t) => {
  const inner = call({ returns: '1' }, { id: '0.0' });
  const threads: Step = {
    plan: { id: '0', threads: 2, steps: [inner.plan] },
    expect: {},
    location,
    inner: [inner],
  };
  const line = (thread: number): string => `{"step":"0.0","thread":${thread},"returns":"1"}`;
  t.equal(judgeCase(record([threads], [line(0), line(1), '{"step":"0"}']), context), null);
  t.match(judgeCase(record([threads], [line(0), '{"step":"0"}']), context)?.deviations, [
    { what: 'not-played' },
  ]);
  t.end();
});

void t.test('an error that reached the caller of the native function is told as such', (t) => {
  const lines = ['{"step":"0","raised":"RuntimeError"}'];
  t.match(judgeCase(record([call(good)], lines), context)?.deviations, [{ what: 'raised' }]);
  t.equal(judgeCase(record([call({ returns: { $any: true } })], lines), context), null);
  t.end();
});
