import { join } from 'node:path';
import t, { type Test } from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { callersFolder, packageRoot } from './package.ts';
import { buildLibrary } from './testing/build-library.ts';
import { comes, processesNaming } from './testing/processes.ts';
import { abideRun, type ToldColumn, type ToldDeviation, type ToldRun } from './testing/run-abide.ts';

/** What must be said of a case, in every caller; a case that is not here must pass. */
interface Harm {
  readonly key: string;
  readonly outcome: 'crash' | 'hang' | 'fail';
  readonly stage: string;
  readonly step: string;
  /** A signal, or how the process ended. */
  readonly death: string | null;
  readonly posixOnly?: true;
}

const crash = (key: string, death: string): Harm => ({
  ...{ key: `storm/${key}`, outcome: 'crash', stage: 'call', step: '0', death },
});
const hang = (key: string): Harm => ({
  ...{ key: `storm/${key}`, outcome: 'hang', stage: 'call', step: '0', death: null },
});
const posixOnly = true;

const harms: readonly Harm[] = [
  crash('reads-null', 'SIGSEGV'),
  crash('aborts', 'SIGABRT'),
  crash('panics', 'SIGABRT'),
  crash('exits-with-0', 'exit code 0'),
  crash('exits-at-once-with-3', 'exit code 3'),
  hang('spins-for-ever'),
  hang('waits-for-ever'),
  crash('a-row-of-a-table-dies.2', 'SIGABRT'),
  { ...crash('dies-in-its-third-step', 'SIGABRT'), step: '2' },
  crash('dies-inside-a-callback', 'SIGABRT'),
  { ...crash('dies-while-a-number-is-read', 'SIGSEGV'), stage: 'read' },
  { ...crash('dies-when-it-is-given-back', 'SIGABRT'), stage: 'release', step: '1' },
  crash('floods-stderr-and-aborts', 'SIGABRT'),
  { ...crash('raises-sigfpe', 'SIGFPE'), posixOnly },
  { ...crash('raises-sigill', 'SIGILL'), posixOnly },
  { ...crash('raises-sigbus', 'SIGBUS'), posixOnly },
  { ...crash('kills-its-process-group', 'SIGKILL'), posixOnly },
  { ...crash('dies-and-leaves-its-child', 'SIGABRT'), step: '1', posixOnly },
  hang('after-coming-back-twice'),
  { key: 'storm/does-not-die-as-foretold', outcome: 'fail', stage: 'call', step: '0', death: null },
];

/** Ruby jumps out of a function that has used up the stack: there the process lives. */
const OVERFLOW = 'storm/overflows-the-stack';
const EVIDENCE_BYTES = 64 * 1024;

const { os } = hostPlatform();
const skip = os === 'windows' ? 'command lines of other processes are a matter of POSIX' : false;

