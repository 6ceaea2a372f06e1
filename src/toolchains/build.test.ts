import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { buildCaller, generate, type Built } from './build.ts';
import { detect, type InstalledCompiled } from './detect.ts';
import { readCallers } from './manifest.ts';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './test-folder.ts';
import { openToolCache } from './tool-cache.ts';

const MANIFEST = `
abide: 1
caller: tiny-c
language: C
ffi: cc
engine: cc
kind: compiled
tools: { cc: { commands: [logged-cc] } }
generate: ["\${node}", "generate.mjs"]
compile: { command: ["\${cc}", "-Werror", "-c", "\${source}", "-I\${caller}", "-I", "\${out}", "-o", "\${object}"], sources: ["*.c"], object: ".o" }
link: { command: ["\${cc}", "\${objects}", "\${library}", "-o", "\${program}"] }
`;

/** Writes a source a spec, and a main that calls each of them. */
const GENERATOR = `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const [plan, out] = process.argv.slice(2);
const cases = readFileSync(plan, 'utf8').trim().split('\\n').slice(1).map((line) => JSON.parse(line));
if (cases.some((each) => each.case === 'bad/generator')) throw new Error('cannot generate');
const specs = [...new Set(cases.map((each) => each.case.split('/')[0]))];
for (const spec of specs) {
  const bodies = cases.filter((each) => each.case.startsWith(spec + '/')).map((each) => each.body);
  writeFileSync(join(out, spec + '.c'), '#include "tiny.h"\\nint run_' + spec + '(void) { ' + bodies.join(' ') + ' return 0; }\\n');
}
writeFileSync(join(out, 'main.c'), specs.map((s) => 'int run_' + s + '(void);\\n').join('') +
  'int main(void) { return 0' + specs.map((s) => ' + run_' + s + '()').join('') + '; }\\n');
`;

interface Place {
  readonly folder: TestFolder;
  readonly caller: InstalledCompiled;
  build(bodies: Readonly<Record<string, string>>): Promise<Built>;
  /** How often the compiler was started since the last time, its version aside. */
  compilations(): number;
}

async function place(t: Test): Promise<Place> {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  const log = folder.write('log', '');
  folder.program('bin/logged-cc', `test "$1" = --version || echo x >> ${log}; exec cc "$@"`);
  folder.write('callers/tiny-c/caller.yaml', MANIFEST);
  folder.write('callers/tiny-c/generate.mjs', GENERATOR);
  folder.write('callers/tiny-c/tiny.h', 'int add_numbers(int, int);\n#include <stdio.h>\n');
  folder.write('callers/tiny-c/runtime.c', 'int runtime_is_here = 1;\n');
  const [read] = await readCallers([join(folder.path, 'callers')]);
  if (read === undefined) throw new Error('no caller was read');
  const cache = await openToolCache(join(folder.path, 'cache'));
  const caller = await detect(read, { cache, with: join(folder.path, 'bin/logged-cc') });
  if (caller.state !== 'installed' || caller.kind !== 'compiled') throw new Error('there is no C compiler');
  const source = folder.write('lib.c', 'int add_numbers(int a, int b) { return a + b; }\n');
  const library = join(folder.path, 'libtiny.so');
  await execa('cc', ['-shared', '-fPIC', source, '-o', library]);
  return {
    folder,
    caller,
    build(bodies) {
      const cases = Object.entries(bodies).map(([key, body]) => JSON.stringify({ case: key, body }));
      const plan = folder.write('plan.jsonl', `${['{"abide":1,"tables":{}}', ...cases].join('\n')}\n`);
      const out = join(folder.path, 'out');
      return buildCaller(caller, { plan, library, out, cache: join(folder.path, 'built') });
    },
    compilations() {
      const count = readFileSync(log, 'utf8').split('x').length - 1;
      writeFileSync(log, '');
      return count;
    },
  };
}

