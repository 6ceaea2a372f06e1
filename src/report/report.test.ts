import t from 'tap';
import { escapeMarkdown, markdownReport, markdownTable } from './markdown.ts';
import { cellWords, tableOf } from './table.ts';
import { terminalReport } from './terminal.ts';
import { someRun } from './testing/some-run.ts';

const order = ['bool', 'string.native.argument', 'errno'];
const replay = (column: { id: string }, key: string): string => `abide run ${key} --caller ${column.id}`;

void t.test('the table has the features that a case uses, in display order', (t) => {
  const table = tableOf(someRun(), order);
  t.same(
    table.rows.map((row) => row.feature),
    ['bool', 'string.native.argument'],
  );
  t.same(
    table.rows.map((row) => row.cells.map(cellWords)),
    [
      ['1/1', '0/1 crash (known)'],
      ['1/1', '0/1 fail'],
    ],
  );
  t.same(table.totals.map(cellWords), ['2/2', '0/2 crash']);
  t.end();
});

void t.test('a cell without a case says so and never looks like a pass', (t) => {
  t.equal(cellWords({ passed: 0, total: 0, worst: null, asExpected: true }), 'not run');
  t.end();
});

void t.test(
  'the terminal report tells the deviation, its byte, whom it is laid to, and how to play it again',
  (t) => {
    const run = someRun();
    const text = terminalReport(run, tableOf(run, order), { colour: false, verbose: false, replay });
    t.match(text, 'fail: strings/greets in ctypes, at call, step 0');
    t.match(text, 'byte 0 of 1: expected 61, found 3c');
    t.match(text, 'laid to: the library');
    t.match(text, 'again: abide run strings/greets --caller ctypes');
    t.match(text, 'not run: ruby: ruby is not on PATH');
    t.match(text, 'Debian: apt-get install ruby');
    t.match(text, /4 cases in 2 callers: 2 passed, 1 known, 1 unexpected; not run: ruby/u);
    t.notMatch(text, 'libffi has no packed type', 'known issues are for --verbose');
    t.end();
  },
);

void t.test('known issues are shown one by one when asked for', (t) => {
  const run = someRun();
  const text = terminalReport(run, tableOf(run, order), { colour: false, verbose: true, replay });
  t.match(text, 'crash (known): strings/packs in ctypes');
  t.match(text, 'known: libffi has no packed type');
  t.end();
});

void t.test('no control character of the library reaches the terminal', (t) => {
  const run = someRun();
  const text = terminalReport(run, tableOf(run, order), { colour: false, verbose: true, replay });
  // eslint-disable-next-line no-control-regex -- control characters are what must not be there
  t.notMatch(text, /[\u001b\u0007\u202e]/u);
  t.end();
});

void t.test('colour says nothing that words do not', (t) => {
  const run = someRun();
  const options = { verbose: true, replay };
  const plain = terminalReport(run, tableOf(run, order), { ...options, colour: false });
  const coloured = terminalReport(run, tableOf(run, order), { ...options, colour: true });
  t.not(coloured, plain);
  // eslint-disable-next-line no-control-regex -- it is the escape sequences that are removed
  t.equal(coloured.replace(/\u001b\[\d+m/gu, ''), plain);
  t.end();
});

void t.test('Markdown shows hostile text as text', (t) => {
  const run = someRun();
  const text = markdownReport(run, tableOf(run, order));
  t.notMatch(text, '<script>');
  t.match(text, '&lt;script&gt;');
  t.equal(escapeMarkdown('a | b\n# c'), 'a \\| b \\# c');
  t.end();
});

void t.test('Markdown lists what did not run and what did not pass', (t) => {
  const run = someRun();
  const text = markdownReport(run, tableOf(run, order));
  t.match(text, '- ruby: ruby is not on PATH');
  t.match(text, '| strings/packs | ctypes | crash | yes | libffi has no packed type |');
  t.match(markdownTable(tableOf(run, order)), '| `bool` | 1/1 | 0/1 crash (known) |');
  t.end();
});

void t.test('an incomplete run says so', (t) => {
  const run = { ...someRun(), complete: false };
  t.match(markdownReport(run, tableOf(run, order)), '**Incomplete:**');
  t.end();
});
