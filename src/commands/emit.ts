import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { dir } from 'tmp-promise';
import { nearestName } from '../abi/nearest-name.ts';
import { hostPlatform } from '../abi/platforms.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { planHeader } from '../plan/header.ts';
import { everything, planItems } from '../plan/select.ts';
import { writePlan } from '../plan/write.ts';
import type { Suite } from '../spec/suite.ts';
import { generate } from '../toolchains/build.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { openToolCache } from '../toolchains/tool-cache.ts';
import type { CommandCode } from './codes.ts';
import { findColumns, wishes } from './columns.ts';
import type { Config } from './config.ts';
import { loadSpecs } from './load.ts';
import { callersFolder } from './package.ts';

/** `abide emit CALLER SPEC`: the code that a compiled caller's generator writes for one spec. */
export async function emitCommand(config: Config, callerName: string, spec: string): Promise<string> {
  const platform = hostPlatform();
  const [wish] = wishes(await readCallers([callersFolder]), [{ name: callerName, with: null }]);
  if (wish === undefined) return '';
  const cache = await openToolCache(join(config.state, 'cache'));
  const { ready, missing } = await findColumns([wish], cache);
  const [installed] = ready.map((each) => each.installed);
  if (installed === undefined)
    throw problem('caller-missing', missing[0]?.detected.reason ?? 'it is not installed');
  if (installed.kind !== 'compiled') {
    throw problem(
      'caller-interpreted',
      `${callerName} generates no code: it plays the plan through ${installed.caller.manifest.ffi}`,
    );
  }
  const { suite } = await loadSpecs(config.specs, platform);
  requireSpec(suite, spec);
  const folder = await dir({ prefix: 'abide-emit-', unsafeCleanup: true });
  try {
    const header = planHeader(suite, { platform, ledger: config.ledger, missing: [] });
    const plan = await writePlan(
      join(folder.path, 'plan.jsonl'),
      header,
      planItems(suite, platform, everything),
    );
    const out = join(folder.path, 'generated');
    const failure = await generate(installed, plan.path, out);
    if (failure !== null) throw problem('emit-failed', `the generator failed: ${failure.output}`);
    return await sourceOf(out, spec);
  } finally {
    await folder.cleanup();
  }
}

function requireSpec(suite: Suite, name: string): void {
  const names = suite.specs.map((each) => each.name);
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  const help = `${near === null ? '' : `Did you mean ${near}? `}Specs: ${names.join(', ')}.`;
  throw problem('unknown-spec', `there is no spec named ${JSON.stringify(name)}`, help);
}

async function sourceOf(out: string, spec: string): Promise<string> {
  const files = await readdir(out);
  const file = files.find((each) => parse(each).name === spec);
  if (file !== undefined) return readFile(join(out, file), 'utf8');
  throw problem('emit-failed', `the generator wrote no file for the spec ${spec}, only ${files.join(', ')}`);
}

function problem(code: CommandCode, message: string, help?: string): DiagnosticError {
  const base = { code, severity: 'error', message, location: null } as const;
  return new DiagnosticError([help === undefined ? base : { ...base, help }]);
}
