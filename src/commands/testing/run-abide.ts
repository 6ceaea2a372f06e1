import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { dir } from 'tmp-promise';
import { packageRoot } from '../package.ts';

export interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/** The built command, as a user starts it. */
export async function abide(
  args: readonly string[],
  cwd = packageRoot,
  env: NodeJS.ProcessEnv = {},
): Promise<Told> {
  const cli = join(packageRoot, 'dist', 'cli.js');
  const { stdout, stderr, exitCode } = await execa(process.execPath, [cli, ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', ...env },
  });
  return { stdout, stderr, exitCode };
}

/** A deviation as it stands in a result file. */
export interface ToldDeviation {
  readonly column: string;
  readonly key: string;
  readonly outcome: string;
  readonly stage: string | null;
  readonly death: string | null;
  readonly step: string | null;
  readonly why: string;
  readonly deviations: readonly {
    readonly what: string;
    readonly where: string;
    readonly byte: string | null;
  }[];
  readonly attribution: { readonly to: string; readonly name?: string } | null;
}

/** A column as it stands in a result file. */
export interface ToldColumn {
  readonly id: string;
  readonly caller: string;
  readonly planned: number;
  readonly played: number;
  readonly troubles: readonly { readonly what: string; readonly why: string; readonly final: boolean }[];
}

export interface ToldRun extends Told {
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly columns: readonly ToldColumn[];
  readonly cases: readonly {
    readonly key: string;
    readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
  readonly deviations: readonly ToldDeviation[];
  readonly evidence: readonly { readonly column: string; readonly key?: string; readonly stderr?: string }[];
  readonly notRun: readonly { readonly caller: string }[];
}

/** `abide run` with a result file that is read back. */
export async function abideRun(args: readonly string[], cwd = packageRoot): Promise<ToldRun> {
  const folder = await dir({ prefix: 'abide-test-', unsafeCleanup: true });
  try {
    const file = join(folder.path, 'run.json');
    const told = await abide(['run', '--no-install', '--json', file, ...args], cwd);
    const text = await readFile(file, 'utf8').catch(() => {
      throw new Error(`no result file; abide said:\n${told.stderr}`);
    });
    return { ...told, ...(JSON.parse(text) as Omit<ToldRun, keyof Told>) };
  } finally {
    await folder.cleanup();
  }
}
