import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { dir } from 'tmp-promise';
import { parseType } from '../abi/parse-type.ts';
import { hostPlatform } from '../abi/platforms.ts';
import type { Field, IntType, Type, TypeDecl } from '../abi/type.ts';
import type { FunctionDecl, GlobalDecl } from '../spec/suite.ts';
import { checkHeader, type HeaderTruth } from './header-truth.ts';

const cc = process.platform === 'win32' ? 'gcc' : 'cc';
const compiler = await execa(cc, ['--version'], { reject: false });
const skip = compiler.failed && 'needs a C compiler';

const types = new Map<string, TypeDecl>();
const functions = new Map<string, FunctionDecl>();
const globals = new Map<string, GlobalDecl>();
const location = { file: 'spec.yaml', line: 1, column: 1, length: 1 };

function type(text: string): Type {
  const parsed = parseType(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  for (const [name, decl] of parsed.hoisted) types.set(name, decl);
  return parsed.type;
}

function fields(record: Record<string, string>): readonly Field[] {
  return Object.entries(record).map(([name, text]) => ({ name, type: type(text) }));
}

function struct(record: Record<string, string>, packed: number | null = null): TypeDecl {
  return { kind: 'struct', fields: fields(record), packed, align: null };
}

/** Declares `name` for the spec. */
function fn(
  name: string,
  params: Record<string, string>,
  returns = '()',
  header: FunctionDecl['header'] = true,
): void {
  const decl = {
    name,
    symbol: name,
    params: fields(params),
    returns: type(returns),
    about: null,
    header,
    location,
  };
  functions.set(name, { ...decl, spec: 's' });
}

const u8: IntType = { kind: 'int', name: 'u8', nonzero: false, nullable: false };
const c_int: IntType = { ...u8, name: 'c_int' };

async function truth(t: { teardown(clean: () => unknown): void }, header: string): Promise<HeaderTruth> {
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const path = join(folder.path, 'lib.h');
  await writeFile(path, `#include <stdint.h>\n#include <stdbool.h>\n#include <stddef.h>\n${header}`);
  const suite = { types, functions, globals };
  return checkHeader({
    suite,
    platform: hostPlatform(),
    header: path,
    cc: [cc],
    folder: join(folder.path, 'probe'),
  });
}

/** `name verdict`, and for a difference `expected != found`. */
async function told(t: { teardown(clean: () => unknown): void }, header: string): Promise<readonly string[]> {
  const { problem, findings } = await truth(t, header);
  if (problem !== null) return [problem];
  return findings.map(({ declaration, verdict, expected, found }) =>
    verdict === 'disagrees' ? `${declaration}: ${expected} != ${found}` : `${declaration} ${verdict}`,
  );
}

t.beforeEach(() => {
  types.clear();
  functions.clear();
  globals.clear();
});

t.test('a header that says the same in its own words agrees', { skip }, async (t) => {
  types.set('Point', struct({ x: 'f64', y: 'f64', tag: '[u8; 3]' }));
  types.set('Number', { kind: 'union', members: fields({ i: 'i64', f: 'f64' }) });
  types.set('Colour', { kind: 'enum', repr: u8, variants: [{ name: 'Red', value: 1n }] });
  types.set('Level', { kind: 'enum', repr: c_int, variants: [{ name: 'Low', value: -5n }] });
  types.set('Meters', { kind: 'transparent', of: type('f64') });
  types.set('Handle', { kind: 'opaque' });
  types.set('Visit', {
    kind: 'callback',
    params: fields({ item: 'i64', user: '*mut c_void' }),
    returns: type('i32'),
  });
  fn('all', {
    a: 'i8',
    b: 'u64',
    c: 'c_long',
    d: 'bool',
    e: 'f32',
    p: 'Point',
    n: 'Number',
    k: 'Colour',
    l: 'Level',
  });
  fn('pointers', {
    text: '*const c_char',
    bytes: '*mut u8',
    list: '&[u32; 4]',
    h: 'Option<&Handle>',
    m: 'Meters',
  });
  fn('calls', { visit: 'Option<Visit>', inline: 'extern "C" fn(u8) -> bool', size: 'usize' }, '*const u16');
  fn('pick', { which: 'u32' }, 'extern "C" fn(i32, i32) -> i32');
  fn('give', {}, 'Point');
  globals.set('VERSION', { name: 'VERSION', symbol: 'VERSION', type: type('u32'), location, spec: 's' });
  const header = `
    typedef struct Point { double x; double y; unsigned char tag[3]; } Point;
    typedef union Number { long long i; double f; } Number;
    enum Colour { Colour_Red = 1 }; typedef uint8_t Colour;
    typedef enum Level { LEVEL_LOW = -5 } Level;
    typedef double Meters;
    typedef struct Handle Handle;
    typedef int32_t (*Visit)(int64_t item, void *user);
    extern const uint32_t VERSION;
    void all(signed char a, unsigned long long, long c, bool d, float, Point p, Number n, Colour k, Level l);
    void pointers(const char *text, unsigned char bytes[16], const uint32_t (*list)[4], const Handle *h, Meters m);
    const uint16_t *calls(Visit visit, bool (*inline_)(uint8_t), size_t size);
    int32_t (*pick(uint32_t which))(int32_t, int32_t);
    struct Point give(void);`;
  t.same(await told(t, header), [
    'Point agrees',
    'Number agrees',
    'Colour agrees',
    'Level agrees',
    'Meters agrees',
    'Visit agrees',
    'all agrees',
    'pointers agrees',
    'calls agrees',
    'pick agrees',
    'give agrees',
    'VERSION agrees',
  ]);
});

t.test('every kind of lie is named with its place', { skip }, async (t) => {
  types.set('Point', struct({ x: 'f32', y: 'f64' }));
  types.set('Packed', struct({ a: 'u8', b: 'u32' }, 1));
  types.set('Colour', {
    kind: 'enum',
    repr: u8,
    variants: [
      { name: 'Red', value: 1n },
      { name: 'Blue', value: 2n },
    ],
  });
  types.set('Visit', { kind: 'callback', params: fields({ item: 'i64' }), returns: type('()') });
  fn('width', { a: 'i32' }, 'i64');
  fn('sign', { a: 'u32' });
  fn('kind', { a: 'f64', b: 'i64', p: '*const u8' });
  fn('fewer', { a: 'i32', b: 'i32' });
  fn('value', { p: '&Point' });
  fn('nothing', {}, 'i32');
  fn('something', {});
  fn('pointee', { items: '*const i64' });
  fn('callback', { visit: 'Option<Visit>' });
  fn('variadic', { text: '*const c_char' });
  globals.set('LIMIT', { name: 'LIMIT', symbol: 'LIMIT', type: type('u32'), location, spec: 's' });
  const header = `
    typedef struct Point { double y; float x; } Point;
    typedef struct Packed { uint8_t a; uint32_t b; } Packed;
    typedef enum Colour { Red = 1, Blue = 3 } Colour;
    int32_t width(int64_t a);
    void sign(int32_t a);
    void kind(int64_t a, double b, uint64_t p);
    void fewer(int32_t a);
    void value(Point p);
    void nothing(void);
    int something(void);
    void pointee(const int32_t *items);
    void callback(void (*visit)(int32_t));
    void variadic(const char *text, ...);
    extern uint64_t LIMIT;`;
  t.same(await told(t, header), [
    'Point: offset of x 0; offset of y 8 != offset of x 8; offset of y 0',
    'Packed: size 5; alignment 1; offset of b 1 != size 8; alignment 4; offset of b 4',
    'Colour: size 1; low bits of Blue 2 != size 4; low bits of Blue 3',
    'width: a: a signed integer of 4 bytes; returned value: a signed integer of 8 bytes != a: a signed integer of 8 bytes; returned value: a signed integer of 4 bytes',
    'sign: a: an unsigned integer of 4 bytes != a: a signed integer of 4 bytes',
    'kind: a: a float of 8 bytes; b: a signed integer of 8 bytes; p: a pointer to an unsigned integer of 1 byte != a: a signed integer of 8 bytes; b: a float of 8 bytes; p: an unsigned integer of 8 bytes',
    'fewer: 2 parameters != 1 parameter',
    'value: p: a pointer != p: a struct of 16 bytes',
    'nothing: returned value: a signed integer of 4 bytes != returned value: nothing',
    'something: returned value: nothing != returned value: int',
    'pointee: items: a pointer to a signed integer of 8 bytes != items: a pointer to a signed integer of 4 bytes',
    'callback: visit.item: a signed integer of 8 bytes != visit.item: a signed integer of 4 bytes',
    'variadic: 1 parameter != 1 parameter and ...',
    'LIMIT: LIMIT: an unsigned integer of 4 bytes != LIMIT: an unsigned integer of 8 bytes',
  ]);
});

t.test('what the header lacks or cannot say is told apart, and costs nobody else', { skip }, async (t) => {
  types.set('Gone', struct({ a: 'u8' }));
  types.set('Hidden', struct({ a: 'u8' }));
  types.set('Short', struct({ a: 'u8', b: 'u8' }));
  fn('gone', {});
  fn('takes_hidden', { h: 'Hidden' });
  fn('secret', {}, '()', { reason: 'declared narrower on purpose' });
  fn('good', { a: 'i32' });
  globals.set('GONE', { name: 'GONE', symbol: 'GONE', type: type('u32'), location, spec: 's' });
  const header = `
    typedef struct Hidden Hidden;
    typedef struct Short { uint8_t a; } Short;
    void takes_hidden(Hidden h);
    void good(int a);`;
  const { findings } = await truth(t, header);
  t.match(findings, [
    { what: 'type', declaration: 'Gone', verdict: 'absent' },
    { what: 'type', declaration: 'Hidden', verdict: 'not-expressible', found: /incomplete/ },
    { what: 'type', declaration: 'Short', verdict: 'disagrees', found: /no member named/ },
    { what: 'function', declaration: 'gone', verdict: 'absent' },
    { what: 'function', declaration: 'takes_hidden', verdict: 'not-expressible' },
    {
      what: 'function',
      declaration: 'secret',
      verdict: 'not-expressible',
      found: 'declared narrower on purpose',
    },
    { what: 'function', declaration: 'good', verdict: 'agrees', expected: '', found: '' },
    { what: 'global', declaration: 'GONE', verdict: 'absent' },
  ]);
});

t.test('a header that does not compile is one problem, and so is a missing compiler', { skip }, async (t) => {
  fn('f', { a: 'i128' });
  t.match(await truth(t, 'i128 f(i128 a);'), { problem: /lib\.h does not compile: .*i128/, findings: [] });
  t.match(await truth(t, '#include "nothing_there.h"'), { problem: /nothing_there\.h/ });
  const options = {
    suite: { types, functions, globals },
    platform: hostPlatform(),
    folder: '.',
    header: 'x.h',
  };
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const missing = await checkHeader({ ...options, folder: folder.path, cc: ['no-such-compiler-here'] });
  t.match(missing, { problem: /no C compiler "no-such-compiler-here"/ });
});
