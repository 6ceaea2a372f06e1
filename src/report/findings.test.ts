import t from 'tap';
import { findingsOf, findingsReport } from './findings.ts';
import { hostileResult, knownResult, someRun } from './testing/some-run.ts';

void t.test('a finding is what a caller or engine does wrong, never what the library does', (t) => {
  const found = findingsOf(someRun());
  t.same(
    found.map((each) => [each.column.id, each.keys]),
    [['ctypes', ['strings/packs']]],
    'the deviation laid to the library is none',
  );
  t.end();
});

void t.test('deviations of one explanation are one finding, shown by the simplest', (t) => {
  const run = someRun();
  const complex = { ...knownResult, key: 'strings/other', deviations: hostileResult.deviations };
  const columns = run.columns.map((each) =>
    each.id === 'ctypes' ? { ...each, results: [complex, knownResult] } : each,
  );
  const [finding, ...others] = findingsOf({ ...run, columns });
  t.same(others, []);
  t.equal(finding?.example.key, 'strings/packs');
  t.same(finding?.keys, ['strings/other', 'strings/packs']);
  t.end();
});

void t.test('the page holds versions, link and program, and hostile text stays text', (t) => {
  const [finding] = findingsOf(someRun());
  if (finding === undefined) throw new Error('there is a finding');
  const program = { text: 'print("```")\n', language: 'py' };
  const page = findingsReport(someRun(), [{ finding, program }]);
  t.match(page, '- See https://example.org/1');
  t.match(page, '- Versions: ctypes 1.0, f 2.0');
  t.match(page, '````py\nprint("```")\n````', 'its own fence does not end it');
  const hostile = {
    finding: { ...finding, example: { ...finding.example, known: null, why: '<b>x</b>' } },
    program,
  };
  t.notMatch(findingsReport(someRun(), [hostile]), '<b>');
  t.end();
});
