import { join } from 'node:path';
import type { Platform } from '../abi/platform.ts';
import type { Listener } from '../events.ts';
import type { HeaderReport } from '../results/run.ts';
import type { Suite } from '../spec/suite.ts';
import { install } from '../toolchains/install.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { CBINDGEN, findProjectTool } from '../toolchains/project-tools.ts';
import { openToolCache, type ToolCache } from '../toolchains/tool-cache.ts';
import { findColumns, wishes, type Found, type Wish } from './columns.ts';
import type { Config } from './config.ts';
import { loadSpecs } from './load.ts';
import { callersFolder } from './package.ts';
import type { RunOptions } from './run-options.ts';

/** Everything that must be there before the first driver starts. */
export interface Prepared {
  readonly suite: Suite;
  readonly subject: Subject;
  readonly columns: Found;
  /** Symbols that the specs name and the library does not export. */
  readonly missing: readonly string[];
  readonly header: HeaderReport;
  /** What header disagreements block: name in `uses` → reason. */
  readonly blocked: ReadonlyMap<string, string>;
}
