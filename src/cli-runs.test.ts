/** What `abide run` says, leaves behind and exits with. */
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { hostPlatform } from './abi/platforms.ts';
import { packageRoot } from './commands/package.ts';
import { tinyProject, WRONG_SPEC } from './commands/testing/tiny-project.ts';

const windows = hostPlatform().os === 'windows' && 'the test writes a script for sh';
const ESCAPE = '\u001b';
/** Runs wherever abide does: its interpreter is the Node of abide itself. */
const quick = ['--caller', 'node-koffi'];
const cures = [
  '  Debian, Ubuntu: sudo apt-get install --no-install-recommends ruby',
  '  Fedora: sudo dnf install ruby rubygem-json',
  '  Arch: sudo pacman -S --needed ruby',
  '  macOS: brew install ruby',
  '  Windows: winget install --exact RubyInstallerTeam.RubyWithDevKit.3.2',
];

interface Kept {
  readonly notRun: readonly { readonly caller: string; readonly reason: string }[];
  readonly columns: readonly { readonly id: string }[];
  readonly deviations: readonly { readonly key: string }[];
}

void t.test('abide run', async (t) => {
  const project = await tinyProject();
  t.teardown(project.remove);
  const { abide, folder } = project;
  const kept = async (file: string): Promise<Kept> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as Kept;
  await project.write('wrong.yaml', WRONG_SPEC);

  await t.test('plays every case, says who played, and exits with 0', async (t) => {
    const { stdout, stderr, exitCode } = await abide(['run', '--json', 'run.json']);
    t.equal(exitCode, 0, stderr);
    const callers = (await kept('run.json')).columns.map((each) => each.id);
    const noun = callers.length === 1 ? 'caller' : 'callers';
    t.equal(
      stdout.split('\n').at(-1)?.split(';')[0],
      `${callers.length * 3} cases in ${callers.length} ${noun}: ${callers.length * 3} passed, 0 known, 0 unexpected`,
    );
    const [first, ...others] = stderr.split('\n').filter((line) => !line.includes(' cannot run: '));
    t.equal(first, 'reading the library');
    t.same(
      others.sort(),
      callers.map((caller) => `${caller}: 3 of 3 cases played`),
    );
    t.notOk((stdout + stderr).includes(ESCAPE), 'no escape codes where nobody sits');
  });

  await t.test('a deviation is told with its byte and its cure, and costs exit code 1', async (t) => {
    const { stdout, exitCode } = await abide([
      'run',
      '--specs',
      'wrong.yaml',
      ...quick,
      'wrong/counts-wrong',
    ]);
    t.equal(exitCode, 1);
    t.same(stdout.split('\n').slice(-9), [
      'fail: wrong/counts-wrong in node-koffi, at call, step 0',
      '  returns',
      '    expected 1',
      '    observed 2',
      '    byte 0 of 1: expected 01, found 02',
      '  laid to: not attributed: the reference caller did not run',
      '  again: abide run wrong/counts-wrong --caller node-koffi --specs wrong.yaml',
      '',
      '1 case in 1 caller: 0 passed, 0 known, 1 unexpected',
    ]);
  });

  await t.test('--failed plays what deviated last time, and nothing when nothing did', async (t) => {
    const wrong = ['run', '--specs', 'wrong.yaml', ...quick];
    await abide(wrong);
    t.same((await abide(['run', '--list', '--failed', '--specs', 'wrong.yaml'])).stdout.split('\n'), [
      'wrong/counts-wrong',
      'wrong/counts-wrong-again',
    ]);
    const again = await abide([...wrong, '--failed', '--json', 'failed.json']);
    t.equal(again.exitCode, 1);
    t.same(
      (await kept('failed.json')).deviations.map((each) => each.key),
      ['wrong/counts-wrong', 'wrong/counts-wrong-again'],
    );
    await abide(['run', ...quick]);
    t.same(await abide(['run', '--failed', ...quick]), {
      stdout: 'nothing deviated unexpectedly in the last run',
      stderr: '',
      exitCode: 0,
    });
    await rm(join(folder, '.abide', 'last-run.json'));
    const lost = await abide(['run', '--failed']);
    t.match(
      lost.stderr,
      /^error: the results in .*last-run\.json cannot be read: .* \[results-unreadable\]\n {2}help: /u,
    );
    t.equal(lost.exitCode, 2);
  });

  await t.test('--fail-fast leaves the rest unplayed, and says so', async (t) => {
    const callers = ['--caller', 'node-koffi', '--caller', `node-koffi@${process.execPath}`];
    const told = await abide(['run', '--specs', 'wrong.yaml', '--fail-fast', '--jobs', '1', ...callers]);
    t.equal(told.exitCode, 1);
    t.match(told.stdout, /^ {2}not played: 3 cases$/mu);
    t.match(told.stdout.split('\n').at(-1), /; interrupted$/u);
  });

  await t.test('-v shows what is known one by one', async (t) => {
    await project.write(
      'known.yaml',
      'abide: 1\nknown-issues:\n  - { case: wrong/counts-wrong*, outcome: fail, reason: "It counts itself." }\n',
    );
    await project.write(
      'wrong-abide.yaml',
      `subject: { library: ./${project.library} }\nspecs: wrong.yaml\nknown-issues: known.yaml\n`,
    );
    const args = ['run', '--config', 'wrong-abide.yaml', ...quick];
    const quiet = await abide(args);
    t.equal(quiet.exitCode, 0, quiet.stdout);
    t.equal(quiet.stdout.split('\n').at(-1), '3 cases in 1 caller: 1 passed, 2 known, 0 unexpected');
    t.notMatch(quiet.stdout, /It counts itself/u);
    const told = await abide([...args, '-v']);
    t.equal(told.exitCode, 0);
    t.equal(told.stdout.split('\n').filter((line) => line.includes('It counts itself.')).length, 2);
  });

  await t.test('--keep leaves the run folder and says where', async (t) => {
    const { stderr, exitCode } = await abide(['run', '--keep', ...quick]);
    t.equal(exitCode, 0);
    const place = /^run folder: (?<place>.+)$/mu.exec(stderr)?.groups?.['place'] ?? '';
    t.match(await readdir(place), ['node-koffi', 'plan.jsonl']);
    await rm(place, { recursive: true });
  });

  await t.test('a result file that cannot be written is refused before anything runs', async (t) => {
    const told = await abide(['run', '--json', 'none/run.json']);
    t.match(told, { stdout: '', exitCode: 2 });
    t.match(told.stderr, /^error: none.run\.json cannot be written: ENOENT.* \[not-written\]$/u);
  });

  await t.test('a ledger that the library does not export is refused', async (t) => {
    const { stderr, exitCode } = await abide(['run', '--ledger', 'add_number', ...quick]);
    t.equal(exitCode, 2);
    t.same(stderr.split('\n').slice(-2), [
      `error: ${project.library} does not export add_number, the ledger of its allocations [ledger-missing]`,
      '  help: Did you mean add_numbers?',
    ]);
  });

  await t.test('a folder whose state cannot be kept is told so before anything runs', async (t) => {
    await project.write(
      'other/abide.yaml',
      `subject: { library: ../${project.library} }\nspecs: ../tiny.yaml\n`,
    );
    await project.write('other/.abide', 'a file where the folder should be\n');
    const told = await abide(['run', '--config', 'other/abide.yaml', ...quick]);
    t.match(told, { stdout: '', exitCode: 2 });
    t.match(told.stderr, /^error: .*\.abide cannot be written: .* \[not-written\]$/u);
  });

  await t.test('a header that cannot be compared is mentioned', async (t) => {
    const { stderr } = await abide(['run', '--header', 'tiny.rs', ...quick]);
    t.match(stderr, /^the header was not compared: The header .*tiny\.rs does not compile: /mu);
  });

  await t.test('a caller asked for by name that cannot run costs exit code 1', async (t) => {
    const missing = join(folder, 'no-ruby');
    const { stdout, exitCode } = await abide(['run', '--no-install', '--caller', `ruby-fiddle@${missing}`]);
    t.equal(exitCode, 1);
    const column = `ruby-fiddle@${missing}`;
    t.same(stdout.split('\n').slice(-8), [
      `not run: ${column}: interpreter: ${missing} is not a program`,
      ...cures,
      '',
      `0 cases in 0 callers: 0 passed, 0 known, 0 unexpected; not run: ${column}`,
    ]);
  });

  await t.test(
    'callers that are not installed are named, and cost nothing unless all are required',
    async (t) => {
      const env = { PATH: folder, ABIDE_NO_INSTALL: '1' };
      const { stdout, stderr, exitCode } = await abide(['run', '--json', 'run.json'], env);
      t.equal(exitCode, 0);
      t.same(
        stderr.split('\n').filter((line) => line.includes('cannot run')),
        [
          'c cannot run: cc: none of cc, gcc, clang is on PATH',
          'python-ctypes cannot run: interpreter: none of python3, python, py is on PATH',
          'ruby-fiddle cannot run: interpreter: ruby is not on PATH',
        ],
      );
      t.same(stdout.split('\n').slice(-8), [
        'not run: ruby-fiddle: interpreter: ruby is not on PATH',
        ...cures,
        '',
        '3 cases in 1 caller: 3 passed, 0 known, 0 unexpected; not run: c, python-ctypes, ruby-fiddle',
      ]);
      t.same((await kept('run.json')).notRun.map((each) => [each.caller, each.reason]).at(-1), [
        'ruby-fiddle',
        'interpreter: ruby is not on PATH',
      ]);
      const strict = await abide(['run', '--require-all'], env);
      t.equal(strict.exitCode, 1);
      t.equal(strict.stdout.split('\n').at(-1), stdout.split('\n').at(-1));
    },
  );

  await t.test('when nothing could be run the exit code is 3', { skip: windows }, async (t) => {
    await project.write(
      'bad-cc',
      '#!/bin/sh\n[ "$1" = --version ] && echo "cc 1.0" && exit 0\necho "no assembler here" >&2\nexit 1\n',
    );
    await chmod(join(folder, 'bad-cc'), 0o755);
    const { stdout, exitCode } = await abide(['run', '--caller', `c@${join(folder, 'bad-cc')}`]);
    t.equal(exitCode, 3);
    t.match(stdout, /^ {2}cannot-build: compile failed: .*bad-cc .*\n {6}no assembler here$/mu);
    t.match(stdout.split('\n').at(-1), /^0 cases in 1 caller: /u);
  });
});

