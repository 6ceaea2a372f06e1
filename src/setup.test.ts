import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './toolchains/test-folder.ts';

const SETUP = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'setup.mjs');

/** Stands for npm: says that it ran, and puts a compiler where npm would. */
const NPM = `
const fs = require('fs');
fs.appendFileSync('log', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
if (fs.existsSync('npm-fails')) { console.error('npm error: no such package'); process.exit(7); }
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
fs.copyFileSync('tsc.cjs', 'node_modules/typescript/bin/tsc');
`;

/** Stands for tsc: compiles by copying, and like an incremental tsc only if its build info is gone. */
const TSC = `
const fs = require('fs');
fs.appendFileSync('log', 'tsc\\n');
if (fs.existsSync('tsc-fails')) { console.log('src/a.ts(1,1): error TS1: no'); process.exit(2); }
fs.mkdirSync('dist', { recursive: true });
if (fs.existsSync('dist/.tsbuildinfo')) process.exit(0);
for (const name of fs.readdirSync('src')) {
  if (name.endsWith('.ts')) fs.copyFileSync('src/' + name, 'dist/' + name.replace('.ts', '.js'));
}
fs.writeFileSync('dist/.tsbuildinfo', '');
`;

interface Ended {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface Checkout {
  readonly folder: TestFolder;
  setup(env?: Record<string, string>, node?: readonly string[]): Promise<Ended>;
  /** What was started since the last time. */
  started(): string[];
}

function checkout(t: Test): Checkout {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  folder.write('package-lock.json', '{"packages":{"":{}}}');
  folder.write('tsconfig.json', '{}');
  folder.write('src/a.ts', 'a');
  folder.write('src/b.ts', 'b');
  folder.write('tsc.cjs', TSC);
  const npm = folder.write('npm.cjs', NPM);
  copyFileSync(SETUP, join(folder.path, 'src', 'setup.mjs'));
  return {
    folder,
    setup: (env = {}, node = []) =>
      execa(process.execPath, [...node, join(folder.path, 'src', 'setup.mjs')], {
        cwd: folder.path,
        reject: false,
        env: { npm_execpath: npm, ...env },
      }),
    started() {
      const log = join(folder.path, 'log');
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines;
    },
  };
}

const CI = 'npm ci --no-audit --no-fund --loglevel=error';

t.test('a fresh checkout gets its packages and is compiled, the next time nothing is done', async (t) => {
  const { setup, started } = checkout(t);
  t.match(await setup(), { exitCode: 0, stdout: '' });
  t.same(started(), [CI, 'tsc']);
  t.match(await setup(), { exitCode: 0, stdout: '', stderr: '' });
  t.same(started(), []);
});

t.test('a changed source is compiled, a changed lock file installed', async (t) => {
  const { setup, started, folder } = checkout(t);
  await setup();
  started();
  folder.write('src/a.ts', 'something else');
  await setup();
  t.same(started(), ['tsc']);
  utimesSync(join(folder.path, 'tsconfig.json'), 1, 1);
  await setup();
  t.same(started(), ['tsc']);
  folder.write('package-lock.json', '{"packages":{"":{"version":"2"}}}');
  await setup();
  t.same(started(), [CI, 'tsc']);
});

t.test('what npm installed by hand is not installed again', async (t) => {
  const { setup, started, folder } = checkout(t);
  const packages = { 'node_modules/typescript': { version: '6.0.3', integrity: 'sha512-x' } };
  folder.write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));
  folder.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
  folder.write('node_modules/typescript/bin/tsc', TSC);
  await setup();
  t.same(started(), ['tsc']);
});

t.test('compiled files follow their sources', async (t) => {
  const { setup, folder } = checkout(t);
  await setup();
  rmSync(join(folder.path, 'src', 'b.ts'));
  await setup();
  t.same(readdirSync(join(folder.path, 'dist')).toSorted(), ['.abide-setup', '.tsbuildinfo', 'a.js']);
  rmSync(join(folder.path, 'dist', 'a.js'));
  folder.write('src/a.ts', 'new');
  await setup();
  t.equal(readFileSync(join(folder.path, 'dist', 'a.js'), 'utf8'), 'new');
});

t.test('a failing npm is quoted once, and tried again the next time', async (t) => {
  const { setup, started, folder } = checkout(t);
  folder.write('npm-fails', '');
  const { exitCode, stderr } = await setup();
  t.equal(exitCode, 1);
  t.equal(
    stderr,
    'setup: installing npm packages\nnpm error: no such package\nsetup: npm ci failed (exit code 7); its own words are above',
  );
  rmSync(join(folder.path, 'npm-fails'));
  t.match(await setup(), { exitCode: 0 });
  t.same(started(), [CI, CI, 'tsc']);
});

t.test('a failing compiler is quoted, and tried again the next time', async (t) => {
  const { setup, started, folder } = checkout(t);
  folder.write('tsc-fails', '');
  t.match(await setup(), { exitCode: 1, stderr: /error TS1: no\nsetup: tsc failed/ });
  t.match(await setup(), { exitCode: 1 });
  t.same(started(), [CI, 'tsc', 'tsc']);
});

t.test('several at once do the work once', async (t) => {
  const { setup, started, folder } = checkout(t);
  const all = await Promise.all([setup(), setup(), setup()]);
  t.same(
    all.map(({ exitCode }) => exitCode),
    [0, 0, 0],
  );
  t.same(started(), [CI, 'tsc']);
  t.same(readdirSync(join(folder.path, '.abide')), [], 'no lock is left');
});

t.test('the lock of a process that died is taken over', async (t) => {
  const { setup, folder } = checkout(t);
  const dead = await execa(process.execPath, ['-p', 'process.pid']);
  folder.write('.abide/setup.lock/pid', dead.stdout);
  t.match(await setup(), { exitCode: 0 });
  t.same(readdirSync(join(folder.path, '.abide')), []);
});

t.test('the lock of a process that died before it could say who it is, too', async (t) => {
  const { setup, folder } = checkout(t);
  const lock = join(folder.path, '.abide', 'setup.lock');
  mkdirSync(lock, { recursive: true });
  utimesSync(lock, 1, 1);
  t.match(await setup(), { exitCode: 0 });
});

t.test('an old Node is told so', async (t) => {
  const { setup, started } = checkout(t);
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.19.0' })`;
  t.match(await setup({}, ['--import', pretend]), {
    exitCode: 1,
    stderr: /^setup: this is Node 18\.19\.0 .* needs 20/,
  });
  t.same(started(), []);
});

t.test('without cargo and a C compiler it says how to get them, and goes on', NEEDS_SCRIPTS, async (t) => {
  const { setup, folder } = checkout(t);
  const { exitCode, stderr } = await setup({ PATH: folder.path, CARGO_HOME: folder.path });
  t.equal(exitCode, 0);
  t.match(stderr, /setup: cargo is not on PATH.*sh\.rustup\.rs/);
  t.match(stderr, /setup: there is no C compiler on PATH.*Install one: .*gcc/);
});
