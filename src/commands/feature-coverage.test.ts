/** What the default suite must reach: every feature, every export of the library, every place for a null. */
import { join } from 'node:path';
import t from 'tap';
import { FEATURES } from '../abi/features.ts';
import { hostPlatform } from '../abi/platforms.ts';
import type { Type } from '../abi/type.ts';
import type { Wire } from '../plan/wire.ts';
import { findSpecFiles, loadSuite } from '../spec/load.ts';
import type { Case, Step, Suite, Table } from '../spec/suite.ts';
import { buildCrate } from '../subject/cargo.ts';
import { readLibrary } from '../subject/symbols.ts';
import { packageRoot } from './package.ts';

const LEAST_CASES = 3;
const LEAST_IN_ALL = 780;

async function defaultSuite(): Promise<Suite> {
  const { files } = await findSpecFiles(join(packageRoot, 'specs'));
  const { suite } = await loadSuite(files, hostPlatform());
  if (suite === null) throw new Error('the default suite has errors: see "abide check"');
  return suite;
}

function casesIn(entry: Case | Table): number {
  return entry.kind === 'table' ? entry.rowCount : 1;
}

/** Every step of an entry, those inside threads, repeat and callbacks too. */
function* stepsOf(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    yield* stepsOf(step.inner);
  }
}

function isPointer(type: Type, suite: Suite): boolean {
  if (type.kind === 'pointer') return type.nullable;
  return type.kind === 'named' && type.nullable && suite.types.get(type.name)?.kind === 'callback';
}

/** Is this argument null, in the case or in a row of its table? */
async function isEverNull(argument: Wire | undefined, entry: Case | Table): Promise<boolean> {
  if (argument === null) return true;
  if (entry.kind === 'case' || typeof argument !== 'object' || !('$slot' in argument)) return false;
  for await (const rows of entry.rows()) {
    if (rows.some((row) => row.slots[Number(argument.$slot)] === null)) return true;
  }
  return false;
}

void t.test('every feature has cases enough, and the suite is large enough', async (t) => {
  const { cases } = await defaultSuite();
  const count = (entries: readonly (Case | Table)[]): number =>
    entries.reduce((sum, entry) => sum + casesIn(entry), 0);
  for (const { name } of FEATURES) {
    const found = count(cases.filter((entry) => entry.features.includes(name)));
    t.ok(found >= LEAST_CASES, `${name} has ${LEAST_CASES} cases or more, not ${found}`);
  }
  t.ok(count(cases) >= LEAST_IN_ALL, `${count(cases)} cases are ${LEAST_IN_ALL} or more`);
});

void t.test('every function and every static that the library exports is used by a case', async (t) => {
  const suite = await defaultSuite();
  const crate = join(packageRoot, 'rust-lib');
  const { symbols } = await readLibrary((await buildCrate({ crate })).file, hostPlatform());
  const [called, touched] = [new Set<string>(), new Set<string>()];
  for (const { plan } of suite.cases.flatMap((entry) => [...stepsOf(entry.steps)])) {
    if ('call' in plan && typeof plan.call === 'string')
      called.add(suite.functions.get(plan.call)?.symbol ?? '');
    const global = 'get' in plan ? plan.get : 'set' in plan ? plan.set : null;
    if (global !== null) touched.add(suite.globals.get(global)?.symbol ?? '');
  }
  const unused = [...symbols].filter(([symbol, kind]) => {
    if (kind === 'function') return !called.has(symbol);
    return !touched.has(symbol) && !called.has(symbol);
  });
  t.same(unused, []);
});

void t.test('every pointer and callback that may be null is tried with null', async (t) => {
  const suite = await defaultSuite();
  const tried = new Set<string>();
  for (const entry of suite.cases) {
    for (const { plan } of stepsOf(entry.steps)) {
      if (!('call' in plan) || typeof plan.call !== 'string') continue;
      const { call, args } = plan;
      for (const [index, param] of (suite.functions.get(call)?.params ?? []).entries()) {
        if (await isEverNull(args[index], entry)) tried.add(`${call}(${param.name})`);
      }
    }
  }
  const untried = [...suite.functions.values()].flatMap((each) =>
    each.params
      .filter((param) => isPointer(param.type, suite) && !tried.has(`${each.name}(${param.name})`))
      .map((param) => `${each.name}(${param.name})`),
  );
  t.same(untried, []);
});
