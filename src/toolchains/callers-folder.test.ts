/** The callers of this repository, as callers/README.md wants them: told apart at a glance, unknown to src/. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readCallers, type Caller } from './manifest.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const callersFolder = join(root, 'callers');
const MOST_LINES = 300;

const EVERYWHERE = ['steps', 'types', 'values', 'memory', 'callbacks'];
const NEEDED = {
  interpreted: ['driver', ...EVERYWHERE],
  compiled: ['generate', 'runtime', ...EVERYWHERE],
} as const;

interface Source {
  readonly stem: string;
  readonly path: string;
}

/** The files of a caller but for its two YAML files; what languages put into folders of their own is theirs. */
async function sourcesOf({ folder }: Caller): Promise<Source[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((each) => each.isFile() && extname(each.name) !== '.yaml')
    .map(({ name }) => ({ stem: stemOf(name), path: join(folder, name) }));
}

/** Parts of the program that writes reproductions are all `repro`. */
function stemOf(name: string): string {
  return parse(name).name.replace(/^repro[-_].*$/u, 'repro');
}

/** The stems that callers/README.md names: in tables for every caller, and in one for compiled callers. */
async function namedStems(): Promise<Record<Caller['manifest']['kind'], ReadonlySet<string>>> {
  const text = await readFile(join(callersFolder, 'README.md'), 'utf8');
  const tables = text.split(/\n(?=\| (?:file|compiled) \|)/u).slice(1);
  const stemsIn = (head: string): string[] =>
    tables
      .filter((table) => table.startsWith(`| ${head} |`))
      .flatMap((table) => table.split('\n').filter((line) => line.startsWith('| `')))
      .flatMap((line) =>
        [...line.matchAll(/`(?<stem>[a-z-]+)\.\*`(?=[^|]*\| )/gu)].map((each) => each[1] ?? ''),
      );
  const everyone = stemsIn('file');
  return { interpreted: new Set(everyone), compiled: new Set([...everyone, ...stemsIn('compiled')]) };
}

void t.test('the callers of this repository', async (t) => {
  const callers = await readCallers([callersFolder]);
  const named = await namedStems();
  t.ok(callers.length > 0, 'there are some');

  for (const caller of callers) {
    const { name, kind } = caller.manifest;
    const sources = await sourcesOf(caller);
    await t.test(`${name} has the files that every caller has`, async (t) => {
      const stems = new Set(sources.map((each) => each.stem));
      t.same(
        NEEDED[kind].filter((stem) => !stems.has(stem)),
        [],
      );
      t.ok((await readdir(caller.folder)).includes('known-issues.yaml'), 'known-issues.yaml');
    });

    await t.test(`${name} has no file whose name callers/README.md does not explain`, async (t) => {
      t.same(
        sources.map((each) => each.stem).filter((stem) => !named[kind].has(stem)),
        [],
      );
    });

    await t.test(`${name} has no file of more than ${MOST_LINES} lines`, async (t) => {
      const long: string[] = [];
      for (const { path } of sources) {
        const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').length;
        if (lines > MOST_LINES) long.push(`${path}: ${lines}`);
      }
      t.same(long, []);
    });
  }

  await t.test('every file name that callers/README.md explains is one of some caller', async (t) => {
    const stems = new Set((await Promise.all(callers.map(sourcesOf))).flat().map((each) => each.stem));
    t.same(
      [...named.compiled].filter((stem) => !stems.has(stem)),
      [],
    );
  });
});

/** Its examples are words to a person. */
const EXAMPLES = join('commands', 'examples.ts');

void t.test('nothing in src/ knows a caller or the default subject by name', async (t) => {
  const src = join(root, 'src');
  const files = (await readdir(src, { recursive: true })).filter(
    (name) =>
      /\.(?:ts|mjs)$/u.test(name) &&
      !/\.test(?:\.support)?\.ts$|[/\\]testing[/\\]/u.test(name) &&
      name !== EXAMPLES,
  );
  const callers = await readCallers([callersFolder]);
  const cargo = await readFile(join(root, 'rust-lib', 'Cargo.toml'), 'utf8');
  const crate = /^name = "(?<name>[^"]+)"/mu.exec(cargo)?.groups?.['name'] ?? '';
  t.not(crate, '', 'the default subject has a name');
  const names = [...callers.map((each) => each.manifest.name), crate, crate.replaceAll('-', '_')];
  // A name of one letter says something only in quotes, and so does the language C.
  const patterns = names.map((name) => ({
    name,
    pattern:
      name.length > 1 ? new RegExp(`\\b${name}\\b`, 'u') : new RegExp(`(?<!'--lang', )['"]${name}['"]`, 'u'),
  }));
  const found: string[] = [];
  for (const file of files) {
    const text = await readFile(join(src, file), 'utf8');
    found.push(...patterns.filter(({ pattern }) => pattern.test(text)).map(({ name }) => `${file}: ${name}`));
  }
  t.same(found, []);
});
