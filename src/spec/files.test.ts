import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { REFERENCE_PLATFORM } from '../abi/platforms.ts';
import { findSpecFiles, loadSuite } from './load.ts';
import { found, loadText } from './load-text.test.support.ts';

const MINIMAL = 'abide: 1\nspec: s\ncases:\n  a: { collect: true }\n';

/** Whole files, and what is found in them. */
const FILES: readonly (readonly [string, string, ...string[]])[] = [
  ['an empty file', '', 'file-empty 1:1'],
  ['a file of comments', '# nothing\n', 'file-empty 1:1'],
  ['a file with a control character', 'abide: 1\nspec: a\u0007b\n', 'file-binary 2:8'],
  ['broken YAML', 'abide: 1\nspec: "s\n', 'yaml-syntax 3:1'],
  ['a tab as indentation', 'abide: 1\ncases:\n\ta: 1\n', 'yaml-syntax 3:1'],
  ['two documents', `${MINIMAL}---\na: 1\n`, 'yaml-syntax 5:1'],
  ['YAML 1.1', `%YAML 1.1\n---\n${MINIMAL}`, 'yaml-syntax 1:1'],
  ['a list', '- 1\n', 'wrong-shape 1:1'],
  ['an unknown top key', `${MINIMAL}case: 1\n`, 'unknown-key 5:1'],
  ['another language version', MINIMAL.replace('abide: 1', 'abide: 2'), 'language-version 1:8'],
  ['no version and no name', 'cases: { a: { collect: true } }\n', 'missing-key 1:1', 'missing-key 1:1'],
  ['a name with a slash', MINIMAL.replace('spec: s', 'spec: a/b'), 'bad-name 2:7'],
  ['a spec without cases', 'abide: 1\nspec: s\n', 'no-cases -'],
  ['an undefined alias', MINIMAL.replace('{ collect: true }', '*x'), 'yaml-alias 4:6'],
  ['an alias of itself', 'abide: 1\nspec: s\ncases: &c\n  a: *c\n', 'yaml-alias 4:6'],
  ['a map as key', 'abide: 1\nspec: s\n{ a: 1 }: 2\ncases: { a: { collect: true } }\n', 'yaml-key 3:1'],
  ['a merge key', `${MINIMAL}<<: { spec: x }\n`, 'unknown-key 5:1'],
  ['brackets without end', `abide: ${'['.repeat(300_000)}`, 'yaml-depth 1:108'],
  ['maps without end', `abide: ${'{a: '.repeat(50_000)}`, 'yaml-depth 1:408'],
];

for (const [title, text, ...expected] of FILES) {
  t.test(`${title} is reported`, async (t) => {
    const loaded = await loadText(t, text);
    t.strictSame(found(loaded), expected);
    t.equal(loaded.suite, null);
  });
}

t.test('dashes without end are reported', async (t) => {
  const loaded = await loadText(t, '- '.repeat(50_000));
  t.equal(loaded.diagnostics[0]?.code, 'yaml-depth');
});

t.test('an alias bomb has a limit', async (t) => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `  x${i}: &x${i} [${i === 0 ? '1, 1' : `*x${i - 1}, `.repeat(9)}]`,
  );
  const loaded = await loadText(t, `abide: 1\nspec: s\nconstants:\n${levels.join('\n')}\n`);
  t.strictSame(
    loaded.diagnostics.map((each) => each.code),
    ['yaml-alias'],
  );
});

t.test('a byte-order mark and CRLF change nothing, not even the hash', async (t) => {
  const plain = await loadText(t, MINIMAL);
  const windows = await loadText(t, `\ufeff${MINIMAL.replaceAll('\n', '\r\n')}`);
  t.strictSame(windows.diagnostics, []);
  t.equal(windows.suite?.hash, plain.suite?.hash);
  const wrong = await loadText(t, `\ufeff${MINIMAL.replace('collect', 'colect').replaceAll('\n', '\r\n')}`);
  t.strictSame(found(wrong), ['unknown-step 4:8']);
});