void t.test('a storm of crashes, exits and hangs', async (t) => {
  const folder = await dir({ prefix: 'abide-storm-', unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const specs = join(packageRoot, 'src', 'commands', 'testing', 'storm');
  const library = await buildLibrary(join(specs, 'storm.rs'), join(folder.path, 'libstorm'));
  const told = await abideRun(['--specs', specs, '--library', library]);
  const expected = harms.filter((each) => os !== 'windows' || each.posixOnly !== true);

  await t.test('leaves no process behind, not even a child of the library', { skip }, async (t) => {
    t.ok(await comes(async () => (await processesNaming(library)).length === 0));
  });
  await t.test('is told by the exit code and in the result file', (t) => {
    t.equal(told.exitCode, 1, told.stderr);
    t.ok(told.columns.length > 0, 'some caller ran');
    t.same([told.complete, told.interrupted], [true, false]);
    t.end();
  });
  const words = await deathWords();
  for (const column of told.columns) {
    const found = deviationsOf(told, column);
    await t.test(`in ${column.id} every harm has its own outcome, stage, step and death`, (t) => {
      const seen = found.filter((each) => each.key !== OVERFLOW);
      t.same(
        seen.map(({ key, outcome, stage, step, death }) => ({
          key,
          outcome,
          stage,
          step,
          death: plain(death),
        })),
        expected
          .map(({ key, outcome, stage, step, death }) => ({
            key,
            outcome,
            stage,
            step,
            death: words(column, death),
          }))
          .sort(byKey),
      );
      overflow(
        t,
        found.find((each) => each.key === OVERFLOW),
      );
      t.end();
    });
    await t.test(`in ${column.id} every other case was played and passed`, (t) => {
      const counts = told.cases.map((each) => each.outcomes[column.id] ?? {});
      const passed = counts.reduce((sum, each) => sum + (each['pass'] ?? 0), 0);
      t.equal(column.played, column.planned);
      t.equal(passed, column.planned - expected.length - 1);
      t.same(
        told.cases.filter((each) => each.outcomes[column.id] === undefined),
        [],
        'no case without an outcome',
      );
      t.end();
    });
    await t.test(`in ${column.id} a library that returns in two processes is a trouble and no more`, (t) => {
      const others = column.troubles.filter((each) => !each.why.includes('forked and returned twice'));
      t.same(others, []);
      t.end();
    });
    await t.test(`in ${column.id} the last words of the dead are kept, and not too many of them`, (t) => {
      t.match(evidence(told, column, 'storm/panics'), /through the boundary/u);
      // Not t.match: who wants to read 64 KiB of flood when it fails?
      const flood = evidence(told, column, 'storm/floods-stderr-and-aborts');
      t.ok(flood.startsWith('[earlier output dropped]\n'), 'what came before the tail is said to be dropped');
      t.ok(flood.includes('the last words\n'), 'the tail is there');
      for (const { key, stderr } of told.evidence.filter((each) => each.column === column.id)) {
        t.ok(Buffer.byteLength(stderr ?? '') <= EVIDENCE_BYTES, `${key ?? 'the column'}: at most 64 KiB`);
      }
      t.end();
    });
  }
  await t.test(
    'is laid to the library',
    { skip: told.columns.length < 3 && 'fewer than three callers' },
    (t) => {
      for (const { key } of expected) {
        const attributions = told.deviations
          .filter((each) => each.key === key)
          .map((each) => each.attribution);
        t.same(
          attributions,
          told.columns.map(() => ({ to: 'library' })),
          key,
        );
      }
      t.end();
    },
  );
});

function deviationsOf(told: ToldRun, column: ToldColumn): ToldDeviation[] {
  return told.deviations.filter((each) => each.column === column.id).sort(byKey);
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

/** Windows has no signals: there every one of them is told with the exit code it was read from. */
function plain(death: string | null): string | null {
  return os === 'windows' ? (death?.replace(/ \(ended with exit code \d+\)$/u, '') ?? null) : death;
}

function overflow(t: Test, found: ToldDeviation | undefined): void {
  if (found?.outcome === 'fail') t.match(found.why, /raised SystemStackError/u);
  else
    t.match(found, {
      outcome: 'crash',
      stage: 'call',
      step: '0',
      death: /^(SIGSEGV|SIGBUS|stack overflow)/u,
    });
}

function evidence(told: ToldRun, column: ToldColumn, key: string): string {
  return told.evidence.find((each) => each.column === column.id && each.key === key)?.stderr ?? '';
}

/** A death as a report says it: runtimes that turn one into another say so in their manifest. */
async function deathWords(): Promise<(column: ToldColumn, death: string | null) => string | null> {
  const callers = await readCallers([callersFolder]);
  return (column, death) => {
    if (death?.startsWith('SIG') !== true) return death;
    const own = callers.find((each) => each.manifest.name === column.caller)?.manifest.deaths;
    const way = own?.find((each) => each.cause === death)?.signal ?? null;
    return way === null || os === 'windows' ? death : `${death} (ended with ${way})`;
  };
}
