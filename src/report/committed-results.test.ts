import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import t from 'tap';
import { featureNames } from '../abi/features.ts';
import { readRun } from '../results/read.ts';
import type { Run } from '../results/run.ts';
import { findingsOf } from './findings.ts';
import { markdownReport, markdownTable } from './markdown.ts';
import { tableOf } from './table.ts';

const root = resolve(import.meta.dirname, '..', '..');
const results = join(root, 'results');

void t.test(
  'the table in the README is that of a committed run, and so is the page of results',
  async (t) => {
    const files = (await readdir(results)).filter((name) => name.endsWith('.json'));
    t.ok(files.length > 0, 'there are results');
    const runs = await Promise.all(files.map((name) => readRun(join(results, name))));
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const page = await readFile(join(results, 'README.md'), 'utf8');
    const tables = runs.map((run) => ({ run, table: tableOf(run, featureNames()) }));
    t.ok(
      tables.some(({ table }) => readme.includes(markdownTable(table))),
      'README.md has its table: npm start renews it',
    );
    t.ok(
      tables.some(({ run, table }) => markdownReport(run, table) === page),
      'results/README.md is made from it',
    );
  },
);

void t.test('every finding of the committed results is in findings.md', async (t) => {
  const files = (await readdir(results)).filter((name) => name.endsWith('.json'));
  const runs = await Promise.all(files.map((name) => readRun(join(results, name))));
  const page = await readFile(join(results, 'findings.md'), 'utf8');
  const shown = (page.match(/^- Case `[^`]+`/gmu) ?? []).map((line) => line.slice(8, -1));
  const matches = (run: Run): boolean => {
    const findings = findingsOf(run);
    return (
      findings.length === shown.length &&
      findings.every((each, index) => each.keys.includes(shown[index] ?? ''))
    );
  };
  t.ok(runs.some(matches), 'abide findings renews it');
});
