import { join } from 'node:path';
import type { Config } from './config.ts';

/** The result file that every run leaves for `--failed`. */
export function lastRunFile(config: Pick<Config, 'state'>): string {
  return join(config.state, 'last-run.json');
}
