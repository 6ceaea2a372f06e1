import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { hostPlatform } from '../abi/platforms.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { findingsOf, findingsReport, type Finding, type Reproduced } from '../report/findings.ts';
import { readRun } from '../results/read.ts';
import type { Config } from './config.ts';
import { packageRoot } from './package.ts';
import { reproCommand } from './repro.ts';

/** `abide findings`: writes findings.md beside the committed results of this platform, and says what it wrote. */
export async function findingsCommand(config: Config): Promise<string> {
  if (config.results === null) {
    const message = 'the configuration names no folder of results to take findings from';
    throw new DiagnosticError([{ code: 'no-results-folder', severity: 'error', message, location: null }]);
  }
  const run = await readRun(join(config.results, `${hostPlatform().name}.json`));
  const found: Reproduced[] = [];
  for (const finding of findingsOf(run)) found.push(await shortest(config, finding));
  const file = join(config.results, 'findings.md');
  await writeFileAtomic(file, findingsReport(run, found));
  return `${found.length} findings in ${file}\n`;
}

const MOST_TRIED = 4;

/** The same finding by whichever of its simplest cases has the shortest program. */
async function shortest(config: Config, finding: Finding): Promise<Reproduced> {
  let best = await reproduced(config, finding);
  for (const example of finding.others.slice(0, MOST_TRIED - 1)) {
    const next = await reproduced(config, { ...finding, example });
    if (lengthOf(next) < lengthOf(best)) best = next;
  }
  return best;
}

function lengthOf({ program }: Reproduced): number {
  return 'text' in program ? program.text.split('\n').length : Infinity;
}

async function reproduced(config: Config, finding: Finding): Promise<Reproduced> {
  const [name = '', interpreter = null] = finding.column.id.split('@', 2);
  try {
    const { text, repro, library } = await reproCommand(config, finding.example.key, {
      name,
      with: interpreter,
    });
    // A path of this machine says nothing to a reader elsewhere.
    const shown = text.replaceAll(library, library.replace(`${packageRoot}/`, './'));
    return { finding, program: { text: shown, language: repro.file.split('.').at(-1) ?? '' } };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { finding, program: { why: error.message } };
  }
}