void t.test('a subject that is not to be had', async (t) => {
  const project = await tinyProject();
  t.teardown(project.remove);
  /** All that is said besides what is being done. */
  const said = async (t: Test, args: readonly string[], exitCode: number): Promise<string[]> => {
    const told = await project.abide(['run', ...args]);
    t.equal(told.exitCode, exitCode, told.stderr);
    t.equal(told.stdout, '');
    return told.stderr.split('\n').filter((line) => !/^(?:reading|building) the library/u.test(line));
  };

  await t.test('a library that is not there, or is none, is bad usage', async (t) => {
    const absent = join(project.folder, 'none.so');
    t.same(await said(t, ['--library', absent], 2), [
      `error: ${absent} cannot be read: there is no such file. [library-missing]`,
      '  help: Build the library, or give its path with --library.',
    ]);
    await project.write('README.md', '# A library\n');
    t.same(await said(t, ['--library', 'README.md'], 2), [
      `error: ${join(project.folder, 'README.md')} is a text that begins with "# A library", not a library. [not-a-library]`,
    ]);
  });

  await t.test('a header or crate that is not there is bad usage', async (t) => {
    t.same(await said(t, ['--header', 'none.h'], 2), [
      `error: The header ${join(project.folder, 'none.h')} cannot be read: there is no such file. [header-missing]`,
      '  help: Give its path with --header FILE.',
    ]);
    t.match(await said(t, ['--crate', '.'], 2), [
      /found no Cargo\.toml there\. \[no-crate\]$/u,
      /^ {2}help: /u,
    ]);
  });

  const manifest = '[package]\nname = "broken"\nversion = "0.1.0"\nedition = "2021"\n';
  await t.test("a crate that does not build shows rustc's words once and exits with 3", async (t) => {
    await project.write('broken/Cargo.toml', `${manifest}[lib]\ncrate-type = ["cdylib"]\n`);
    await project.write('broken/src/lib.rs', 'pub fn number() -> i32 { "text" }\n');
    const lines = await said(t, ['--crate', 'broken'], 3);
    t.equal(lines[0], `error: The crate ${join(project.folder, 'broken')} does not build.`);
    t.equal(lines[1], 'error[E0308]: mismatched types');
    t.equal(lines.filter((line) => line.includes('E0308]')).length, 1, 'once');
    t.match(lines.at(-1), /\[build-failed\]$/u);
  });

  await t.test('a crate that is no C library, or no cargo, leaves nothing to run', async (t) => {
    await project.write('plain/Cargo.toml', manifest.replace('broken', 'plain'));
    await project.write('plain/src/lib.rs', '');
    t.same(await said(t, ['--crate', 'plain'], 3), [
      `error: The crate ${join(project.folder, 'plain')} builds no C library. [no-cdylib]`,
      '  help: Put these two lines into its Cargo.toml:',
      '[lib]',
      'crate-type = ["cdylib"]',
    ]);
    const env = { PATH: project.folder, ABIDE_NO_INSTALL: '1' };
    const told = await project.abide(['run', '--crate', 'plain'], env);
    t.equal(told.exitCode, 3);
    t.match(told.stderr, /cannot be built: cargo was not found\. \[cargo-missing\]\n {2}help: /u);
  });
});

const python = await execa('python3', ['--version'], { reject: false });
const noTerminal = windows || (python.failed && 'python3, which makes the terminal here, is not installed');
void t.test('colour is for terminals, and not where NO_COLOR is set', { skip: noTerminal }, async (t) => {
  const project = await tinyProject();
  t.teardown(project.remove);
  const onTerminal = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const spawn = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
    const command = [process.execPath, join(packageRoot, 'dist', 'cli.js'), 'run', ...quick];
    const { stdout, exitCode } = await execa('python3', ['-c', spawn, ...command], {
      cwd: project.folder,
      env: { TERM: 'xterm', ...env },
      stdin: 'ignore',
      reject: false,
    });
    t.equal(exitCode, 0);
    return stdout;
  };
  const colours = new RegExp(`${ESCAPE}\\[\\d+m`, 'u');
  t.match(await onTerminal({ NO_COLOR: undefined }), colours);
  t.notMatch(await onTerminal({ NO_COLOR: '1' }), colours);
});
