import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import t, { type Test } from 'tap';
import { DiagnosticError, type Diagnostic } from '../diagnostic.ts';
import { readCallers, type Caller } from './manifest.ts';
import { testFolder } from './test-folder.ts';

const HEAD = ['abide: 1', 'caller: x-y', 'language: X', 'ffi: y', 'engine: libffi'];
const TOOLS = ['tools:', '  interpreter: { commands: [x], minimum: "2.7" }'];
const GOOD = [...HEAD, 'kind: interpreted', ...TOOLS, 'run: ["${interpreter}", "driver.x"]'].join('\n');

async function problems(t: Test, text: string): Promise<readonly Diagnostic[]> {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('x-y/caller.yaml', text);
  return readCallers([folder.path]).then(
    () => [],
    (error: unknown) =>
      error instanceof DiagnosticError ? error.diagnostics : Promise.reject(error as Error),
  );
}

/** Code and place of every problem: `caller-key 7:1`. */
async function marks(t: Test, text: string): Promise<readonly string[]> {
  return (await problems(t, text)).map(
    ({ code, location }) => `${code} ${location?.line ?? 0}:${location?.column ?? 0}`,
  );
}

async function one(t: Test, text: string): Promise<Caller> {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('x-y/caller.yaml', text);
  const [caller] = await readCallers([folder.path]);
  if (caller === undefined) throw new Error('no caller was read');
  return caller;
}

function identity(error: unknown): unknown {
  return error;
}

t.test('an interpreted caller is read with its defaults', async (t) => {
  const { manifest, folder } = await one(t, GOOD);
  t.match(folder, /x-y$/);
  t.same(manifest.tools.get('interpreter'), {
    commands: ['x'],
    version: ['--version'],
    minimum: '2.7',
    probe: null,
    executable: null,
  });
  t.match(manifest, { name: 'x-y', kind: 'interpreted', install: {}, deaths: [], cannot: [] });
});

t.test('a compiled caller, deaths and refusals are read', async (t) => {
  const { manifest } = await one(
    t,
    [
      ...HEAD,
      'kind: compiled',
      'tools: { cc: { commands: [cc, gcc] } }',
      'generate: ["${node}", "generate.mjs"]',
      'compile: { command: ["${cc}", "${source}", "${object}"], sources: ["*.c"], object: ".o" }',
      'link: { command: ["${cc}", "${objects}", "-o", "${program}"] }',
      'install: { apt: [gcc, libc6-dev], winget: [LLVM.LLVM] }',
      'deaths: [{ signal: SIGABRT, stderr: "[BUG]", cause: SIGSEGV }]',
      'cannot: [{ features: ["a.*"], why: "It has none." }]',
    ].join('\n'),
  );
  t.match(manifest, {
    kind: 'compiled',
    compile: { object: '.o' },
    install: { apt: ['gcc', 'libc6-dev'] },
    deaths: [{ signal: 'SIGABRT', exit: null, stderr: '[BUG]', cause: 'SIGSEGV' }],
    cannot: [{ features: ['a.*'], why: 'It has none.' }],
  });
});

t.test('callers of several roots come sorted by name, and folders without a manifest are none', async (t) => {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('one/b/caller.yaml', GOOD.replace('x-y', 'b'));
  folder.write('one/shared/notes.txt', '');
  folder.write('two/a/caller.yaml', GOOD.replace('x-y', 'a'));
  const callers = await readCallers([join(folder.path, 'one'), join(folder.path, 'two')]);
  t.same(
    callers.map(({ manifest }) => manifest.name),
    ['a', 'b'],
  );
  t.equal(callers[0]?.file, relative(process.cwd(), join(folder.path, 'two', 'a', 'caller.yaml')));
});

t.test('two callers of one name are refused with both places', async (t) => {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('one/x-y/caller.yaml', GOOD);
  folder.write('two/x-y/caller.yaml', GOOD);
  const found = await readCallers([join(folder.path, 'one'), join(folder.path, 'two')]).catch(identity);
  t.match(found, { diagnostics: [{ code: 'caller-duplicate', related: [{}] }] });
});

t.test('a callers folder that is not there is one error', async (t) => {
  t.match(await readCallers(['no/such/folder']).catch(identity), { diagnostics: [{ code: 'caller-root' }] });
});

t.test('unknown keys are shown where they stand, all at once', async (t) => {
  const text = GOOD.replace('minimum:', 'minimun:').replace('engine: libffi', 'engine: libffi\nengin: 1');
  t.same((await marks(t, text)).toSorted(), ['caller-key 6:1', 'caller-key 9:33']);
});

t.test('a value of the wrong type is shown where it stands', async (t) => {
  t.same(await marks(t, GOOD.replace('"2.7"', '2.7')), ['caller-value 8:42']);
  t.same(await marks(t, GOOD.replace('[x]', 'x')), ['caller-value 8:28']);
  t.same(await marks(t, GOOD.replace('engine: libffi\n', '')), ['caller-value 1:1']);
  t.same(await marks(t, GOOD.replace('interpreted', 'neither')), ['caller-value 6:7']);
});

