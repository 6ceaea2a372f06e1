/** The layouts of layout.ts against those that rustc itself makes on this machine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { dir } from 'tmp-promise';
import { createLayouts } from './layout.ts';
import { hostPlatform } from './platforms.ts';
import { typeText } from './print-type.ts';
import type { Field, IntName, IntType, TypeDecl } from './type.ts';
import { parseType } from './parse-type.ts';

const SCALARS = [
  'u8',
  'i16',
  'u32',
  'i64',
  'u128',
  'f32',
  'f64',
  'bool',
  'usize',
  'c_long',
  '*const u8',
  '[u16; 3]',
];
const TAGS: readonly IntName[] = ['u8', 'i16', 'u32', 'u64'];

function int(name: IntName): IntType {
  return { kind: 'int', name, nonzero: false, nullable: false };
}

function fields(...texts: readonly (string | undefined)[]): Field[] {
  return texts.map((text, index) => {
    const parsed = parseType(text ?? 'u8');
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return { name: `f${index}`, type: parsed.type };
  });
}

/** Every pair of scalars with a byte in front, in every kind of declaration. */
function declarations(): Map<string, TypeDecl> {
  const table = new Map<string, TypeDecl>();
  SCALARS.forEach((first, i) => {
    SCALARS.forEach((second, j) => {
      const own = fields('u8', first, second);
      const key = `${i}_${j}`;
      const packed = [null, 1, 2, 4][(i + j) % 4] ?? null;
      const align = packed === null && i % 2 === 0 ? 32 : null;
      table.set(`S${key}`, { kind: 'struct', fields: own, packed, align });
      table.set(`U${key}`, { kind: 'union', members: own });
      const variants = [
        { name: 'A', value: 0n, fields: own },
        { name: 'B', value: 1n, fields: fields(second) },
        { name: 'C', value: 2n, fields: [] },
      ];
      const tag = int(TAGS[(i + j) % TAGS.length] ?? 'u8');
      table.set(`T${key}`, { kind: 'tagged', tag, form: 'union', variants });
      table.set(`P${key}`, { kind: 'tagged', tag, form: 'structs', variants });
    });
  });
  return table;
}

function rustOf(name: string, decl: TypeDecl): { declare: string; print: string } {
  const line = (offsets: string): string =>
    `let o: Vec<usize> = vec![${offsets}]; println!("${name} {} {} {:?}", size_of::<${name}>(), align_of::<${name}>(), o);`;
  const list = (own: readonly Field[]): string =>
    own.map((each) => `${each.name}: ${typeText(each.type)}`).join(', ');
  switch (decl.kind) {
    case 'struct': {
      const packed = decl.packed === null ? '' : `, packed(${decl.packed})`;
      const align = decl.align === null ? '' : `, align(${decl.align})`;
      return {
        declare: `#[repr(C${packed}${align})] struct ${name} { ${list(decl.fields)} }`,
        print: line(decl.fields.map((each) => `offset_of!(${name}, ${each.name})`).join(', ')),
      };
    }
    case 'union':
      return { declare: `#[repr(C)] union ${name} { ${list(decl.members)} }`, print: line('') };
    case 'tagged': {
      const repr = decl.form === 'union' ? `C, ${decl.tag.name}` : decl.tag.name;
      const body = decl.variants.map((each) => `${each.name} { ${list(each.fields)} }`).join(', ');
      const [first] = decl.variants;
      const names = (first?.fields ?? []).map((each) => each.name);
      const offsets = names.map((each) => `${each} as *const _ as usize - base`).join(', ');
      return {
        declare: `#[repr(${repr})] enum ${name} { ${body} }`,
        print: `unsafe { let v: ${name} = zeroed(); let base = &v as *const _ as usize;
          if let ${name}::A { ${names.map((each) => `ref ${each}`).join(', ')} } = v { ${line(offsets)} } }`,
      };
    }
    default:
      throw new Error(decl.kind);
  }
}

t.test('rustc agrees with every size, alignment and offset', async (t) => {
  const table = declarations();
  const layouts = createLayouts(table, hostPlatform());
  const parts = [...table].map(([name, decl]) => rustOf(name, decl));
  const source = [
    '#![allow(dead_code, non_camel_case_types)]',
    'use std::mem::*; use std::ffi::c_long;',
    ...parts.map((each) => each.declare),
    ...parts.map((each, index) => `fn p${index}() { ${each.print} }`),
    `fn main() { ${parts.map((_, index) => `p${index}();`).join(' ')} }`,
  ].join('\n');
  const folder = await dir({ unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const program = join(folder.path, process.platform === 'win32' ? 'layouts.exe' : 'layouts');
  await writeFile(join(folder.path, 'layouts.rs'), source);
  await execa('rustc', ['--edition', '2021', '-o', program, join(folder.path, 'layouts.rs')]);
  const { stdout } = await execa(program);
  const said = stdout.split('\n').map((line) => line.trim());
  const expected = [...table].map(([name, decl]) => {
    const { size, align, offsets } = layouts.named(name);
    const shown = decl.kind === 'tagged' ? layouts.variant(name, 'A') : decl.kind === 'union' ? {} : offsets;
    return `${name} ${size} ${align} [${Object.values(shown).join(', ')}]`;
  });
  t.same(said, expected);
});