async function outputOf(built: Built): Promise<string> {
  if (!built.ok) throw new Error(built.output);
  const [program = ''] = built.run;
  return (await execa(program)).stdout;
}

const HELLO = 'printf("%d\\n", add_numbers(2, 40));';

t.test('building a compiled caller', NEEDS_SCRIPTS, (t) => {
  t.test('what was generated is compiled, linked to the library and runs', async (t) => {
    const { build } = await place(t);
    const built = await build({ 'one/a': HELLO, 'two/b': 'puts("two");' });
    t.match(built, { ok: true, failed: new Map() });
    t.equal(await outputOf(built), '42\ntwo');
  });

  t.test('nothing is compiled again until something it depends on changes', async (t) => {
    const { build, compilations, folder } = await place(t);
    const cases = { 'one/a': HELLO, 'two/b': 'puts("two");' };
    await build(cases);
    t.equal(compilations(), 5, 'two specs, main, runtime and the linker');
    t.equal(await outputOf(await build(cases)), '42\ntwo');
    t.equal(compilations(), 0);
    t.equal(await outputOf(await build({ ...cases, 'two/b': 'puts("2");' })), '42\n2');
    t.equal(compilations(), 2, 'the changed source and the linker');
    folder.write('callers/tiny-c/tiny.h', '#include <stdio.h>\nint add_numbers(int a, int b);\n');
    await build(cases);
    t.equal(compilations(), 5, 'a header concerns every source');
    folder.write('callers/tiny-c/README.md', 'Nothing a compiler reads.');
    await build(cases);
    t.equal(compilations(), 0);
    rmSync(join(folder.path, 'built'), { recursive: true });
    await build(cases);
    t.equal(compilations(), 5);
  });

  t.test('a spec that does not compile is reported with the compiler’s words, the others run', async (t) => {
    const { build } = await place(t);
    const built = await build({ 'one/a': HELLO, 'bad/b': 'no_such_function(1);', 'worse/c': ')' });
    t.equal(await outputOf(built), '42');
    t.same([...built.failed.keys()].toSorted(), ['bad', 'worse']);
    t.match(built.failed.get('bad'), /bad\.c.*\n?.*no_such_function/);
    t.match(built.failed.get('worse'), /worse\.c/);
  });

  t.test('when no spec compiles the program still starts, with no case', async (t) => {
    const { build } = await place(t);
    const built = await build({ 'bad/b': ')' });
    t.equal(await outputOf(built), '');
    t.same([...built.failed.keys()], ['bad']);
  });

  t.test('a runtime that does not compile is the failure of all', async (t) => {
    const { build, folder } = await place(t);
    folder.write('callers/tiny-c/runtime.c', 'int broken = ;\n');
    const built = await build({ 'one/a': HELLO });
    t.match(built, { ok: false, stage: 'compile', output: /runtime\.c/, failed: new Map() });
  });

  t.test('a generator that fails is shown in its own words', async (t) => {
    const { build } = await place(t);
    t.match(await build({ 'bad/generator': '' }), {
      ok: false,
      stage: 'generate',
      output: /cannot generate/,
    });
  });

  t.test('a symbol nobody has is the linker’s failure', async (t) => {
    const { build } = await place(t);
    const built = await build({ 'one/a': 'int missing_one(void); missing_one();' });
    t.match(built, { ok: false, stage: 'link', output: /missing_one/ });
  });

  t.test('generating alone leaves the sources, and nothing of an earlier time', async (t) => {
    const { caller, folder } = await place(t);
    const plan = folder.write('plan.jsonl', '{"abide":1}\n{"case":"one/a","body":""}\n');
    folder.write('emitted/old.c', 'from another time');
    const out = join(folder.path, 'emitted');
    t.equal(await generate(caller, plan, out), null);
    t.notOk(existsSync(join(out, 'old.c')));
    t.match(readFileSync(join(out, 'one.c'), 'utf8'), /run_one/);
  });

  t.end();
});
