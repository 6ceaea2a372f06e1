/** Detect, install what is lacking, detect again: for whoever wants all callers and has nobody to ask. */
import { cures, type Wanted } from './cures.ts';
import { detectAll } from './detect.ts';
import { install, type InstallOptions, type InstallResult } from './install.ts';
import { readCallers } from './manifest.ts';
import { CBINDGEN, findProjectTool } from './project-tools.ts';
import type { Environment } from './search-path.ts';
import { openToolCache, type ToolCache } from './tool-cache.ts';

export interface InstallMissingOptions {
  /** The folder of callers. */
  readonly callers: string;
  readonly cache: string;
  readonly env?: Environment | undefined;
  readonly uid?: InstallOptions['uid'];
}

interface Missing {
  readonly wanted: Wanted;
  readonly reason: string;
}

/** Says in lines what is still missing, why, and what to type; nothing when nothing is missing. */
export async function installMissing(options: InstallMissingOptions): Promise<readonly string[]> {
  const cache = await openToolCache(options.cache);
  const before = await missingTools(options, cache);
  if (before.length === 0) return [];
  const wanted = before.map((each) => each.wanted);
  const result = await install(wanted, { ask: null, env: options.env, uid: options.uid });
  const tried = result.kind === 'installed' || result.kind === 'failed';
  const still = tried ? await missingTools(options, cache) : before;
  if (still.length === 0) return [];
  const commands = cures(still.map((each) => each.wanted));
  return [
    ...still.map((each) => `${each.wanted.for} is not available: ${each.reason}`),
    ...explain(result),
    ...commands.map(({ system, command }) => `  ${system}: ${command}`),
  ];
}

async function missingTools({ callers, env }: InstallMissingOptions, cache: ToolCache): Promise<Missing[]> {
  const cbindgen = await findProjectTool(CBINDGEN, { cache, env });
  const detected = await detectAll(await readCallers([callers]), { cache, env });
  const lacking = detected.flatMap((each) => (each.state === 'installed' ? [] : [each]));
  return cbindgen.ok ? lacking : [...lacking, { wanted: CBINDGEN, reason: cbindgen.reason }];
}

function explain(result: InstallResult): string[] {
  if (result.kind === 'not attempted') return [`not installed here: ${result.why}`];
  return result.kind === 'failed' ? [`apt-get could not install it:\n${result.output}`] : [];
}
