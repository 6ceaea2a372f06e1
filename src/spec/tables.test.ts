import t from 'tap';
import { foundInCases, loadCases, onlyCase, rowsOf } from './load-text.test.support.ts';

const ADD = 'a:\n  call: add\n  args: { a: "${a}", b: 2 }\n  returns: ${sum}\n  each: ';

t.test('rows are cases of their own, numbered or named', async (t) => {
  const numbered = await loadCases(t, `${ADD}[ { a: 1, sum: 3 }, { a: 0x10, sum: 18 } ]`);
  const table = onlyCase(numbered);
  t.match(table, { kind: 'table', columns: ['a', 'sum'], rowCount: 2 });
  t.strictSame(table.steps[0]?.plan, { id: '0', call: 'add', args: [{ $slot: 0 }, '2'], read: {} });
  t.strictSame(table.steps[0]?.expect, { returns: { $slot: 1 } });
  t.strictSame(await rowsOf(numbered), [
    { key: 's/a.1', slots: ['1', '3'] },
    { key: 's/a.2', slots: ['16', '18'] },
  ]);
  const named = await loadCases(t, `${ADD}[ { case: Á One, a: 1, sum: 3 } ]`);
  t.strictSame(
    (await rowsOf(named)).map((row) => row.key),
    ['s/a.á-one'],
  );
});

t.test('the same rows come from CSV and from JSON Lines', async (t) => {
  const beside = { 'rows.csv': '\ufeffa,sum\r\n1,3\r\n0x10,18\r\n' };
  const fromCsv = await rowsOf(await loadCases(t, `${ADD}rows.csv`, beside));
  const json = await loadCases(t, `${ADD}rows.jsonl`, {
    'rows.jsonl': '{"a":1,"sum":3}\n\n{"a":16,"sum":18}',
  });
  t.strictSame(await rowsOf(json), [
    { key: 's/a.1', slots: ['1', '3'] },
    { key: 's/a.2', slots: ['16', '18'] },
  ]);
  t.strictSame(await rowsOf(json), fromCsv, 'rows may be asked for again');
});

t.test('a cell is read by the type it stands for', async (t) => {
  const text =
    'a:\n  call: greet\n  args: { name: "${name}" }\n  returns: ${text}\n  release: false\n  each: rows.csv';
  const rows = 'name,text\n5,"a ""b"", c"\n,null\ntrue,{ $not: null }\n';
  t.strictSame(
    (await rowsOf(await loadCases(t, text, { 'rows.csv': rows }))).map((row) => row.slots),
    [
      [{ $text: '35' }, { $text: '6120226222 2c2063'.replace(' ', '') }],
      [{ $text: '' }, null],
      [{ $text: '74727565' }, { $not: null }],
    ],
  );
});

t.test('how many pointees to read may differ from row to row', async (t) => {
  const loaded = await loadCases(
    t,
    `
a:
  call: wide
  args: { s: "\${s}" }
  returns: \${r}
  each: [ { s: [1], r: [1, 2] }, { s: null, r: null }, { s: [0], r: [1] } ]`,
  );
  t.match(onlyCase(loaded).steps[0]?.plan, { read: { returns: { items: { $slot: 2 }, each: null } } });
  t.strictSame(
    (await rowsOf(loaded)).map((row) => row.slots),
    [
      [['1'], ['1', '2'], '2'],
      [null, null, '0'],
      [['0'], ['1'], '1'],
    ],
  );
});

t.test('columns may stand inside forms and lists', async (t) => {
  const loaded = await loadCases(
    t,
    `
a:
  call: fill
  args: { out: { $out: "\${n}" }, len: "\${n}", written: null }
  after: { out: { $prefix: ["\${x}"], rest: untouched } }
  each: rows.csv`,
    { 'rows.csv': 'n,x\n2,1\n3,255\n' },
  );
  t.strictSame(
    (await rowsOf(loaded)).map((row) => row.slots),
    [
      [{ $out: 2 }, '2', { $prefix: { $bytes: '01' }, rest: 'untouched' }, '2'],
      [{ $out: 3 }, '3', { $prefix: { $bytes: 'ff' }, rest: 'untouched' }, '3'],
    ],
  );
});

t.test('output of rows that is not named stays untouched', async (t) => {
  const loaded = await loadCases(
    t,
    'a: { call: fill, args: { out: { $out: "${n}" }, len: "${n}", written: null }, each: [ { n: 2 }, { n: 3 } ] }',
  );
  t.match(onlyCase(loaded).steps[0]?.expect, { after: { out: { $slot: 2 } } });
  t.match(onlyCase(loaded).steps[0]?.plan, { read: { after: { out: { items: { $slot: 3 } } } } });
  t.strictSame((await rowsOf(loaded))[1]?.slots, [{ $out: 3 }, '3', { $untouched: true }, '3']);
});

