import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { featureNames } from '../abi/features.ts';
import { markdownReport, markdownTable } from '../report/markdown.ts';
import { tableOf } from '../report/table.ts';
import { runToJson } from '../results/json.ts';
import type { Run } from '../results/run.ts';
import type { Config } from './config.ts';
import { lastRunFile } from './last-run.ts';

/**
 * Writes what a run leaves behind: always the last run, `--json FILE` when asked; results/ and the README's
 * table only after a complete run of the default suite with every caller.
 */
export async function keepResults(run: Run, config: Config, jsonFile: string | undefined): Promise<void> {
  const json = runToJson(run);
  if (jsonFile !== undefined) await writeFileAtomic(jsonFile, json);
  await mkdir(config.state, { recursive: true });
  await writeFileAtomic(lastRunFile(config), json);
  if (!config.isDefault || config.callers !== null || !run.complete) return;
  const table = tableOf(run, featureNames());
  if (config.results !== null) {
    await mkdir(config.results, { recursive: true });
    await writeFileAtomic(join(config.results, `${run.platform.name}.json`), json);
    await writeFileAtomic(join(config.results, 'README.md'), markdownReport(run, table));
  }
  if (config.readme !== null) await renewTable(config.readme, markdownTable(table));
}

const BEGIN = '<!-- abide:table -->';
const END = '<!-- /abide:table -->';

/** Replaces what stands between the two comments; a file without them stays as it is. */
async function renewTable(file: string, table: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return;
  const renewed = `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
  if (renewed !== text) await writeFileAtomic(file, renewed);
}
