import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { dir } from 'tmp-promise';
import { DiagnosticError } from '../diagnostic.ts';
import { someRun } from '../report/testing/some-run.ts';
import { runToJson } from './json.ts';
import { failedKeys, readRun } from './read.ts';
import { exitCodeOf } from './verdict.ts';

void t.test('a result file is JSON with one case and one deviation a line', (t) => {
  const text = runToJson(someRun());
  const file = JSON.parse(text) as { cases: unknown[]; deviations: unknown[]; footer: unknown };
  t.same(file.footer, { cases: 2, deviations: 2 });
  t.equal(file.cases.length, 2);
  t.equal(text.split('\n').filter((line) => line.startsWith('{"column":"ctypes","key"')).length, 4, 'two deviations, two pieces of evidence');
  t.end();
});

void t.test('two runs that differ in time and in stderr differ in the evidence alone', (t) => {
  const one = someRun();
  const two = { ...one, columns: one.columns.map((column) => ({ ...column, durationMs: 99, results: column.results.map((each) => ({ ...each, stderr: 'x' })) })) };
  const upTo = (text: string): string => text.slice(0, text.indexOf('"evidence"'));
  t.not(runToJson(one), runToJson(two));
  t.equal(upTo(runToJson(one)), upTo(runToJson(two)));
  t.end();
});

void t.test('a run that is written and read back is the same run', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const file = join(folder.path, 'run.json');
  const run = someRun();
  await writeFile(file, runToJson(run));
  const again = await readRun(file);
  t.equal(runToJson(again), runToJson(run));
  t.same(again.columns[1]?.results, run.columns[1]?.results);
});

void t.test('--failed wants the unexpected ones only', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const file = join(folder.path, 'run.json');
  await writeFile(file, runToJson(someRun()));
  t.same([...(await failedKeys(file))], ['strings/greets']);
});

void t.test('a result file that is absent, cut off, foreign or newer is refused with a cure', async (t) => {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const file = join(folder.path, 'run.json');
  const refused = async (text: string | null): Promise<DiagnosticError> => {
    if (text !== null) await writeFile(file, text);
    return failedKeys(file).then(
      () => t.fail('was read') as never,
      (error: unknown) => error as DiagnosticError,
    );
  };
  const good = runToJson(someRun());
  const bad = [null, good.slice(0, 300), '{}', good.replace('"schema": 1', '"schema": 2'), good.replace('"deviations":2}', '"deviations":3}')];
  for (const text of bad) {
    const error = await refused(text);
    t.type(error, DiagnosticError);
    t.match(error.diagnostics, [{ code: 'results-unreadable', help: String }]);
  }
});

void t.test('exit codes follow what happened', (t) => {
  const run = someRun();
  t.equal(exitCodeOf(run), 1, 'an unexpected deviation');
  const [c] = run.columns;
  const clean = { ...run, columns: c === undefined ? [] : [c] };
  t.equal(exitCodeOf(clean), 0, 'a caller that was not asked for may be missing');
  t.equal(exitCodeOf({ ...clean, notRun: run.notRun.map((each) => ({ ...each, demanded: true })) }), 1);
  t.equal(exitCodeOf({ ...clean, interrupted: true }), 1);
  t.equal(exitCodeOf({ ...run, columns: [] }), 3, 'nothing ran');
  const short = { ...clean, columns: clean.columns.map((column) => ({ ...column, planned: 3 })) };
  t.equal(exitCodeOf(short), 1, 'a case that was not played');
  t.end();
});