t.test('rows that must be read in different ways do not share a table', async (t) => {
  const loaded = await loadCases(
    t,
    'a: { call: wide, args: { s: null }, returns: "${r}", each: [ { r: [1] }, { r: { $utf16: a } } ] }',
  );
  t.strictSame(foundInCases(loaded), ['reads-differ 1:76']);
});

const FAULTS: readonly (readonly [string, string, Record<string, string>, ...string[]])[] = [
  ['an unknown column', `${ADD}[ { a: 1 } ]`, {}, 'unknown-column 4:12'],
  ['an unused column', `${ADD}[ { a: 1, sum: 2, x: 3 } ]`, {}, 'unused-column 5:27'],
  [
    'a row with another column',
    `${ADD}[ { a: 1, sum: 2 }, { a: 1, sun: 2 } ]`,
    {},
    'unknown-column 5:37',
    'missing-cell 5:31',
  ],
  ['no rows', `${ADD}[]`, {}, 'empty-table 5:9'],
  ['a CSV without rows', `${ADD}r.csv`, { 'r.csv': 'a,sum\n' }, 'empty-table 5:9'],
  [
    'a repeated row name',
    `${ADD}[ { case: x, a: 1, sum: 3 }, { case: X, a: 2, sum: 4 } ]`,
    {},
    'duplicate-row 5:46',
  ],
  [
    'a value out of range',
    `${ADD}[ { a: 1, sum: 3 }, { a: 0x80000000, sum: 4 } ]`,
    {},
    'integer-out-of-range 5:34',
  ],
  ['a row that is no map', `${ADD}[ { a: 1, sum: 3 }, 5 ]`, {}, 'wrong-shape 5:29'],
  ['rows of the wrong kind', `${ADD}5`, {}, 'wrong-shape 5:9'],
];
for (const [title, text, beside, ...expected] of FAULTS) {
  t.test(`${title} is reported where it stands`, async (t) => {
    t.strictSame(foundInCases(await loadCases(t, text, beside)), expected);
  });
}

/** Faults in table files, with the line and column there. */
const IN_FILES: readonly (readonly [string, string, string, ...string[]])[] = [
  ['a cell out of range', 'r.csv', 'a,sum\n1,3\n2,3000000000\n', 'integer-out-of-range 3:3'],
  ['an empty cell', 'r.csv', 'a,sum\n,3\n', 'missing-cell 2:1'],
  ['a short record', 'r.csv', 'a,sum\n1,3\n1\n', 'csv-syntax 3:1'],
  ['an open quote', 'r.csv', 'a,sum\n1,"3\n', 'csv-syntax 2:1'],
  ['a repeated column', 'r.csv', 'a,sum,a\n1,3,4\n', 'duplicate-key 1:7'],
  ['broken JSON', 'r.jsonl', '{"a":1,"sum":3}\n{"a":1,"sum"}\n', 'json-syntax 2:13'],
  [
    'a JSON value out of range',
    'r.jsonl',
    '{"a":1,"sum":3}\n{"a":99999999999999999999,"sum":4}\n',
    'integer-out-of-range 2:6',
  ],
  ['a JSON list', 'r.jsonl', '{"a":1,"sum":3}\n[1]\n', 'json-syntax 2:1'],
  ['deep JSON', 'r.jsonl', `{"a":1,"sum":3}\n${'['.repeat(100000)}\n`, 'json-syntax 2:102'],
];
for (const [title, name, content, ...expected] of IN_FILES) {
  t.test(`${title} is reported where it stands in the table`, async (t) => {
    const { diagnostics } = await loadCases(t, `${ADD}${name}`, { [name]: content });
    t.strictSame(
      diagnostics.map(({ code, location }) => `${code} ${location?.line}:${location?.column}`),
      expected,
    );
    t.match(diagnostics[0]?.location?.file, new RegExp(`${name}$`, 'u'));
  });
}

t.test('a table of faults lists the first hundred and counts the rest', async (t) => {
  const rows = Array.from({ length: 500 }, () => '{"a":"x","sum":3}').join('\n');
  const { diagnostics } = await loadCases(t, `${ADD}r.jsonl`, { 'r.jsonl': rows });
  t.equal(diagnostics.length, 101);
  t.match(diagnostics[100], { code: 'more-row-errors', message: /^400 more/u });
});

t.test('a table of many rows is checked and played in batches', async (t) => {
  const rows = Array.from({ length: 2500 }, (_, i) => `${i},${i + 2}`).join('\n');
  const loaded = await loadCases(t, `${ADD}r.csv`, { 'r.csv': `a,sum\n${rows}\n` });
  const table = onlyCase(loaded);
  if (table.kind !== 'table') throw new Error('the case is a table');
  const sizes: number[] = [];
  for await (const batch of table.rows()) sizes.push(batch.length);
  t.strictSame([table.rowCount, sizes], [2500, [1000, 1000, 500]]);
});
