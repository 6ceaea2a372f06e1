import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { dir } from 'tmp-promise';
import { DiagnosticError } from '../diagnostic.ts';
import { buildCrate, type CargoArtifact, type CargoOptions } from './cargo.ts';

const folder = await dir({ unsafeCleanup: true });
t.teardown(() => folder.cleanup());
const targetDir = join(folder.path, 'target');

const MANIFEST = '[package]\nname = "scratch-lib"\nversion = "0.3.1"\nedition = "2021"\n';
const CDYLIB = '[lib]\ncrate-type = ["cdylib", "rlib"]\n';
const GOOD = '#[no_mangle] pub extern "C" fn one() -> i32 { 1 }\n';

async function crate(name: string, manifest: string, source: string): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(join(path, 'src'), { recursive: true });
  await writeFile(join(path, 'Cargo.toml'), manifest);
  await writeFile(join(path, 'src', 'lib.rs'), source);
  return path;
}

function build(path: string, more: Partial<CargoOptions> = {}): Promise<CargoArtifact> {
  return buildCrate({ crate: path, profile: 'dev', targetDir, ...more });
}

async function refusal(path: string, more: Partial<CargoOptions> = {}): Promise<DiagnosticError> {
  const error: unknown = await build(path, more).catch((caught: unknown) => caught);
  if (error instanceof DiagnosticError) return error;
  throw new Error('expected a DiagnosticError', { cause: error });
}

t.test('the library is found where cargo says it is', async (t) => {
  const path = await crate('good', MANIFEST + CDYLIB, GOOD);
  const artifact = await build(path);
  t.match(artifact, { packageName: 'scratch-lib', version: '0.3.1', profile: 'dev' });
  t.ok(artifact.file.startsWith(join(targetDir, 'debug')), artifact.file);
  t.match(artifact.file, /scratch_lib\.(?:so|dylib|dll)$/);
  t.same(await build(path), artifact, 'and again when nothing has changed');
});

t.test("a build that fails gives rustc's own words, once", async (t) => {
  const path = await crate('broken', MANIFEST + CDYLIB, 'pub fn f() -> i32 { "no" }\n');
  const { diagnostics } = await refusal(path);
  t.equal(diagnostics.length, 1);
  t.match(diagnostics[0], { code: 'build-failed', message: /does not build/ });
  t.equal(diagnostics[0]?.message.split('error[E0308]: mismatched types').length, 2);
  t.match(diagnostics[0]?.message, /src.lib\.rs:1:21/);
});

t.test('a crate without a C library is told which lines are missing', async (t) => {
  const path = await crate('rlib', MANIFEST, GOOD);
  t.match(await refusal(path), {
    diagnostics: [{ code: 'no-cdylib', help: /\[lib\]\ncrate-type = \["cdylib"\]/ }],
  });
});

t.test('a workspace gives its only C library, and names several', async (t) => {
  const members = join(folder.path, 'space');
  await crate('space/a', MANIFEST.replace('scratch-lib', 'member-a') + CDYLIB, GOOD);
  await crate('space/b', MANIFEST.replace('scratch-lib', 'member-b'), '');
  await writeFile(join(members, 'Cargo.toml'), '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n');
  t.match(await build(members), { packageName: 'member-a' });
  t.match(await build(join(members, 'a')), { packageName: 'member-a' });
  await writeFile(join(members, 'b', 'Cargo.toml'), MANIFEST.replace('scratch-lib', 'member-b') + CDYLIB);
  t.match(await refusal(members), {
    diagnostics: [{ code: 'several-libraries', message: /member-a, member-b|member-b, member-a/ }],
  });
});

t.test('a folder without a crate, a broken manifest and a missing cargo are said as such', async (t) => {
  t.match(await refusal(join(folder.path, 'nowhere')), {
    diagnostics: [{ code: 'no-crate', help: /--crate/ }],
  });
  const broken = await crate('toml', 'this is no toml', '');
  t.match(await refusal(broken), { diagnostics: [{ code: 'build-failed', message: /Cargo\.toml/ }] });
  const good = await crate('good', MANIFEST + CDYLIB, GOOD);
  const missing = await refusal(good, { cargo: join(folder.path, 'no-cargo') });
  t.match(missing, { diagnostics: [{ code: 'cargo-missing', help: /rustup/ }] });
});
