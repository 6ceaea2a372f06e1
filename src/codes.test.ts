import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ABI_CODES } from './abi/codes.ts';
import { featureNames } from './abi/features.ts';
import { CODES } from './codes.ts';
import { COMMAND_CODES } from './commands/codes.ts';
import { explainCommand } from './commands/explain.ts';
import { packageRoot } from './commands/package.ts';
import { outcomes } from './judge/outcome.ts';
import { RESULT_CODES } from './results/codes.ts';
import { SPEC_CODES } from './spec/codes.ts';
import { SUBJECT_CODES } from './subject/codes.ts';
import { CALLER_CODES } from './toolchains/codes.ts';

const rooms = [ABI_CODES, COMMAND_CODES, RESULT_CODES, SPEC_CODES, SUBJECT_CODES, CALLER_CODES];
const all: readonly string[] = Object.keys(CODES);

/** The program's sources, without tests and without the registries themselves. */
async function sources(): Promise<string> {
  const root = join(packageRoot, 'src');
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const own = names.filter((name) => !/(?:\.test(?:\.support)?|codes)\.ts$|testing/u.test(name));
  return (await Promise.all(own.map((name) => readFile(join(root, name), 'utf8')))).join('\n');
}

void t.test('a code belongs to one room', async (t) => {
  const codes: string[] = rooms.flatMap((room) => Object.keys(room));
  t.same(codes.toSorted(), all.toSorted());
});

void t.test('every code that the sources use is explained, and every explained one is used', async (t) => {
  const text = await sources();
  const written = new Set(
    [...text.matchAll(/\bcode: '(?<code>[a-z]+(?:-[a-z]+)+)'/gu)].map((each) => each[1] ?? ''),
  );
  // The prefix of a file's codes, as in `code: 'known-issues'`, is none itself.
  const prefixes = all.filter((code) => code.endsWith('-yaml')).map((code) => code.replace(/-yaml$/u, ''));
  t.same(
    [...written].filter((code) => !all.includes(code) && !prefixes.includes(code)),
    [],
    'explained',
  );
  const made = prefixes.flatMap((prefix) =>
    ['unreadable', 'yaml', 'key', 'value'].map((part) => `${prefix}-${part}`),
  );
  t.same(
    all.filter((code) => !made.includes(code) && !text.includes(`'${code}'`)),
    [],
    'used',
  );
});

void t.test('abide explain knows every code, as one or more whole sentences', async (t) => {
  for (const code of all) t.match(explainCommand(code), new RegExp(`^diagnostic ${code}: \\S.*\\.\\n$`, 'u'));
});

void t.test('no code has the name of an outcome or a feature', async (t) => {
  const words: readonly string[] = [...outcomes, ...featureNames()];
  t.same(
    all.filter((code) => words.includes(code)),
    [],
  );
});
