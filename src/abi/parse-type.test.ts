import t from 'tap';
import { parseType, undeclaredHelp } from './parse-type.ts';
import { typeText } from './print-type.ts';

/** The parsed type written out again, or the message of the refusal. */
function read(text: string): string {
  const parsed = parseType(text);
  return parsed.ok ? typeText(parsed.type) : parsed.problem.message;
}

t.test('every form of the grammar is read and written back as Rust writes it', (t) => {
  const forms = [
    'i8',
    'u128',
    'isize',
    'usize',
    'f32',
    'f64',
    'bool',
    'c_char',
    'c_ulonglong',
    '()',
    '*const c_char',
    '*mut c_void',
    '&Point',
    '&mut Point',
    'Box<Point>',
    'NonNull<u8>',
    'Option<&Point>',
    'Option<&mut Point>',
    'Option<Box<Point>>',
    'Option<NonNull<c_void>>',
    'NonZero<u8>',
    'Option<NonZero<isize>>',
    'Option<Visit>',
    '[f32; 4]',
    '[[u8; 2]; 3]',
    '*mut *const Point',
    '*const [u8; 16]',
  ];
  for (const form of forms) t.equal(read(form), form, form);
  t.end();
});

t.test('other spellings of the same types are accepted', (t) => {
  const spellings = [
    ['core::ffi::c_int', 'c_int'],
    ['*const std::ffi::c_char', '*const c_char'],
    ['std::os::raw::c_long', 'c_long'],
    ['NonZeroU64', 'NonZero<u64>'],
    ['Option<core::num::NonZeroUsize>', 'Option<NonZero<usize>>'],
    ['core::option::Option<std::ptr::NonNull<u8>>', 'Option<NonNull<u8>>'],
    ["&'static mut u8", '&mut u8'],
    ['  *const\tu8 ', '*const u8'],
    ['c_double', 'f64'],
    ['[u8; 1_024]', '[u8; 1024]'],
  ] as const;
  for (const [text, expected] of spellings) t.equal(read(text), expected, text);
  t.end();
});

t.test('an inline function type is hoisted under a stable name', (t) => {
  const parsed = parseType('Option<extern "C" fn(i32) -> i32>');
  t.match(parsed, { ok: true, type: { kind: 'named', name: 'fn_i32_to_i32', nullable: true } });
  t.same(parsed.ok && [...parsed.hoisted], [
    [
      'fn_i32_to_i32',
      {
        kind: 'callback',
        params: [{ name: 'arg0', type: { kind: 'int', name: 'i32', nonzero: false, nullable: false } }],
        returns: { kind: 'int', name: 'i32', nonzero: false, nullable: false },
      },
    ],
  ]);
  t.equal(read('unsafe extern "C" fn()'), 'fn_void_to_void');
  t.equal(read('extern fn(*const c_void, &Point,) -> ()'), 'fn_const_void_ref_Point_to_void');
  t.end();
});

t.test('parameter names belong to a hoisted signature, so they change its name', (t) => {
  const plain = read('extern "C" fn(i32) -> i32');
  const named = read('extern "C" fn(item: i32) -> i32');
  const other = read('extern "C" fn(thing: i32) -> i32');
  t.match(named, /^fn_i32_to_i32_[0-9a-f]{8}$/);
  t.equal(new Set([plain, named, other]).size, 3);
  t.equal(read('extern "C" fn(item: i32) -> i32'), named);
  t.end();
});

t.test('functions inside functions are all hoisted', (t) => {
  const parsed = parseType('extern "C" fn(extern "C" fn(u8) -> u8) -> bool');
  t.same(parsed.ok && [...parsed.hoisted.keys()], ['fn_u8_to_u8', 'fn_fn_u8_to_u8_to_bool']);
  t.end();
});

t.test('declared names are reported with their places', (t) => {
  const parsed = parseType('*mut Option<&Point>');
  t.match(parsed, { ok: true, names: [{ name: 'Point', offset: 13, length: 5 }] });
  t.end();
});

t.test('a refusal says where, what was expected, what was found and what to do', (t) => {
  const refusals = [
    ['', 0, 'a type', 'the end', null],
    ['*u8', 1, '"const" or "mut"', '"u8"', /Write "\*const T"/],
    ['char *', 0, 'a type that has a C layout', '"char"', /Write c_char/],
    ['c_char *', 7, 'the end of the type', '"*"', /star stands in front/],
    ['Option<*const u8>', 7, 'a type that cannot be null inside Option', '"*"', /leave Option out/],
    ['Option<i32>', 7, 'a type that cannot be null inside Option', '"i32"', /only around a reference/],
    ['Option<Option<&u8>>', 7, 'a type that cannot be null inside Option', '"Option"', /only around/],
    ['Vec<u8>', 0, 'a type that has a C layout', '"Vec"', /pointer and a length/],
    ['&str', 1, 'a type that has a C layout', '"str"', /\*const c_char/],
    ['&[u8]', 4, '";" and a length', '"]"', /slice/],
    ['[u8; 0]', 5, /array length from 1/, '"0"', null],
    ['[u8; x]', 5, /array length/, '"x"', null],
    ['(i32, i32)', 1, '")"', '"i32"', /tuple/],
    ['fn(i32)', 0, '"extern "C" fn"', '"fn"', /calling convention/],
    ['extern "system" fn()', 7, 'the ABI "C"', '""system""', null],
    ['extern "C" fn(i32, ...)', 19, 'a parameter', '"..."', /variadic/],
    ['extern "C" fn(a: i32, a: i32)', 22, 'a parameter name not used before', '"a"', null],
    ['Opiton<&u8>', 0, 'Option, Box, NonNull or NonZero before "<"', '"Opiton"', /Did you mean Option/],
    ['NonZero<f32>', 8, 'an integer type from i8 to usize', '"f32"', 'Did you mean i32?'],
    ['crate::Point', 0, /declared name/, '"crate"', /bare name/],
    ['*const', 6, 'a type', 'the end', null],
    ['Box<u8', 6, '">"', 'the end', null],
    ['ü8', 0, 'a type', '"ü"', null],
  ] as const;
  for (const [text, offset, expected, found, suggestion] of refusals) {
    t.match(parseType(text), { ok: false, problem: { offset, expected, found, suggestion } }, text);
  }
  t.end();
});

t.test('hostile input is refused within limits', (t) => {
  t.match(read('*const '.repeat(1000) + 'u8'), /nested at most 64/);
  t.match(read('x'.repeat(10_001)), /at most 10000 characters/);
  t.match(read('\u0000\u202e'), /Expected a type/);
  t.match(read('[u8; 99999999999999999999999999]'), /array length/);
  t.end();
});

t.test('an undeclared name gets the nearest name or the Rust way to say it', (t) => {
  t.equal(undeclaredHelp('Piont', ['Point', 'Colour']), 'Did you mean Point?');
  t.equal(undeclaredHelp('i23', []), 'Did you mean i32?');
  t.match(undeclaredHelp('String', []), /function that frees it/);
  t.equal(undeclaredHelp('Zebra', ['Point']), null);
  t.end();
});