t.test('a name that is not the folder’s is refused', async (t) => {
  t.same(await marks(t, GOOD.replace('x-y', 'z')), ['caller-name 2:9']);
});

t.test('placeholders that mean nothing are refused with those that do', async (t) => {
  const [problem] = await problems(t, GOOD.replace('"${interpreter}"', '"${interpretr}"'));
  t.match(problem, {
    code: 'caller-placeholder',
    location: { line: 9, column: 7 },
    help: /\$\{interpreter\}/,
  });
});

const REPRO = [
  'repro:',
  '  command: ["${interpreter}", "repro.x"]',
  '  file: repro.x',
  '  comment: "#"',
  '  run: ["${interpreter}", "${program}"]',
].join('\n');

t.test('how a caller writes a case as a program is read; a caller need not', async (t) => {
  const { manifest } = await one(t, `${GOOD}\n${REPRO}`);
  t.same(manifest.repro, {
    command: ['${interpreter}', 'repro.x'],
    file: 'repro.x',
    comment: '#',
    build: null,
    run: ['${interpreter}', '${program}'],
  });
  t.equal((await one(t, GOOD)).manifest.repro, null);
});

t.test('a program of a case that is built is run as what was built', async (t) => {
  const built = REPRO.replace('run: ["${interpreter}", "${program}"]', 'run: ["${executable}"]');
  const build =
    '  build: ["${interpreter}", "${program}", "-o", "${executable}", "${library}", "${library_dir}"]';
  t.match((await one(t, `${GOOD}\n${built}\n${build}`)).manifest, { repro: { run: ['${executable}'] } });
  t.same(
    await marks(t, `${GOOD}\n${REPRO}\n${build}`),
    ['caller-placeholder 14:8'],
    'what was built is not run',
  );
  t.same(
    (await marks(t, `${GOOD}\n${built}`)).toSorted(),
    ['caller-placeholder 14:8', 'caller-placeholder 14:9'],
    'nothing is built, so there is no ${executable}',
  );
  t.same(await marks(t, `${GOOD}\n${built}\n${build.replace('"${program}"', '"${source}"')}`), [
    'caller-placeholder 15:29',
    'caller-placeholder 15:10',
  ]);
});

t.test('the program that writes does not know what it writes', async (t) => {
  const text = REPRO.replace('"repro.x"]', '"${program}"]');
  t.same(await marks(t, `${GOOD}\n${text}`), ['caller-placeholder 11:31']);
});

t.test('a file name that leads elsewhere and a comment of several lines are refused', async (t) => {
  for (const file of ['../repro.x', '/etc/passwd', '.profile', 'a b', 'C:x']) {
    const text = REPRO.replace('file: repro.x', `file: ${JSON.stringify(file)}`);
    t.same(await marks(t, `${GOOD}\n${text}`), ['caller-value 12:9'], file);
  }
  const text = REPRO.replace('comment: "#"', 'comment: "#\\n"');
  t.same(await marks(t, `${GOOD}\n${text}`), ['caller-value 13:12']);
});

t.test('a tool may not take the name of a placeholder', async (t) => {
  const text = GOOD.replaceAll('interpreter', 'library');
  t.same(await marks(t, text), ['caller-tool-name 8:12']);
});

t.test('package names that a package manager could take for options are refused', async (t) => {
  for (const name of ['-o=Dpkg::Pre-Invoke::=sh', '../evil.deb', '$(reboot)', 'a b', '']) {
    const text = `${GOOD}\ninstall: { apt: [${JSON.stringify(name)}] }`;
    t.same(await marks(t, text), ['caller-value 10:18'], name);
  }
});

t.test('broken, empty, binary and endless YAML is one located error each', async (t) => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [index, name] of ['b', 'c', 'd', 'e', 'f', 'g', 'h'].entries()) {
    const before = 'abcdefgh'[index] ?? 'a';
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
  }
  for (const text of [
    'a: [',
    '',
    'a: 1\na: 2',
    'just text',
    '\0\u0001\ufffd',
    bomb.join('\n'),
    '--- 1\n--- 2',
  ]) {
    const found = await problems(t, text);
    t.ok(
      found.length > 0 && found.every(({ location }) => location !== null),
      JSON.stringify(text.slice(0, 20)),
    );
  }
});

t.test('a manifest that is a folder or far too long is refused', async (t) => {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  mkdirSync(join(folder.path, 'a', 'caller.yaml'), { recursive: true });
  folder.write('b/caller.yaml', '#'.repeat(300 * 1024));
  const found = await readCallers([folder.path]).catch(identity);
  t.match(found, {
    diagnostics: [
      { code: 'caller-unreadable', message: /not a file/ },
      { code: 'caller-unreadable', message: /limit/ },
    ],
  });
});
