import t from 'tap';
import { REFERENCE_PLATFORM } from '../abi/platforms.ts';
import { inRange, KnownIssues, type KnownIssue } from './known-issues.ts';
import type { CaseResult } from './outcome.ts';

const facts = {
  caller: 'node-koffi',
  platform: REFERENCE_PLATFORM,
  versions: ['Node.js 20.20.2', 'koffi 3.3.4'],
};

function issue(more: Partial<KnownIssue>): KnownIssue {
  return {
    caller: null,
    feature: null,
    case: null,
    platforms: [],
    versions: null,
    outcomes: ['crash'],
    reason: 'known',
    link: null,
    timeoutMs: null,
    ofSuite: false,
    location: { file: 'known-issues.yaml', line: 1, column: 1, length: 1 },
    ...more,
  };
}

function result(outcome: CaseResult['outcome'], key = 'structs/packed'): CaseResult {
  return {
    key,
    entry: key,
    outcome,
    stage: null,
    step: null,
    why: '',
    deviations: [],
    death: null,
    refusedBy: null,
    stderr: '',
    known: null,
    attribution: null,
  };
}

const packed = ['struct.by-value.packed'];

void t.test('an entry explains its outcome of its feature and no other', (t) => {
  const known = new KnownIssues([issue({ feature: 'struct.by-value.packed' })], facts);
  t.match(known.explain(result('crash'), packed), { reason: 'known' });
  t.equal(known.explain(result('fail'), packed), null);
  t.equal(known.explain(result('crash'), ['struct.by-value.small']), null);
  t.end();
});

void t.test('an entry of another version, platform or caller does not hold', (t) => {
  const other = [
    issue({ feature: '**', versions: 'koffi <3' }),
    issue({ feature: '**', platforms: ['macos-*'] }),
    issue({ feature: '**', caller: 'ruby-fiddle' }),
  ];
  const known = new KnownIssues(other, facts);
  t.equal(known.explain(result('crash'), packed), null);
  t.same(known.stale(), []);
  t.end();
});

void t.test('an entry whose cases all pass is stale, one that no case matches too', (t) => {
  const passing = issue({ feature: 'struct.by-value.packed' });
  const nobody = issue({ case: 'nothing/at-all' });
  const known = new KnownIssues([passing, nobody], facts);
  known.passed('structs/packed', 'structs/packed', packed);
  t.same(
    known.stale().map((each) => [each.issue, each.reason]),
    [
      [passing, 'passed'],
      [nobody, 'no-case'],
    ],
  );
  known.explain(result('crash'), packed);
  t.same(
    known.stale().map((each) => each.issue),
    [nobody],
  );
  t.end();
});

void t.test('case and feature together narrow, and a deadline comes with them', (t) => {
  const known = new KnownIssues([issue({ feature: '**', case: 'structs/*', timeoutMs: 300 })], facts);
  t.equal(known.timeoutMs('structs/packed', 'structs/packed', packed), 300);
  t.equal(known.timeoutMs('unions/packed', 'unions/packed', packed), null);
  t.end();
});

void t.test('version ranges go by the name of the thing', (t) => {
  t.ok(inRange('koffi >=3 <4', facts.versions));
  t.notOk(inRange('koffi >=4', facts.versions));
  t.notOk(inRange('fiddle >=1', facts.versions));
  t.ok(inRange('koffi', facts.versions));
  t.ok(inRange('node.js >=20', facts.versions));
  t.end();
});
