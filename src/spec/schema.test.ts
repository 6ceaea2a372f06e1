import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { PLATFORMS } from '../abi/platforms.ts';
import { findSpecFiles, loadSuite } from './load.ts';
import { specSchema } from './schema.ts';
import { SPEC } from './shapes.ts';

const specs = fileURLToPath(new URL('../../specs/', import.meta.url));

t.test('specs/schema.json is what the definitions give', async (t) => {
  const written = await readFile(`${specs}schema.json`, 'utf8');
  t.equal(written.replaceAll('\r\n', '\n'), specSchema(), 'else run: node dist/spec/write-schema.js');
});

t.test('the specs of this repository have no fault, for any platform', async (t) => {
  const { files } = await findSpecFiles(specs);
  t.ok(files.length >= 8);
  for (const platform of PLATFORMS.filter((each) =>
    /^(?:linux-(?:x86_64|i686|s390x)|windows-x86_64)$/u.test(each.name),
  )) {
    const { suite, diagnostics } = await loadSuite(files, platform);
    t.strictSame(diagnostics, [], platform.name);
    t.ok((suite?.cases.length ?? 0) >= 120);
  }
});

t.test('the schema accepts the specs of this repository', async (t) => {
  for (const file of (await findSpecFiles(specs)).files) {
    const result = SPEC.safeParse(parse(await readFile(file, 'utf8')));
    t.strictSame(result.error?.issues ?? [], [], file);
  }
});

t.test('a suite has the same hash wherever it is loaded', async (t) => {
  const { files } = await findSpecFiles(specs);
  const [first, second] = await Promise.all(
    PLATFORMS.slice(0, 2).map((platform) => loadSuite(files, platform)),
  );
  t.equal(first?.suite?.hash, second?.suite?.hash);
  t.match(first?.suite?.hash, /^[0-9a-f]{64}$/u);
});
