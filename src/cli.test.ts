/** The command as its user meets it: what each verb says, and how it refuses. What runs play is in cli-runs.test.ts. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { hostPlatform } from './abi/platforms.ts';
import { EXAMPLES } from './commands/examples.ts';
import { packageRoot, packageVersion } from './commands/package.ts';
import { tinyProject } from './commands/testing/tiny-project.ts';

const { name: platform, os } = hostPlatform();
const cli = join(packageRoot, 'dist', 'cli.js');

void t.test('the command line', async (t) => {
  const project = await tinyProject();
  t.teardown(project.remove);
  const { abide, write } = project;
  /** What the command refuses to do: nothing on stdout, these lines on stderr. */
  const refuses = async (
    t: Test,
    args: readonly string[],
    stderr: readonly string[],
    exitCode = 2,
  ): Promise<void> => {
    const told = await abide(args);
    t.same(told, { stdout: '', stderr: stderr.join('\n'), exitCode }, args.join(' '));
  };

  await t.test('--help names every verb and ends with examples and exit codes', async (t) => {
    const { stdout, stderr, exitCode } = await abide(['--help']);
    t.equal(exitCode, 0);
    t.equal(stderr, '');
    const lines = stdout.split('\n');
    t.equal(lines[0], 'Usage: abide [options] [command]');
    for (const verb of ['run', 'check', 'callers', 'emit', 'explain'])
      t.ok(
        lines.some((line) => line.startsWith(`  ${verb} `)),
        verb,
      );
    t.ok(stdout.endsWith(EXAMPLES), 'the examples stand last');
    t.match(EXAMPLES, /^Examples:\n/u);
    t.ok(
      EXAMPLES.endsWith(
        'Exit codes: 0 as expected; 1 a deviation, an undeclared refusal, or a caller asked for that cannot run;\n2 bad usage or spec; 3 nothing could be run.',
      ),
    );
  });

  await t.test('the help of run explains every option', async (t) => {
    const { stdout, exitCode } = await abide(['run', '--help']);
    t.equal(exitCode, 0);
    const flags =
      'config specs library crate header ledger caller timeout json list failed fail-fast jobs keep require-all no-install verbose';
    for (const flag of flags.split(' ')) t.match(stdout, new RegExp(`--${flag}\\b.*\\s{2,}\\w`, 'u'), flag);
  });

  await t.test('--version prints the version of the package', async (t) => {
    t.same(await abide(['--version']), { stdout: packageVersion(), stderr: '', exitCode: 0 });
  });

  await t.test('what is no option, verb or argument is refused in one line', async (t) => {
    await refuses(t, ['--nope'], ["error: unknown option '--nope'"]);
    await refuses(t, ['run', '--jbos', '2'], ["error: unknown option '--jbos'", '(Did you mean --jobs?)']);
    await refuses(t, ['emit', 'c'], ["error: missing required argument 'spec'"]);
    await refuses(
      t,
      ['check', 'x'],
      ["error: too many arguments for 'check'. Expected 0 arguments but got 1."],
    );
    const jobs = "error: option '--jobs <n>' argument 'x' is invalid. Expected a whole number from 1.";
    await refuses(t, ['run', '--jobs', 'x'], [jobs]);
    for (const time of ['0', '1e9', '99999999s'])
      await refuses(
        t,
        ['run', '--timeout', time],
        [
          `error: option '--timeout <time>' argument '${time}' is invalid. Expected a time such as 2s or 500ms, at most 86400s.`,
        ],
      );
  });

  await t.test('a mistyped verb or spec is told what it may have meant', async (t) => {
    const found = (pattern: string): string =>
      `error: "${pattern}" matches no case that can be played on ${platform} [unknown-case]`;
    const list = '"abide run --list" lists the cases.';
    await refuses(t, ['chek', '--list'], [found('chek'), `  help: Did you mean the command check? ${list}`]);
    await refuses(
      t,
      ['run', '--list', 'tiny', 'tinny', 'tiny/adds.3'],
      [
        found('tinny'),
        `  help: Did you mean tiny? ${list}`,
        found('tiny/adds.3'),
        `  help: Did you mean tiny/adds? ${list}`,
      ],
    );
  });

  await t.test('run --list lists the keys that a pattern selects', async (t) => {
    const listed = async (...patterns: string[]): Promise<string[]> => {
      const { stdout, stderr, exitCode } = await abide(['run', '--list', ...patterns]);
      t.equal(exitCode, 0, stderr);
      return stdout.split('\n');
    };
    const all = ['tiny/adds-two-numbers', 'tiny/adds.1', 'tiny/adds.2'];
    t.same(await listed(), all);
    t.same(await listed('tiny'), all);
    t.same(await listed('*/adds-*'), all.slice(0, 1));
    t.same(await listed('tiny/adds'), all.slice(1), 'a table means all its rows');
    t.same(await listed('tiny/adds.2', 'tiny/adds-two-numbers'), [all[0], all[2]]);
  });

  await t.test('check counts what is there', async (t) => {
    const stdout = 'specs: 1, functions: 1, types: 0, cases: 3; no errors';
    t.same(await abide(['check']), { stdout, stderr: '', exitCode: 0 });
  });

  await t.test('specs that are not there are an error with their place', async (t) => {
    await refuses(
      t,
      ['check', '--specs', 'nothing'],
      ['nothing:1:1: error: The file does not exist. [file-missing]', '  help: Check the path.'],
    );
    await mkdir(join(project.folder, 'empty'));
    await refuses(
      t,
      ['check', '--specs', 'empty'],
      [
        `error: Expected spec files (.yaml) at ${JSON.stringify(join(project.folder, 'empty'))}, found none. [no-specs]`,
        '  help: Give a directory, a file or a glob with --specs.',
      ],
    );
  });

  await t.test('the configuration is read strictly', async (t) => {
    const keys = 'Keys: subject, header, specs, callers, ledger, known-issues, faults, results, readme.';
    await write('bad.yaml', 'subject: { library: 7 }\nspecs: tiny.yaml\nledgr: live\n');
    await refuses(
      t,
      ['check', '--config', 'bad.yaml'],
      [
        'bad.yaml:1:10: error: subject: expected { crate: FOLDER }, { library: FILE } or { system: NAME } [config-value]',
        '  1 | subject: { library: 7 }',
        '    |          ^^^^^^^^^^^^^^',
        'bad.yaml:3:1: error: unknown key "ledgr" [config-key]',
        '  3 | ledgr: live',
        '    | ^^^^^',
        `  help: Did you mean ledger? ${keys}`,
      ],
    );
    await write('proto.yaml', '__proto__: { specs: x }\nsubject: { library: x }\nspecs: []\n');
    await refuses(
      t,
      ['check', '--config', 'proto.yaml'],
      [
        'proto.yaml:3:8: error: specs: expected at least one [config-value]',
        '  3 | specs: []',
        '    |        ^^',
        'proto.yaml:1:1: error: unknown key "__proto__" [config-key]',
        '  1 | __proto__: { specs: x }',
        '    | ^^^^^^^^^',
        `  help: ${keys}`,
      ],
    );
    await write('broken.yaml', 'specs: [tiny.yaml\n');
    const broken = await abide(['check', '--config', 'broken.yaml']);
    t.match(broken.stderr, /^broken\.yaml:2:1: error: .* \[config-yaml\]/u);
    t.equal(broken.exitCode, 2);
    await refuses(
      t,
      ['check', '--config', 'none.yaml'],
      ['none.yaml:1:1: error: cannot be read: there is no such file [config-unreadable]'],
    );
  });

  await t.test('a caller that nobody wrote is refused with the nearest name', async (t) => {
    const callers = 'Callers: c, node-koffi, python-ctypes, ruby-fiddle.';
    const refusal = (name: string, help: string): string[] => [
      `error: there is no caller named "${name}" [unknown-caller]`,
      `  help: ${help}${callers}`,
    ];
    await refuses(t, ['--caller', 'pyton'], refusal('pyton', 'Did you mean python-ctypes? '));
    await refuses(t, ['--caller', 'rubyfiddle'], refusal('rubyfiddle', 'Did you mean ruby-fiddle? '));
    await refuses(t, ['--caller', 'constructor'], refusal('constructor', ''));
  });

  await t.test('callers says of each what it is, and how to get what is not there', async (t) => {
    const { stdout, exitCode } = await abide(['callers'], { PATH: project.folder });
    t.equal(exitCode, 0);
    const blocks = stdout.split('\n\n').map((block) => block.split('\n'));
    t.same(
      blocks.map(([head]) => head),
      [
        'c: C through c11 (engine cc, compiled)',
        'node-koffi: JavaScript through koffi (engine koffi, interpreted)',
        'python-ctypes: Python through ctypes (engine libffi, interpreted)',
        'ruby-fiddle: Ruby through fiddle (engine libffi, interpreted)',
      ],
    );
    t.same(blocks[3]?.slice(1, 7), [
      '  not installed: interpreter: ruby is not on PATH',
      '  Debian, Ubuntu: sudo apt-get install --no-install-recommends ruby',
      '  Fedora: sudo dnf install ruby rubygem-json',
      '  Arch: sudo pacman -S --needed ruby',
      '  macOS: brew install ruby',
      '  Windows: winget install --exact RubyInstallerTeam.RubyWithDevKit.3.2',
    ]);
    t.equal(
      blocks[3]?.[8],
      '  cannot: integer.128-bit: Fiddle has no type of 128 bits.',
      'what the FFI cannot do',
    );
    t.equal(
      blocks[1]?.[1],
      `  interpreter: ${process.execPath} (${process.version}), the first of \${node}, node on PATH that works`,
    );
  });

  await t.test('emit prints the C code that plays a spec', async (t) => {
    const { stdout, stderr, exitCode } = await abide(['emit', 'c', 'tiny']);
    t.equal(exitCode, 0, stderr);
    t.match(stdout, /^\/\* tiny\/adds-two-numbers \*\/\nstatic void adds_two_numbers\(void\)$/mu);
    t.match(stdout, /^ {4}int32_t result = add_numbers\(2, 40\);$/mu);
  });

  await t.test('emit refuses what has no code', async (t) => {
    await refuses(
      t,
      ['emit', 'c', 'tinny'],
      ['error: there is no spec named "tinny" [unknown-spec]', '  help: Did you mean tiny? Specs: tiny.'],
    );
    await refuses(
      t,
      ['emit', 'node-koffi', 'tiny'],
      ['error: node-koffi generates no code: it plays the plan through koffi [caller-interpreted]'],
    );
    const told = await abide(['emit', 'c', 'tiny'], { PATH: project.folder });
    const stderr = 'error: cc: none of cc, gcc, clang is on PATH [caller-missing]';
    t.same(told, { stdout: '', stderr, exitCode: 3 });
  });

  await t.test('explain knows outcomes, features and the codes of errors, and nothing else', async (t) => {
    const explained = async (word: string): Promise<string> => (await abide(['explain', word])).stdout;
    t.equal(
      await explained('crash'),
      'outcome crash: The process ended before the case did, by a signal or with an exit code, exit(0) too.',
    );
    t.equal(
      await explained('callback.user-data'),
      'feature callback.user-data: A pointer travels through the library back to the callback. (derived from the types and steps of a case)',
    );
    t.equal(
      await explained('config-key'),
      'diagnostic config-key: The configuration, abide.yaml, has a key that means nothing at its place; often a typing error.',
    );
    await refuses(
      t,
      ['explain', 'crsh'],
      [
        'error: "crsh" is no outcome, feature or diagnostic code [unknown-word]',
        '  help: Did you mean crash?',
      ],
    );
    for (const word of ['constructor', '__proto__'])
      await refuses(
        t,
        ['explain', word],
        [
          `error: "${word}" is no outcome, feature or diagnostic code [unknown-word]`,
          '  help: Outcomes: pass, unsupported, blocked, fail, hang, crash, error.',
        ],
      );
  });

  const noFullDisk = os !== 'linux' && 'no /dev/full here';
  await t.test('a reader that goes away is no error, a full disk is one', { skip: noFullDisk }, async (t) => {
    const shell = async (script: string): Promise<string> =>
      (await execa('sh', ['-c', script, 'sh', process.execPath, cli], { cwd: project.folder })).stdout;
    const closed = await shell('"$@" --help 2>errors | true; cat errors');
    t.equal(closed, '');
    const full = await shell('"$@" explain crash >/dev/full 2>errors; echo $?; cat errors');
    t.same(full.split('\n'), ['2', 'the output cannot be written: ENOSPC: no space left on device, write']);
  });
});
