/** Asks a C compiler for facts about a header: sizes, offsets and kinds, read from the object file it makes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** One declaration's questions. `given` are C declarations they need. */
export interface ProbeGroup {
  readonly name: string;
  readonly given: readonly string[];
  /** Constant expressions from 0 to 2^31-1, by key. */
  readonly asks: ReadonlyMap<string, string>;
}

export type ProbeAnswer =
  | { readonly ok: true; readonly values: ReadonlyMap<string, number> }
  /** The compiler's first words about this group. */
  | { readonly ok: false; readonly error: string };

export interface Compiler {
  /** `["gcc"]`, `["clang", "--target=…"]`. */
  readonly command: readonly string[];
  readonly header: string;
  /** For the generated files. */
  readonly folder: string;
}

/** Thrown when there is no compiler to ask. */
export class CompilerMissing extends Error {
  constructor(command: string) {
    super(command);
    this.name = 'CompilerMissing';
  }
}

/** Thrown when the header itself does not compile. */
export class HeaderDoesNotCompile extends Error {
  constructor(said: string) {
    super(said);
    this.name = 'HeaderDoesNotCompile';
  }
}

const SOURCE = 'abide_probe.c';

/** Facts of kind: 1 signed, 2 unsigned, 3 bool, 4 float, 5 long double, 6 pointer, 7 struct, 8 union, 9 else. */
const PRELUDE = `#include <stddef.h>
#if defined(__GNUC__) || defined(__clang__)
#define ABIDE_CLASS(x) (__builtin_classify_type(x) == 5 ? 6 : __builtin_classify_type(x) == 12 ? 7 : __builtin_classify_type(x) == 13 ? 8 : 9)
#else
#define ABIDE_CLASS(x) 9
#endif
#ifdef __SIZEOF_INT128__
#define ABIDE_WIDE(what) what(__int128, 1) what(unsigned __int128, 2)
#else
#define ABIDE_WIDE(what)
#endif
#define ABIDE_TYPES(what) what(_Bool, 3) what(char, ((char)-1 < 0 ? 1 : 2)) what(signed char, 1) what(unsigned char, 2) \\
  what(short, 1) what(unsigned short, 2) what(int, 1) what(unsigned int, 2) what(long, 1) what(unsigned long, 2) \\
  what(long long, 1) what(unsigned long long, 2) what(float, 4) what(double, 4) what(long double, 5) ABIDE_WIDE(what)
#define ABIDE_IS(type, kind) type: kind,
#define ABIDE_TO(type, kind) type *: (kind) * 100 + (int)sizeof(type), const type *: (kind) * 100 + (int)sizeof(type),
#define ABIDE_KIND(x) _Generic((x), ABIDE_TYPES(ABIDE_IS) default: ABIDE_CLASS(x))
#define ABIDE_POINTEE(x) _Generic((x), ABIDE_TYPES(ABIDE_TO) default: 0)
#define ABIDE_DIGIT(v, p) (unsigned char)('0' + (v) / p % 10)
#define ABIDE_SAY(v) ABIDE_DIGIT(v, 1000000000), ABIDE_DIGIT(v, 100000000), ABIDE_DIGIT(v, 10000000), \\
  ABIDE_DIGIT(v, 1000000), ABIDE_DIGIT(v, 100000), ABIDE_DIGIT(v, 10000), ABIDE_DIGIT(v, 1000), ABIDE_DIGIT(v, 100), \\
  ABIDE_DIGIT(v, 10), ABIDE_DIGIT(v, 1), ',',`;

/** The header's text after the preprocessor. */
export async function preprocess(compiler: Compiler): Promise<string> {
  const source = await write(compiler, []);
  const flags = isMsvc(compiler) ? ['/nologo', '/EP'] : ['-E', '-P'];
  const result = await run(compiler, [...flags, source]);
  if (result.failed) throw new HeaderDoesNotCompile(firstError(result.stderr) ?? 'the preprocessor failed');
  return result.stdout;
}

