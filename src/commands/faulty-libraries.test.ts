import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import t from 'tap';
import { dir } from 'tmp-promise';
import { hostPlatform } from '../abi/platforms.ts';
import { packageRoot } from './package.ts';
import { abideRun, type ToldRun } from './testing/run-abide.ts';

const fixtures = join(packageRoot, 'src', 'commands', 'testing', 'faults');
const suffix = { linux: 'so', macos: 'dylib', windows: 'dll' }[hostPlatform().os];

/** One mistake: what is replaced in the sound library, and what must be said of it. */
interface Fault {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  readonly key: string;
  /** The `what` of the first deviation; null when the process died or everything is blocked. */
  readonly what: string | null;
  readonly outcome: string;
  readonly where?: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: 'fields swapped',
    find: 'Point { x: -point.x, y: -point.y }',
    replace: 'Point { x: -point.y, y: -point.x }',
    key: 'sound/mirrors-a-point',
    what: 'value',
    outcome: 'fail',
    where: /returns\.x/u,
  },
  {
    name: 'repr(C) forgotten',
    find: '#[repr(C)]\npub struct Mixed',
    replace: 'pub struct Mixed',
    key: 'sound/reads-a-mixed-struct',
    what: 'value',
    outcome: 'fail',
  },
  {
    name: 'i32 for i64',
    find: 'widen(value: i64) -> i64',
    replace: 'widen(value: i32) -> i32',
    key: 'sound/keeps-64-bits',
    what: 'value',
    outcome: 'fail',
    where: /returns/u,
  },
  {
    name: 'no_mangle forgotten',
    find: '#[no_mangle]\npub extern "C" fn add_numbers',
    replace: 'pub extern "C" fn add_numbers',
    key: 'sound/adds',
    what: 'missing',
    outcome: 'fail',
  },
  {
    name: 'leak',
    find: 'drop(unsafe { Box::from_raw(pointer) });',
    replace: 'let _ = pointer;',
    key: 'sound/boxes-and-unboxes',
    what: 'leak',
    outcome: 'fail',
  },
  {
    name: 'write past a buffer',
    find: 'for index in 0..count',
    replace: 'for index in 0..count + 1',
    key: 'sound/counts-up',
    what: 'damage',
    outcome: 'fail',
    where: /behind out/u,
  },
  {
    name: 'write into const memory',
    find: 'unsafe { std::slice::from_raw_parts(items, count) }.iter().sum()',
    replace:
      'let total = unsafe { std::slice::from_raw_parts(items, count) }.iter().sum();\n    unsafe { items.cast_mut().write(0) };\n    total',
    key: 'sound/sums',
    what: 'damage',
    outcome: 'fail',
    where: /const memory of items/u,
  },
  {
    name: 'write on failure',
    find: 'if count > 100 {\n        return -1;',
    replace: 'if count > 100 {\n        unsafe { out.write(0) };\n        return -1;',
    key: 'sound/refuses-to-count-too-far',
    what: 'value',
    outcome: 'fail',
    where: /after out/u,
  },
  {
    name: 'panic through the boundary',
    find: 'a.checked_div(b).unwrap_or(-1)',
    replace: 'a.checked_div(b).unwrap()',
    key: 'sound/survives-a-division-by-zero',
    what: null,
    outcome: 'crash',
  },
  {
    name: 'stale version',
    find: 'VERSION: u32 = 3',
    replace: 'VERSION: u32 = 2',
    key: 'sound/requires',
    what: 'value',
    outcome: 'fail',
  },
];

void t.test('faulty libraries', async (t) => {
  const folder = await dir({ prefix: 'abide-faults-', unsafeCleanup: true });
  t.teardown(() => folder.cleanup());
  const source = (await readFile(join(fixtures, 'sound.rs'), 'utf8')).replaceAll('\r\n', '\n');
  const limit = pLimit(2);
  const played = async (name: string, text: string): Promise<ToldRun> => {
    const stem = name.replace(/\W+/gu, '_');
    const file = join(folder.path, `${stem}.rs`);
    const library = join(folder.path, `lib${stem}.${suffix}`);
    await writeFile(file, text);
    await execa('rustc', [
      '--edition',
      '2021',
      '--crate-type',
      'cdylib',
      '--cap-lints',
      'allow',
      '-o',
      library,
      file,
    ]);
    return abideRun(['--specs', fixtures, '--library', library, '--ledger', 'live_allocations']);
  };

  const sound = await limit(() => played('sound', source));
  const callers = sound.columns.map((column) => column.id);
  await t.test('the sound one passes everywhere but where an FFI has no such thing', (t) => {
    t.same(
      sound.deviations.filter((each) => each.outcome !== 'unsupported'),
      [],
    );
    t.ok(callers.length > 0, 'some caller ran');
    t.end();
  });

  const runs = faults.map((fault) =>
    limit(() => {
      const text = source.replace(fault.find, fault.replace);
      if (text === source) throw new Error(`nothing to replace for ${fault.name}`);
      return played(fault.name, text);
    }),
  );
  for (const [index, fault] of faults.entries()) {
    await t.test(`${fault.name} is caught in every caller and laid to the library`, async (t) => {
      const told = await runs[index];
      const refused = sound.deviations.filter((each) => each.key === fault.key).map((each) => each.column);
      const able = callers.filter((caller) => !refused.includes(caller));
      const caught = (told?.deviations ?? []).filter(
        (each) => each.key === fault.key && able.includes(each.column),
      );
      t.same(
        caught.map((each) => each.column),
        able,
        'each caller saw it',
      );
      for (const each of caught) {
        t.equal(each.outcome, fault.outcome, `${each.column}: outcome`);
        if (fault.what !== null) t.equal(each.deviations[0]?.what, fault.what, `${each.column}: cause`);
        if (fault.where !== undefined)
          t.match(each.deviations[0]?.where, fault.where, `${each.column}: place`);
        if (able.length > 2)
          t.same(each.attribution, { to: 'library' }, `${each.column}: laid to the library`);
      }
      t.equal(told?.exitCode, 1);
    });
  }
});
