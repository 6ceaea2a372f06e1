/** Specs that no one should write: each is refused with its place or a clear limit, in bounded time. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { MOST_DIAGNOSTICS } from './commands/diagnostics.ts';
import { tinyProject } from './commands/testing/tiny-project.ts';

const HEAD = 'abide: 1\nspec: broken\n';
const WITH_FUNCTION = `${HEAD}functions:
  low: { params: { a: i8 }, returns: i8 }
cases:
`;

/** A spec, the code of what is said of it, and the text that the carets stand under. */
interface Broken {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly code: string;
  /** The last place where it stands. Null: nowhere in particular. */
  readonly under: string | null;
}

const NINE = 9;
/** Each level holds the one before nine times: 9^11 values in a kilobyte. */
const bomb = Array.from('bcdefghijk', (name, index) => {
  const before = Array<string>(NINE).fill(`*${'abcdefghij'.charAt(index)}`);
  return `${name}: &${name} [${before.join(', ')}]\n`;
});

const broken: readonly Broken[] = [
  { name: 'an unknown key', text: `${HEAD}cases: {}\ncolour: red\n`, code: 'unknown-key', under: 'colour' },
  {
    name: 'a value of the wrong type',
    text: `${WITH_FUNCTION}  text for a number: { call: low, args: { a: yes }, returns: 1 }\n`,
    code: 'wrong-value',
    under: 'yes',
  },
  {
    name: 'an i8 of 300',
    text: `${WITH_FUNCTION}  too big: { call: low, args: { a: 300 }, returns: 1 }\n`,
    code: 'integer-out-of-range',
    under: '300',
  },
  {
    name: 'a second case of one slug',
    text: `${WITH_FUNCTION}  It works: { call: low, args: { a: 1 }, returns: 1 }\n  it-works: { call: low, args: { a: 1 }, returns: 1 }\n`,
    code: 'duplicate-case',
    under: 'it-works',
  },
  {
    name: 'the same key twice',
    text: `${WITH_FUNCTION}  works: { call: low, args: { a: 1 }, returns: 1, call: low }\n`,
    code: 'duplicate-key',
    under: 'call',
  },
  {
    name: 'a name that nothing bound',
    text: `${WITH_FUNCTION}  unbound: { call: low, args: { a: $before }, returns: 1 }\n`,
    code: 'unbound-name',
    under: '$before',
  },
  { name: 'an empty file', text: '', code: 'file-empty', under: null },
  {
    name: 'binary junk',
    text: Uint8Array.from({ length: 4096 }, (_, index) => (index * 197 + 131) % 256),
    code: 'file-binary',
    under: null,
  },
  {
    name: 'an alias bomb',
    text: `${HEAD}a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n${bomb.join('')}cases: *k\n`,
    code: 'yaml-alias',
    under: null,
  },
  {
    name: 'deep nesting',
    text: `${HEAD}cases: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
    code: 'yaml-depth',
    under: null,
  },
  {
    name: 'the key __proto__',
    text: `${HEAD}__proto__: { cases: {} }\n`,
    code: 'unknown-key',
    under: '__proto__',
  },
  {
    name: 'a table path that leads out',
    text: `${WITH_FUNCTION}  escapes: { each: ../../etc/passwd, call: low, args: { a: 1 }, returns: 1 }\n`,
    code: 'table-path',
    under: '../../etc/passwd',
  },
];

/** `broken.yaml:3:1: error: words [code]` → `3:1: code`; other lines stay. */
function summary(line: string): string {
  const head = /^broken\.yaml:(?<place>\d+:\d+): error: .*\[(?<code>[a-z-]+)\]$/u.exec(line)?.groups;
  return head === undefined ? line : `${head['place'] ?? ''}: ${head['code'] ?? ''}`;
}

/** What is to be said: the place, the source line, the carets. */
function excerptOf(text: string, code: string, under: string): string[] {
  const before = text.slice(0, text.lastIndexOf(under)).split('\n');
  const line = String(before.length);
  const column = before.at(-1)?.length ?? 0;
  const gutter = ' '.repeat(line.length);
  return [
    `${line}:${column + 1}: ${code}`,
    `  ${line} | ${text.split('\n')[before.length - 1] ?? ''}`,
    `  ${gutter} | ${' '.repeat(column)}${'^'.repeat(under.length)}`,
  ];
}

void t.test('broken specs', async (t) => {
  const project = await tinyProject();
  t.teardown(project.remove);
  const check = async (t: Test, file: string): Promise<string[]> => {
    const { stdout, stderr, exitCode } = await project.abide(['check', '--specs', file]);
    t.equal(exitCode, 2);
    t.equal(stdout, '');
    t.notMatch(stderr, /^ {4}at /mu, 'no stack trace');
    return stderr.split('\n');
  };

  for (const { name, text, code, under } of broken) {
    await t.test(`${name} is refused where it stands`, async (t) => {
      await project.write('broken.yaml', text);
      const lines = (await check(t, 'broken.yaml')).map(summary);
      const heads = lines.filter((line) => line.endsWith(`: ${code}`));
      t.match(heads[0], /^\d+:\d+: /u, `${code} among ${String(lines.length)} lines`);
      if (under === null) return;
      const start = lines.indexOf(heads[0] ?? '');
      t.same(lines.slice(start, start + 3), excerptOf(String(text), code, under));
    });
  }

  await t.test('all errors are told in one go', async (t) => {
    const wrong = Array.from(
      { length: 3 },
      (_, index) => `  case ${index}: { call: low, args: { a: 30${index} }, returns: 1 }\n`,
    );
    await project.write('broken.yaml', WITH_FUNCTION + wrong.join(''));
    const heads = (await check(t, 'broken.yaml'))
      .map(summary)
      .filter((line) => line.endsWith(' integer-out-of-range'));
    t.same(heads, ['6:35: integer-out-of-range', '7:35: integer-out-of-range', '8:35: integer-out-of-range']);
  });

  await t.test('of a thousand errors the first hundred are shown and the rest counted', async (t) => {
    const wrong = Array.from(
      { length: 1000 },
      (_, index) => `  case ${index}: { call: low, args: { a: 300 }, returns: 1 }\n`,
    );
    await project.write('broken.yaml', WITH_FUNCTION + wrong.join(''));
    const lines = await check(t, 'broken.yaml');
    t.equal(lines.filter((line) => line.includes(': error: ')).length, MOST_DIAGNOSTICS);
    t.equal(lines.at(-1), `and ${1000 - MOST_DIAGNOSTICS} more`);
  });

  await t.test('a file of 50 MB is refused by its size', async (t) => {
    const file = await open(join(project.folder, 'broken.yaml'), 'w');
    await file.truncate(50 * 1024 * 1024);
    await file.close();
    t.match((await check(t, 'broken.yaml')).map(summary), ['1:1: file-too-large']);
  });

  await t.test('a folder with the name of a spec is refused', async (t) => {
    await project.write('specs/folder.yaml/inner.txt', '');
    const [first] = await check(t, 'specs');
    t.match(first, /^specs.folder\.yaml:1:1: error: .* \[file-not-regular\]$/u);
  });

  await t.test('abide run refuses them too, and starts nothing', async (t) => {
    await project.write('broken.yaml', `${HEAD}colour: red\n`);
    const { stdout, stderr, exitCode } = await project.abide(['run', '--specs', 'broken.yaml']);
    t.equal(exitCode, 2);
    t.equal(stdout, '');
    t.match(stderr, /^broken\.yaml:3:1: error: .*\[unknown-key\]$/mu);
    t.notMatch(stderr, /played/u);
  });
});
