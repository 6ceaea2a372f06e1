#!/usr/bin/env node
/** The command `abide`: parse, dispatch, exit code. Nothing else exits, nothing else prints but what it hands out. */
import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ConfigFlags } from './commands/config.ts';
import { diagnosticsText } from './commands/diagnostics.ts';
import { EXAMPLES } from './commands/examples.ts';
import { exitCodeOfDiagnostics } from './commands/exit-code.ts';
import type { RunOptions } from './commands/run-options.ts';
import { packageVersion } from './commands/package.ts';
import { DiagnosticError, type Diagnostic } from './diagnostic.ts';
import type { ExitCode } from './results/verdict.ts';

const LONGEST_TIMEOUT_MS = 86_400_000;

interface RunFlags extends ConfigFlags {
  readonly timeout: number;
  readonly json?: string;
  readonly list?: true;
  readonly failed?: true;
  readonly failFast?: true;
  readonly jobs: number;
  readonly keep?: true;
  readonly requireAll?: true;
  readonly install: boolean;
  readonly verbose?: true;
}

let exitCode: ExitCode = 0;
/** What cannot be written is not said: the exit code tells it. */
const output = { failed: false };

const program = new Command('abide')
  .description('Checks that a Rust library keeps its C ABI promise in every language that calls it.')
  .version(packageVersion())
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', `\n${EXAMPLES}`);

withSubject(withSpecs(program.command('run', { isDefault: true })))
  .description('play the cases through the callers and print the table')
  .argument('[patterns...]', 'specs, case keys or globs over them')
  .option('--timeout <time>', 'deadline of a case: 2s, 500ms', parseTime, 5000)
  .option('--json <file>', 'write the result file here too')
  .option('--list', 'list the cases that would be played')
  .option('--failed', 'only what deviated unexpectedly in the last run')
  .option('--fail-fast', 'stop at the first unexpected deviation')
  .option('--jobs <n>', 'callers at a time', parseCount, Math.max(4, availableParallelism()))
  .option('--keep', 'keep the run folder: plan, journals, code that was generated')
  .option('--require-all', 'a caller that cannot run is a failure')
  .option('--no-install', 'install nothing that is lacking')
  .option('-v, --verbose', 'show known issues and declared refusals one by one')
  .action(async (patterns: string[], flags: RunFlags) => {
    const options: RunOptions = {
      ...flags,
      patterns,
      verbs: program.commands.map((each) => each.name()),
      timeoutMs: flags.timeout,
      list: flags.list ?? false,
      failed: flags.failed ?? false,
      failFast: flags.failFast ?? false,
      keep: flags.keep ?? false,
      requireAll: flags.requireAll ?? false,
      verbose: flags.verbose ?? false,
    };
    const { runOnTerminal } = await import('./commands/run-on-terminal.ts');
    exitCode = await runOnTerminal(options);
  });

withSpecs(program.command('check'))
  .description('check the specs, without running anything')
  .action(async (flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { checkCommand } = await import('./commands/check.ts');
    const { summary, warnings } = await checkCommand(await readConfig(flags));
    printDiagnostics(warnings);
    print(`${summary}\n`);
  });

program
  .command('callers')
  .description('what is installed, which interpreter and why, what each cannot do, how to get it')
  .addOption(configOption())
  .action(async (flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { callersCommand } = await import('./commands/callers.ts');
    print(await callersCommand((await readConfig(flags)).state));
  });

withSpecs(program.command('emit'))
  .description('print the code that a compiled caller plays a spec with')
  .argument('<name>', 'a compiled caller, e.g. c')
  .argument('<spec>', "a spec's name")
  .action(async (name: string, spec: string, flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { emitCommand } = await import('./commands/emit.ts');
    print(await emitCommand(await readConfig(flags), name, spec));
  });

withSubject(withSpecs(program.command('repro')))
  .description('print a standalone program that plays one case in one caller, without abide')
  .argument('<key>', 'a case key, e.g. integers/adds-two-numbers')
  .action(async (key: string, flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { reproCommand, theCaller } = await import('./commands/repro.ts');
    const config = await readConfig(flags);
    print((await reproCommand(config, key, theCaller(config))).text);
  });

program
  .command('findings')
  .description('write findings.md: what the committed results show of FFI libraries, with programs')
  .addOption(configOption())
  .action(async (flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { findingsCommand } = await import('./commands/findings.ts');
    print(await findingsCommand(await readConfig(flags)));
  });

program
  .command('faults')
  .description('plant each known mistake into the crate and see whether the callers notice')
  .argument('[names...]', 'faults, by their names')
  .addOption(configOption())
  .addOption(callerOption())
  .action(async (names: string[], flags: ConfigFlags) => {
    const { readConfig } = await import('./commands/config.ts');
    const { faultsCommand } = await import('./commands/faults.ts');
    const abort = new AbortController();
    process.once('SIGINT', () => {
      abort.abort();
    });
    const tell = (line: string): void => void process.stderr.write(`${line}\n`);
    const told = await faultsCommand({ config: await readConfig(flags), names, abort, tell });
    print(told.text);
    exitCode = told.exitCode;
  });

program
  .command('explain')
  .description('explain a feature, an outcome or the code of an error')
  .argument('<word>')
  .action(async (word: string) => {
    const { explainCommand } = await import('./commands/explain.ts');
    print(explainCommand(word));
  });

function configOption(): Option {
  return new Option('--config <file>', 'abide.yaml; default: the nearest one up the tree');
}

function withSpecs(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--specs <place>', 'spec files, folders or globs (repeatable)', collect);
}

/** The flags that say what a run is about besides its specs. */
function withSubject(command: Command): Command {
  return command
    .option('--library <path>', 'a built library, or a name as the loader takes it')
    .option('--crate <folder>', 'a crate with a cdylib, built with cargo')
    .option('--header <file>', "the library's C header, cbindgen or none")
    .option('--ledger <symbol>', 'a function that counts live allocations')
    .addOption(callerOption());
}

function callerOption(): Option {
  return new Option('--caller <name[@interpreter]>', 'only this caller (repeatable)').argParser(collect);
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function parseTime(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)?$/u.exec(text);
  const time = Number(match?.[1]) * (match?.[2] === 'ms' ? 1 : 1000);
  if (match === null || time <= 0 || time > LONGEST_TIMEOUT_MS)
    throw new InvalidArgumentError('Expected a time such as 2s or 500ms, at most 86400s.');
  return time;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}

function print(text: string): void {
  process.stdout.write(text);
}

function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  process.stderr.write(diagnosticsText(diagnostics));
}

/** What the user can mend is said without a stack trace; what is abide's own fault keeps it. */
function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof DiagnosticError) {
    printDiagnostics(error.diagnostics);
    return exitCodeOfDiagnostics(error.diagnostics);
  }
  process.stderr.write(
    `abide itself failed; please report this:\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  return 3;
}

/** Who reads the output may close it early, as `head` does; a full disk is another matter. */
function outputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || output.failed) return;
  output.failed = true;
  process.stderr.write(`the output cannot be written: ${error.message}\n`);
  process.exitCode = 2;
}

process.stdout.on('error', outputError);
process.stderr.on('error', () => undefined);
try {
  await program.parseAsync();
} catch (error) {
  exitCode = exitCodeFor(error);
}
// A failed write may be known only after this.
process.exitCode = output.failed ? 2 : exitCode;
