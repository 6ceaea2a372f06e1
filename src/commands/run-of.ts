import { cpus, release, type as systemName } from 'node:os';
import type { Platform } from '../abi/platform.ts';
import { appliesTo, type Selection } from '../plan/select.ts';
import { requirementCase } from '../plan/requirements.ts';
import { RUN_SCHEMA, type Column, type Entry, type Run } from '../results/run.ts';
import type { Case, Suite, Table } from '../spec/suite.ts';
import { notRunOf } from './columns.ts';
import type { Config } from './config.ts';
import { packageVersion } from './package.ts';
import type { Stage } from './play-column.ts';
import type { Prepared } from './prepare.ts';
import type { RunOptions } from './run-options.ts';

interface Parts {
  readonly config: Config;
  readonly options: RunOptions;
  readonly prepared: Prepared;
  readonly platform: Platform;
  readonly columns: readonly Column[];
  readonly selection: Selection;
  readonly stage: Stage;
}

/** The finished run as data. */
export function runOf({ options, prepared, platform, columns, selection, stage }: Parts): Run {
  const { suite, subject, header } = prepared;
  const interrupted = stage.abort.signal.aborted;
  const { name, version, sourceHash, rustc, profile } = subject;
  return {
    schema: RUN_SCHEMA,
    abide: packageVersion(),
    platform: {
      name: platform.name,
      kernel: `${systemName()} ${release()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
    },
    subject: { name, version, sourceHash, rustc, profile },
    specs: { hash: suite.hash, files: suite.specs.length },
    complete: selection.complete && !interrupted && columns.every((each) => each.played === each.planned),
    interrupted,
    entries: entriesOf(suite, platform, selection),
    columns,
    notRun: prepared.columns.missing.map((each) => notRunOf(each, options.requireAll)),
    header,
  };
}

function entriesOf(suite: Suite, platform: Platform, selection: Selection): Entry[] {
  const chosen = suite.cases.filter((each) => appliesTo(each.when, platform) && selection.entry(each));
  const specs = new Set(chosen.map((each) => each.spec));
  const requirements = suite.specs
    .filter((spec) => specs.has(spec.name))
    .flatMap((spec) => requirementCase(suite, spec) ?? []);
  return [...requirements, ...chosen].map(entryOf);
}

function entryOf(entry: Case | Table): Entry {
  const { key, title, features, location } = entry;
  const rows = entry.kind === 'table' ? entry.rowCount : null;
  return { key, title, features, rows, file: location.file, line: location.line };
}
