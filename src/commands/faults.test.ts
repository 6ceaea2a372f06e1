/** The mistakes that a Rust author makes, planted one by one into the default subject: the callers must see each. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { dir } from 'tmp-promise';
import { DiagnosticError } from '../diagnostic.ts';
import { faultProblems, faultsReport, faultsText, type FaultTable } from '../report/faults.ts';
import { readConfig, type Config } from './config.ts';
import { faultTable } from './faults.ts';
import { readFaults } from './faults/catalogue.ts';
import { defaultConfigFile } from './package.ts';
import { abide } from './testing/run-abide.ts';

const FEWEST = 40;

function tableOf(config: Config): Promise<FaultTable> {
  return faultTable({ config, names: [], abort: new AbortController(), tell: () => undefined });
}

void t.test('the faults of the default subject', async (t) => {
  const config = await readConfig({ config: defaultConfigFile() });
  const listed = await readFaults(config.faults ?? '');
  t.ok(listed.length >= FEWEST, `${listed.length} faults are at least ${FEWEST}`);
  const table = await tableOf(config);
  t.same(table.sound, [], 'without a fault nothing deviates');
  t.ok(table.columns.length > 1, 'more than one caller ran');
  t.same(
    table.rows.map((row) => row.name),
    listed.map((each) => each.name),
  );
  for (const row of table.rows) t.same(row.problems, [], `${row.name} is caught as what it is`);
});

/** A catalogue of other faults of the default subject. */
async function catalogue(
  entries: readonly { readonly yaml: string; readonly name: string; readonly patch?: string }[],
): Promise<{ config: Config; remove: () => Promise<void> }> {
  const folder = await dir({ prefix: 'abide-faults-test-', unsafeCleanup: true });
  const faults = join(folder.path, 'faults', 'faults.yaml');
  await mkdir(dirname(faults));
  const list = entries.map(({ name, yaml }) => `  - { name: ${name}, mistake: none, ${yaml} }\n`);
  await writeFile(faults, `abide: 1\nfaults:\n${list.join('')}`);
  for (const { name, patch } of entries)
    if (patch !== undefined) await writeFile(join(dirname(faults), `${name}.patch`), patch);
  const config = await readConfig({ config: defaultConfigFile() });
  return { config: { ...config, faults }, remove: () => folder.cleanup() };
}

const ADDS = 'run: [integers/adds-two-numbers], caught: integers/adds-two-numbers';
const HEAD = '--- a/src/integers.rs\n+++ b/src/integers.rs\n';
const CONTEXT = ' pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 {\n';

function changed(line: string): string {
  return `${HEAD}@@ -1,2 +1,2 @@\n${CONTEXT}-    a.wrapping_add(b)\n+    ${line}\n`;
}

void t.test('a fault that is not seen, or as something else, is a problem', async (t) => {
  const { config, remove } = await catalogue([
    { name: 'nothing', yaml: `${ADDS}, as: fail`, patch: changed('b.wrapping_add(a)') },
    { name: 'other-outcome', yaml: `${ADDS}, as: crash`, patch: changed('a.wrapping_sub(b)') },
    { name: 'other-kind', yaml: `${ADDS}, as: fail, what: leak`, patch: changed('a.wrapping_sub(b)') },
    { name: 'seen', yaml: `${ADDS}, as: fail, what: value`, patch: changed('a.wrapping_sub(b)') },
  ]);
  t.teardown(remove);
  const table = await tableOf(config);
  const [nothing, outcome, kind, seen] = table.rows;
  t.same(nothing?.problems, ['no caller sees it; a case is missing that would']);
  t.match(outcome?.problems, [/^expected crash in integers\/adds-two-numbers.* saw c fail: value/u]);
  t.match(kind?.problems, [/^expected fail: leak in /u]);
  t.match(seen, { problems: [], laidTo: 'the library' });
  t.equal(faultProblems(table).length, 3);
  t.match(
    faultsText(table),
    /^nothing: no caller sees it; .*\n(.*\n)+\n1 of 4 faults are caught as they must be\n$/mu,
  );
  t.match(faultsReport(table), /^\| \*\*seen\*\*: none \| `integers\/adds-two-numbers` \| fail: value \|/mu);
});

void t.test('a patch that does not fit the sources is an error at its line, and stops all', async (t) => {
  const patch = changed('a').replace('a.wrapping_add(b)', 'a.wrapping_ad(b)');
  const { config, remove } = await catalogue([{ name: 'late', yaml: `${ADDS}, as: fail`, patch }]);
  t.teardown(remove);
  const error: unknown = await tableOf(config).catch((error: unknown) => error);
  t.ok(error instanceof DiagnosticError);
  t.match(error, { diagnostics: [{ code: 'patch-refused', location: { file: /late\.patch$/u } }] });
});

void t.test('a catalogue and its patches must be of the same names', async (t) => {
  const { config, remove } = await catalogue([{ name: 'lost', yaml: `${ADDS}, as: fail` }]);
  t.teardown(remove);
  const path = config.faults ?? '';
  await writeFile(join(dirname(path), 'orphan.patch'), '');
  const codes = async (): Promise<unknown> =>
    readFaults(path).catch((error: unknown) =>
      error instanceof DiagnosticError ? error.diagnostics.map((each) => each.code) : error,
    );
  t.same(await codes(), ['patch-missing', 'patch-unnamed']);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('as: fail', 'as: pass'));
  t.same(await codes(), ['faults-value']);
  await writeFile(path, text.replace('lost', 'Lost Name'));
  t.same(await codes(), ['faults-value']);
});

void t.test('an unknown fault is refused, with the one that was meant', async (t) => {
  const { stderr, exitCode } = await abide(['faults', 'doubl-free']);
  t.equal(exitCode, 2);
  t.match(
    stderr,
    /there is no fault named "doubl-free" \[unknown-fault\]\n {2}help: Did you mean double-free\?/u,
  );
});

void t.test('a subject that is no crate has no faults', async (t) => {
  const config = await readConfig({ config: defaultConfigFile() });
  await t.rejects(tableOf({ ...config, subject: { kind: 'library', library: 'z' } }), DiagnosticError);
  await t.rejects(tableOf({ ...config, faults: null }), DiagnosticError);
});
