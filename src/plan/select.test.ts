import t from 'tap';
import { REFERENCE_PLATFORM } from '../abi/platforms.ts';
import { simpleCase } from '../drive/testing/play-script.ts';
import type { Row, Suite, Table } from '../spec/suite.ts';
import { both, everything, planItems, selectByKeys, selectByPatterns, type Selection } from './select.ts';
import { caseLine } from './write.ts';

const location = { file: 't.yaml', line: 1, column: 1, length: 1 };
const table: Table = {
  ...simpleCase('a/table'),
  kind: 'table',
  steps: [
    {
      plan: { id: '0', call: 'f', args: [{ $slot: 0 }], read: {} },
      expect: { returns: { $slot: 1 } },
      location,
      inner: [],
    },
  ],
  columns: ['x', 'y'],
  rowCount: 3,
  async *rows(): AsyncGenerator<Row[]> {
    yield await Promise.resolve(
      [1, 2].map((n) => ({ key: `a/table.${n}`, slots: [String(n), 'secret'], location })),
    );
    yield [{ key: 'a/table.named', slots: ['3', 'secret'], location }];
  },
};
const onlyMac = { ...simpleCase('b/mac'), when: { os: ['macos'] } };
const suite: Suite = {
  specs: [
    { name: 'a', about: null, file: 'a.yaml', hash: '', requires: new Map([['V', '3']]) },
    { name: 'b', about: null, file: 'b.yaml', hash: '', requires: new Map() },
  ],
  types: new Map(),
  functions: new Map(),
  globals: new Map(),
  constants: new Map(),
  cases: [simpleCase('a/one'), table, simpleCase('b/one'), onlyMac],
  hash: '',
};

async function keys(selection: Selection): Promise<string[]> {
  const found: string[] = [];
  for await (const item of planItems(suite, REFERENCE_PLATFORM, selection)) found.push(item.key);
  return found;
}

const rows = ['a/table.1', 'a/table.2', 'a/table.named'];

void t.test(
  'everything is in suite order, a requirement in front of its spec, other platforms left out',
  async (t) => {
    t.same(await keys(everything), ['a/requires', 'a/one', ...rows, 'b/one']);
  },
);

void t.test('a pattern is a spec, a case, a table, a row or a glob', async (t) => {
  t.same(await keys(selectByPatterns(['b'])), ['b/one']);
  t.same(await keys(selectByPatterns(['a/one'])), ['a/requires', 'a/one']);
  t.same(await keys(selectByPatterns(['a/table'])), ['a/requires', ...rows]);
  t.same(await keys(selectByPatterns(['a/table.named'])), ['a/requires', 'a/table.named']);
  t.same(await keys(selectByPatterns(['*/one'])), ['a/requires', 'a/one', 'b/one']);
  t.same(await keys(selectByPatterns(['nothing'])), []);
});

void t.test('keys of a last run choose cases and rows, and both selections must agree', async (t) => {
  const failed = selectByKeys(new Set(['a/table.2', 'b/one']));
  t.same(await keys(failed), ['a/requires', 'a/table.2', 'b/one']);
  t.same(await keys(both(failed, selectByPatterns(['b']))), ['b/one']);
  t.notOk(both(failed, everything).complete);
});

void t.test('what only an expectation needs is not in the plan', async (t) => {
  for await (const item of planItems(suite, REFERENCE_PLATFORM, everything)) {
    t.notMatch(caseLine(item), /secret|expect|"42"/u, item.key);
  }
  const [row] = (await table.rows()[Symbol.asyncIterator]().next()).value as Row[];
  t.equal(
    caseLine({ key: 'a/table.1', entry: table, row: row ?? null }),
    '{"case":"a/table.1","table":"a/table","row":["1",null]}',
  );
});
