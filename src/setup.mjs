/**
 * What `npm start` and `npm test` run first, in a checkout with nothing installed: packages, when the
 * lock file changed; the compiler, when a source changed. With `--callers` also the missing languages.
 * Plain JavaScript without dependencies, quiet as long as nothing fails.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');
const MODULES = join(ROOT, 'node_modules');
const PACKAGES_STAMP = join(MODULES, '.abide-setup');
const COMPILED_STAMP = join(DIST, '.abide-setup');
const LOCK = join(ROOT, '.abide', 'setup.lock');
const OLDEST_NODE = 20;

/** Something the user can understand and mend. */
class Failure extends Error {}

async function main() {
  checkNode();
  if (!isReady()) await withLock(makeReady);
  checkRustAndC();
  if (process.argv.includes('--callers')) await installCallers();
}

function isReady() {
  return packagesStamp() === read(PACKAGES_STAMP) && compiledStamp() === read(COMPILED_STAMP);
}

function makeReady() {
  if (packagesStamp() !== read(PACKAGES_STAMP)) installPackages();
  if (compiledStamp() !== read(COMPILED_STAMP)) compile();
}

function checkNode() {
  const version = process.versions.node;
  if (parseInt(version, 10) >= OLDEST_NODE) return;
  throw new Failure(
    `this is Node ${version} (${process.execPath}), abide needs ${OLDEST_NODE} or newer: https://nodejs.org/en/download`,
  );
}

// Packages

