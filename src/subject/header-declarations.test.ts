import t from 'tap';
import { functionPointer, readDeclarations, renamed } from './header-declarations.ts';

const HEADER = `
# 1 "lib.h"
typedef signed int int32_t; typedef unsigned char uint8_t;
struct Point { double x; double y; };
typedef struct Line { struct Point from, to; } Line;
typedef enum { Red, Green } Colour;
typedef int32_t (*Visit)(int32_t item, void *user);
typedef uint8_t Key[16];
extern const unsigned VERSION;
__attribute__((visibility("default"))) int32_t add_numbers(int32_t a, int32_t b) __attribute__((nothrow));
void nothing(void);
int old();
int32_t (*get_operation(unsigned which))(int32_t, int32_t);
const char *name_of(const struct Point *point, uint8_t buffer[16], int32_t (*visit)(int32_t, void *), unsigned long);
int printf(const char *restrict format, ...);
static inline int twice(int x) { return x > 0 ? x * 2 : 0; }
void after(void);
`;

const header = readDeclarations(HEADER);
const words = (tokens: readonly string[] | undefined): string => (tokens ?? []).join(' ');

t.test('every prototype is found, whatever stands around it', (t) => {
  t.same(
    [...header.functions.keys()],
    ['add_numbers', 'nothing', 'old', 'get_operation', 'name_of', 'printf', 'twice', 'after'],
  );
  const counts = [...header.functions.values()].map((each) => each.params.length);
  t.same(counts, [2, 0, 0, 1, 4, 1, 1, 0]);
  t.equal(header.functions.get('printf')?.variadic, true);
  t.end();
});

t.test('the returned type is what is left without name and parameters', (t) => {
  const returned = (name: string): string => {
    const found = header.functions.get(name)?.returns;
    return `${words(found?.before)} | ${words(found?.after)}`;
  };
  t.equal(returned('add_numbers'), 'int32_t | ');
  t.equal(returned('name_of'), 'const char * | ');
  t.equal(returned('get_operation'), 'int32_t ( * | ) ( int32_t , int32_t )');
  t.end();
});

t.test('a parameter is renamed where its name stands or would stand', (t) => {
  const params = header.functions.get('name_of')?.params ?? [];
  t.same(
    params.map((each) => renamed(each, 'v')),
    ['const struct Point * v', 'uint8_t v [ 16 ]', 'int32_t ( * v ) ( int32_t , void * )', 'unsigned long v'],
  );
  const forms = [
    [['int'], 'int v'],
    [['Point'], 'Point v'],
    [['const', 'Point', '*', 'const', '*'], 'const Point * const * v'],
    [['Point', 'const', '*', 'p'], 'Point const * v'],
    [['void', '(', '*', ')', '(', 'int', ')'], 'void ( * v ) ( int )'],
    [['unsigned', 'char', 'c'], 'unsigned char v'],
  ] as const;
  for (const [tokens, expected] of forms) t.equal(renamed(tokens, 'v'), expected);
  t.end();
});

t.test('types are known by typedef or by tag, function types by their parts', (t) => {
  t.equal(header.typeName('Line'), 'Line');
  t.equal(header.typeName('Point'), 'struct Point');
  t.equal(header.typeName('Colour'), 'Colour');
  t.equal(header.typeName('Key'), 'Key');
  t.equal(header.typeName('Visit'), 'Visit');
  t.equal(header.typeName('Nothing'), null);
  t.same(header.callbacks.get('Visit')?.params.map(words), ['int32_t item', 'void * user']);
  t.equal(functionPointer(['int', 'x']), null);
  t.ok(header.mentions('VERSION'));
  t.end();
});

t.test('junk gives nothing and ends', (t) => {
  for (const junk of [
    '',
    ';;;',
    ')))(((',
    '}}}{{{',
    'typedef;',
    'typedef (*',
    'int (*',
    '"unclosed',
    "'",
    'f(((((',
  ]) {
    t.equal(readDeclarations(junk).typeName('x'), null, junk);
  }
  t.end();
});
