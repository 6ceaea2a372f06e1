/** Detect, install what is lacking, detect again: for whoever wants all callers and has nobody to ask. */
import { cures, type Wanted } from './cures.ts';
import { detectAll } from './detect.ts';
import { install, type InstallResult } from './install.ts';
import { readCallers } from './manifest.ts';
import { CBINDGEN, findProjectTool } from './project-tools.ts';
import { openToolCache, type ToolCache } from './tool-cache.ts';

/** Says in lines what is still missing, and why; nothing when nothing is. */
export async function installMissing(callers: string, cacheFolder: string): Promise<readonly string[]> {
  const cache = await openToolCache(cacheFolder);
  const missing = await missingTools(callers, cache);
  if (missing.length === 0) return [];
  const result = await install(missing, { ask: null });
  const still =
    result.kind === 'installed' || result.kind === 'failed' ? await missingTools(callers, cache) : missing;
  if (still.length === 0) return [];
  const names = still.map((each) => each.for).join(', ');
  return [
    `not available here: ${names}${explain(result)}`,
    ...cures(still).map(({ system, command }) => `  ${system}: ${command}`),
  ];
}

async function missingTools(callers: string, cache: ToolCache): Promise<Wanted[]> {
  const cbindgen = await findProjectTool(CBINDGEN, { cache });
  const detected = await detectAll(await readCallers([callers]), { cache });
  const lacking = detected.flatMap((each) => (each.state === 'installed' ? [] : [each.wanted]));
  return cbindgen.ok ? lacking : [...lacking, CBINDGEN];
}

function explain(result: InstallResult): string {
  if (result.kind === 'not attempted') return ` (${result.why})`;
  return result.kind === 'failed' ? `\n${result.output}` : '';
}
