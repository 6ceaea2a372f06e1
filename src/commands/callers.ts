import { join } from 'node:path';
import { detectAll, type Detected } from '../toolchains/detect.ts';
import { readCallers } from '../toolchains/manifest.ts';
import { openToolCache } from '../toolchains/tool-cache.ts';
import { callersFolder } from './package.ts';

/** `abide callers`: what is installed, which interpreter and why, what each cannot do, how to get it. */
export async function callersCommand(state: string): Promise<string> {
  const cache = await openToolCache(join(state, 'cache'));
  const detected = await detectAll(await readCallers([callersFolder]), { cache });
  return `${detected.map(describe).join('\n\n')}\n`;
}

function describe(detected: Detected): string {
  const { manifest } = detected.caller;
  const head = `${manifest.name}: ${manifest.language} through ${manifest.ffi} (engine ${manifest.engine}, ${manifest.kind})`;
  const cannot = manifest.cannot.map((each) => `  cannot: ${each.features.join(', ')}: ${each.why}`);
  if (detected.state === 'not installed') {
    const cures = detected.cures.map((cure) => `  ${cure.system}: ${cure.command}`);
    return [head, `  not installed: ${detected.reason}`, ...cures, ...cannot].join('\n');
  }
  const tools = Array.from(detected.tools, ([name, tool]) => {
    const first = manifest.tools.get(name)?.commands.join(', ') ?? '';
    return `  ${name}: ${tool.path} (${tool.banner}), the first of ${first} on PATH that works`;
  });
  return [head, ...tools, ...cannot].join('\n');
}