/** All groups in one translation unit; those the compiler complains about are taken out and the rest tried again. */
export async function probe(
  compiler: Compiler,
  groups: readonly ProbeGroup[],
): Promise<readonly ProbeAnswer[]> {
  const errors = new Map<ProbeGroup, string>();
  for (;;) {
    const left = groups.filter((group) => !errors.has(group));
    const object = join(compiler.folder, 'abide_probe.o');
    const source = await write(compiler, left);
    const flags = isMsvc(compiler)
      ? ['/nologo', '/std:c11', '/c', `/Fo${object}`]
      : ['-std=c11', '-w', '-O0', '-c', '-o', object];
    const result = await run(compiler, [...flags, source]);
    if (!result.failed) {
      const values = answersIn(await readFile(object), left);
      return groups.map((group) => {
        const error = errors.get(group);
        return error === undefined
          ? { ok: true, values: values.get(group) ?? new Map<string, number>() }
          : { ok: false, error };
      });
    }
    const said = `${result.stderr}\n${isMsvc(compiler) ? result.stdout : ''}`;
    const blamed = blame(said, left);
    if (blamed.size === 0) throw new HeaderDoesNotCompile(firstError(said) ?? 'the compiler failed');
    for (const [group, error] of blamed) errors.set(group, error);
  }
}

function isMsvc(compiler: Compiler): boolean {
  return /(?:^|[\\/])cl(?:\.exe)?$/i.test(compiler.command[0] ?? '');
}

async function run(compiler: Compiler, args: readonly string[]) {
  const [program = 'cc', ...rest] = compiler.command;
  const result = await execa(program, [...rest, ...args], {
    cwd: compiler.folder,
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.code === 'ENOENT') throw new CompilerMissing(program);
  return result;
}

const LINES_BEFORE = PRELUDE.split('\n').length + 1;

/** Every group stands on one line of its own, so a line number names it. */
async function write(compiler: Compiler, groups: readonly ProbeGroup[]): Promise<string> {
  await mkdir(compiler.folder, { recursive: true });
  const include = `#include "${compiler.header.replaceAll('\\', '/')}"`;
  const lines = [include, PRELUDE, ...groups.map(groupLine)];
  const file = join(compiler.folder, SOURCE);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

function groupLine(group: ProbeGroup, index: number): string {
  const constants = [...group.asks.values()].map((ask, i) => `abide_${index}_${i} = (int)(${ask})`);
  const said = constants.map((_, i) => `ABIDE_SAY(abide_${index}_${i})`);
  const mark = Array.from(`abide<${index}>`, (each) => `'${each}'`).join(',');
  return [
    ...group.given.map((each) => `${each};`),
    ...(constants.length === 0 ? [] : [`enum { ${constants.join(', ')} };`]),
    `const unsigned char abide_said_${index}[] = { ${mark}, ${said.join(' ')} ';' };`,
  ].join(' ');
}

function answersIn(
  object: Buffer,
  groups: readonly ProbeGroup[],
): Map<ProbeGroup, ReadonlyMap<string, number>> {
  const found = new Map<ProbeGroup, ReadonlyMap<string, number>>();
  for (const match of object.toString('latin1').matchAll(/abide<(?<index>\d+)>(?<said>(?:\d{10},)*);/g)) {
    const group = groups[Number(match.groups?.['index'])];
    const numbers = (match.groups?.['said'] ?? '').split(',').map(Number);
    if (group !== undefined)
      found.set(group, new Map([...group.asks.keys()].map((key, i) => [key, numbers[i] ?? 0])));
  }
  return found;
}

/** An error may be placed in the prelude's macros; a note then names the group's line. */
function blame(said: string, groups: readonly ProbeGroup[]): Map<ProbeGroup, string> {
  const blamed = new Map<ProbeGroup, string>();
  let error = '';
  for (const line of said.split('\n')) {
    const words = /\berror\b[^:]*: *(?<words>.+)$/.exec(line)?.groups?.['words'];
    if (words !== undefined) error = words.trim();
    const number = /abide_probe\.c[:(](?<line>\d+)/.exec(line)?.groups?.['line'];
    const group = number === undefined ? undefined : groups[Number(number) - LINES_BEFORE - 1];
    if (group !== undefined && error !== '' && !blamed.has(group)) blamed.set(group, error);
  }
  return blamed;
}

function firstError(said: string): string | null {
  return (
    said
      .split('\n')
      .find((line) => /\berror\b/.test(line))
      ?.trim() ?? null
  );
}