function packagesStamp() {
  return createHash('sha256')
    .update(fs.readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

function installPackages() {
  if (!isInstalledAsLocked()) {
    console.error('setup: installing npm packages');
    run(npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
  }
  fs.writeFileSync(PACKAGES_STAMP, packagesStamp());
}

/** Somebody ran `npm ci` by hand, or the CI did: npm says in its own file what it installed. */
function isInstalledAsLocked() {
  try {
    const locked = JSON.parse(fs.readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const installed = JSON.parse(fs.readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(locked.packages).every(([path, { version, integrity, optional }]) => {
      const here = installed[path];
      if (path === '' || (here === undefined && optional)) return true;
      return here?.version === version && here.integrity === integrity && fs.existsSync(join(ROOT, path));
    });
  } catch {
    return false;
  }
}

/** npm as a command that needs no shell: on Windows `npm` is a batch file. */
function npm() {
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [process.env.npm_execpath, beside].find(
    (path) => path && /\.c?js$/.test(path) && fs.existsSync(path),
  );
  return script === undefined ? ['npm'] : [process.execPath, script];
}

// Compiler

/** Changes with every source's path, time and size, and with what compiles them. */
function compiledStamp() {
  const hash = createHash('sha256').update(packagesStamp());
  for (const file of [...typeScriptFiles(), join(ROOT, 'tsconfig.json')]) {
    const { mtimeMs, size } = fs.statSync(file);
    hash.update(`${relative(ROOT, file).split(sep).join('/')}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

function compile() {
  // Taken before: what changes while the compiler runs is compiled the next time.
  const stamp = compiledStamp();
  fs.rmSync(COMPILED_STAMP, { force: true });
  removeOrphans();
  if (!isComplete()) fs.rmSync(join(DIST, '.tsbuildinfo'), { force: true });
  run([process.execPath, join(MODULES, 'typescript', 'bin', 'tsc')], ['--project', ROOT], 'tsc');
  fs.writeFileSync(COMPILED_STAMP, stamp);
}

/** Compiled files whose source is gone would still be run as tests. */
function removeOrphans() {
  for (const file of filesBelow(DIST)) {
    const source = join(SOURCES, relative(DIST, file).replace(/\.js(\.map)?$/, '.ts'));
    if (/\.js(\.map)?$/.test(file) && !fs.existsSync(source)) fs.rmSync(file, { force: true });
  }
}

/** An incremental tsc does not write again what somebody deleted. */
function isComplete() {
  return typeScriptFiles()
    .filter((file) => !file.endsWith('.d.ts'))
    .every((file) => fs.existsSync(join(DIST, relative(SOURCES, file).replace(/\.ts$/, '.js'))));
}

function typeScriptFiles() {
  return filesBelow(SOURCES).filter((file) => file.endsWith('.ts'));
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
    );
}

/**
 * Says what a tool said only if it failed, and then once.
 * @param {string[]} command @param {string[]} args @param {string} name
 */
function run([program = '', ...first], args, name) {
  const result = spawnSync(program, [...first, ...args], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error) throw new Failure(`${name} could not be started: ${result.error.message}`);
  if (result.status === 0) return;
  process.stderr.write(result.stdout + result.stderr);
  throw new Failure(
    `${name} failed (${result.signal ?? `exit code ${result.status}`}); its own words are above`,
  );
}

// One at a time

/**
 * Two processes in one checkout: the second waits, and then finds everything done.
 * @param {() => void} work
 */
async function withLock(work) {
  fs.mkdirSync(dirname(LOCK), { recursive: true });
  while (!takeLock()) {
    breakStaleLock();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    work();
  } finally {
    fs.rmSync(LOCK, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    fs.mkdirSync(LOCK);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  fs.writeFileSync(join(LOCK, 'pid'), String(process.pid));
  return true;
}

function breakStaleLock() {
  const pid = read(join(LOCK, 'pid'));
  if (pid === null ? !isOlderThanAMoment() : isAlive(Number(pid))) return;
  // Renamed before it is removed, so that of two who find it stale only one removes it.
  const aside = `${LOCK}.${process.pid}`;
  try {
    fs.renameSync(LOCK, aside);
  } catch {
    return;
  }
  const taken = read(join(aside, 'pid'));
  if (taken !== pid && taken !== null) fs.renameSync(aside, LOCK);
  else fs.rmSync(aside, { recursive: true, force: true });
}

/** A lock without a pid is being made, or its maker died at once. */
function isOlderThanAMoment() {
  try {
    return Date.now() - fs.statSync(LOCK).mtimeMs > 5000;
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

// What npm cannot bring

function checkRustAndC() {
  const cargoHome =
    process.env.CARGO_HOME ?? join(process.env.HOME ?? process.env.USERPROFILE ?? ROOT, '.cargo');
  if (!isOnPath(['cargo'], [join(cargoHome, 'bin')])) {
    const windows = process.platform === 'win32';
    const rustup = windows
      ? 'winget install --exact Rustlang.Rustup'
      : "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
    console.error(
      `setup: cargo is not on PATH, so the library under test cannot be built. Install it: ${rustup}`,
    );
  }
  if (!isOnPath(['cc', 'gcc', 'clang', 'cl'])) {
    console.error(
      `setup: there is no C compiler on PATH, so C is not among the callers. Install one: ${compilerCure()}`,
    );
  }
}

/** @param {string[]} names @param {string[]} alsoIn */
function isOnPath(names, alsoIn = []) {
  const folders = (process.env.PATH ?? process.env.Path ?? '').split(
    process.platform === 'win32' ? ';' : ':',
  );
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return [...folders.filter(Boolean), ...alsoIn].some((folder) =>
    names.some((name) => suffixes.some((suffix) => fs.existsSync(join(folder, name + suffix)))),
  );
}

function compilerCure() {
  if (process.platform === 'darwin') return 'xcode-select --install';
  if (process.platform === 'win32') return 'winget install --exact LLVM.LLVM';
  const system = read('/etc/os-release') ?? '';
  if (/^ID(_LIKE)?=.*(fedora|rhel)/m.test(system)) return 'sudo dnf install gcc';
  if (/^ID(_LIKE)?=.*arch/m.test(system)) return 'sudo pacman -S --needed gcc';
  if (/^ID(_LIKE)?=.*alpine/m.test(system)) return 'sudo apk add gcc musl-dev';
  return 'sudo apt-get install gcc libc6-dev';
}

// Languages

/** The work itself is in src/toolchains, which is compiled by now. */
async function installCallers() {
  const { installMissing } = await import(pathToFileURL(join(DIST, 'toolchains', 'install-missing.js')).href);
  const folders = { callers: join(ROOT, 'callers'), cache: join(ROOT, '.abide', 'cache') };
  for (const line of await installMissing(folders)) {
    console.error(`setup: ${line}`);
  }
}

main().catch((error) => {
  console.error(error instanceof Failure ? `setup: ${error.message}` : error);
  process.exitCode = 1;
});