t.test('bytes that are not UTF-8 are reported where they stand', async (t) => {
  const folder = t.testdir({});
  const file = path.join(folder, 'spec.yaml');
  await writeFile(file, Buffer.concat([Buffer.from('abide: 1\nspec: é'), Buffer.from([0xff, 0xfe])]));
  t.strictSame(found(await loadSuite([file], REFERENCE_PLATFORM)), ['file-binary 2:8']);
});

t.test('what is no readable file is reported', async (t) => {
  const folder = t.testdir({ 'a.yaml': {} });
  const missing = await loadSuite([path.join(folder, 'none.yaml')], REFERENCE_PLATFORM);
  t.strictSame(found(missing), ['file-missing 1:1']);
  const directory = await loadSuite([path.join(folder, 'a.yaml')], REFERENCE_PLATFORM);
  t.strictSame(found(directory), ['file-not-regular 1:1']);
});

t.test('a file of 50 MB is refused by its limit', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'abide-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'big.yaml');
  await writeFile(file, Buffer.alloc(50 * 1024 * 1024, 'a: 1\n'));
  const loaded = await loadSuite([file], REFERENCE_PLATFORM);
  t.strictSame(found(loaded), ['file-too-large 1:1']);
  t.match(loaded.diagnostics[0]?.message, /at most 16 MB, found 50 MB/u);
});

t.test('a device is no spec', { skip: process.platform === 'win32' && 'Windows has no /dev' }, async (t) => {
  t.strictSame(found(await loadSuite(['/dev/zero'], REFERENCE_PLATFORM)), ['file-not-regular 1:1']);
});

t.test('spec files are found in a directory, by name and by pattern', async (t) => {
  const folder = t.testdir({
    'b.yaml': MINIMAL,
    'a.yml': MINIMAL,
    'known-issues.yaml': '',
    'rows.csv': '',
    deep: { 'c.yaml': MINIMAL },
  });
  const names = async (wanted: string): Promise<readonly string[]> =>
    (await findSpecFiles(wanted)).files.map((file) => path.relative(folder, path.resolve(file)));
  t.strictSame(await names(folder), ['a.yml', 'b.yaml']);
  t.strictSame(await names(path.join(folder, 'b.yaml')), ['b.yaml']);
  t.strictSame(await names(`${folder}/*.yaml`), ['b.yaml']);
  t.strictSame(await names(`${folder}/**/*.yaml`), ['b.yaml', path.join('deep', 'c.yaml')]);
  const nothing = await findSpecFiles(path.join(folder, 'deep', '*.yml'));
  t.equal(nothing.diagnostics[0]?.code, 'no-specs');
});

t.test('a table may not lead out of the folder of its spec', async (t) => {
  const spec = (name: string): string =>
    `abide: 1\nspec: s\nglobals: { V: u32 }\ncases:\n  a: { set: V, value: "\${x}", each: ${name} }\n`;
  for (const name of [
    '/etc/rows.csv',
    '../rows.csv',
    'a/../../rows.csv',
    '"C:\\\\rows.csv"',
    'rows.txt',
    './/rows.csv',
  ]) {
    t.strictSame(found(await loadText(t, spec(name))), ['table-path 5:37'], name);
  }
  t.strictSame(found(await loadText(t, spec('none.csv'))), ['file-missing 5:37']);
  const outside = t.testdir({ 'rows.csv': 'x\n1\n', inside: { 'spec.yaml': spec('link.csv') } });
  await symlink(path.join(outside, 'rows.csv'), path.join(outside, 'inside', 'link.csv'));
  const loaded = await loadSuite([path.join(outside, 'inside', 'spec.yaml')], REFERENCE_PLATFORM);
  t.strictSame(found(loaded), ['table-path 5:37']);
});
