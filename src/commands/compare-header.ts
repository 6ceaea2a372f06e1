/** The header's truth for a run: asked once, kept until the header, the specs or the compiler change. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Platform } from '../abi/platform.ts';
import type { HeaderReport } from '../results/run.ts';
import type { Suite } from '../spec/suite.ts';
import { checkHeader, type HeaderFinding, type HeaderTruth } from '../subject/header-truth.ts';
import type { Subject } from '../subject/subject.ts';
import { C_COMPILER, findProjectTool } from '../toolchains/project-tools.ts';
import type { ToolCache } from '../toolchains/tool-cache.ts';

export interface HeaderComparison {
  readonly report: HeaderReport;
  /** Name in a case's `uses` → why the case is blocked. */
  readonly blocked: ReadonlyMap<string, string>;
}

export interface HeaderInputs {
  readonly suite: Suite;
  readonly subject: Subject;
  readonly platform: Platform;
  readonly cache: ToolCache;
  readonly cacheFolder: string;
  /** Of this run. */
  readonly folder: string;
}

export async function compareHeader(inputs: HeaderInputs): Promise<HeaderComparison> {
  const { subject, cache } = inputs;
  const { headerPath, header } = subject;
  if (headerPath === null) return notCompared(header.missing ?? 'there is no header');
  const compiler = await findProjectTool(C_COMPILER, { cache });
  if (!compiler.ok) return notCompared(`no C compiler: ${compiler.reason}`);
  const truth = await askOnce(inputs, headerPath, compiler.tool.path, compiler.tool.banner);
  const source = header.generator ?? headerPath;
  if (truth.problem !== null) return notCompared(truth.problem);
  return comparison(source, truth.findings);
}

function notCompared(why: string): HeaderComparison {
  return { report: { source: null, why, agreed: 0, disagreements: [], notes: [] }, blocked: new Map() };
}

function comparison(source: string, findings: readonly HeaderFinding[]): HeaderComparison {
  const wrong = findings.filter(isWrong);
  const blocked = new Map(wrong.map((each) => [useOf(each), reason(each)]));
  const disagreements = wrong.map(({ declaration, expected, found, verdict }) => ({
    declaration,
    expected: expected === '' ? 'declared' : expected,
    found: verdict === 'absent' ? 'does not declare it' : found,
  }));
  const notes = findings
    .filter((each) => each.verdict === 'not-expressible')
    .map((each) => `${each.declaration}: ${each.found || each.expected}`);
  const agreed = findings.filter((each) => each.verdict === 'agrees').length;
  return { report: { source, why: null, agreed, disagreements, notes }, blocked };
}

/** A type needs no name in the header; a function or global that is absent was forgotten. */
function isWrong({ verdict, what }: HeaderFinding): boolean {
  return verdict === 'disagrees' || (verdict === 'absent' && what !== 'type');
}

function useOf({ what, declaration }: HeaderFinding): string {
  switch (what) {
    case 'type':
      return declaration;
    case 'function':
      return `fn ${declaration}`;
    case 'global':
      return `global ${declaration}`;
  }
}

function reason({ declaration, expected, found, verdict }: HeaderFinding): string {
  if (verdict === 'absent') return `the header does not declare ${declaration}`;
  return `the header disagrees about ${declaration}: the spec says ${expected}, the header ${found}`;
}

const kept = z.object({
  problem: z.string().nullable(),
  findings: z.array(
    z.object({
      what: z.enum(['type', 'function', 'global']),
      declaration: z.string(),
      verdict: z.enum(['agrees', 'disagrees', 'absent', 'not-expressible']),
      expected: z.string(),
      found: z.string(),
    }),
  ),
});

async function askOnce(
  inputs: HeaderInputs,
  header: string,
  cc: string,
  banner: string,
): Promise<HeaderTruth> {
  const { suite, platform, cacheFolder } = inputs;
  const hash = createHash('sha256');
  for (const part of [await readFile(header), suite.hash, platform.name, cc, banner])
    hash.update(part).update('\0');
  const file = join(cacheFolder, `header-${hash.digest('hex').slice(0, 32)}.json`);
  const before = await readKept(file);
  if (before !== null) return before;
  const folder = join(inputs.folder, 'header');
  await mkdir(folder, { recursive: true });
  const truth = await checkHeader({ suite, platform, header, cc: [cc], folder });
  if (truth.problem === null) {
    await mkdir(cacheFolder, { recursive: true });
    await writeFileAtomic(file, JSON.stringify(truth));
  }
  return truth;
}

/** A broken cache file is none. */
async function readKept(file: string): Promise<HeaderTruth | null> {
  try {
    return kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}
