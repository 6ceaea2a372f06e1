/** For tests: specs as text, loaded from real files. */
import path from 'node:path';
import { REFERENCE_PLATFORM } from '../abi/platforms.ts';
import type { Platform } from '../abi/platform.ts';
import { loadSuite, type Loaded } from './load.ts';
import type { Case, Expected, Expectation, Step, Table } from './suite.ts';
import type { CallStep } from '../plan/wire.ts';

interface WithFolder {
  testdir(files: Record<string, string>): string;
}

/** The head that most test specs share. */
export const HEAD = `abide: 1
spec: s
types:
  Point: { struct: { x: f64, y: f64 } }
  Pair: { struct: { name: "*const c_char", next: "*const i32" } }
  Number: { union: { int: i64, float: f64 } }
  Colour: { enum: u8, variants: { Red: 0, Green: 1, Blue: 4 } }
  Shape: { tagged: "C, u8", variants: { Circle: { r: f64 }, Empty: {} } }
  Handle: opaque
  Meters: { transparent: f64 }
  Visit: { callback: { params: { item: i64, text: "*const c_char" }, returns: i32 } }
functions:
  add: { params: { a: i32, b: i32 }, returns: i32 }
  tiny: { params: { v: i8 }, returns: i8 }
  half: { params: { v: f32 }, returns: f64 }
  greet: { params: { name: "*const c_char" }, returns: "*mut c_char", release: free_text }
  free_text: { params: { text: "*mut c_char" } }
  sum: { params: { items: "*const i64", count: usize }, returns: i64 }
  fill: { params: { out: "*mut u8", len: usize, written: "*mut usize" }, returns: i32 }
  point: { params: { p: Point, q: "*const Point" }, returns: Point }
  pair: { params: { p: "*const Pair" }, returns: Pair }
  number: { params: { n: Number }, returns: Number }
  colour: { params: { c: Colour }, returns: Colour }
  shape: { params: { s: Shape }, returns: Shape }
  meters: { params: { m: Meters }, returns: Meters }
  visit: { params: { v: "Option<Visit>", user: "*mut c_void" }, returns: i32 }
  open: { params: { out: "*mut *mut Handle" }, returns: i32, release: { call: close, args: { h: $after.out } } }
  close: { params: { h: "*mut Handle" } }
  wide: { params: { s: "*const u16" }, returns: "*const u16" }
  maybe: { params: { n: "Option<NonZeroU32>", r: "&i32" }, returns: bool }
globals:
  VERSION: u32
cases:
`;

/** Loads `spec.yaml` with this text, and the other files beside it. */
export async function loadText(
  t: WithFolder,
  text: string,
  beside: Record<string, string> = {},
  platform: Platform = REFERENCE_PLATFORM,
): Promise<Loaded> {
  const folder = t.testdir({ 'spec.yaml': text, ...beside });
  return await loadSuite([path.join(folder, 'spec.yaml')], platform);
}

/** `code line:column` of every diagnostic. */
export function found(loaded: Loaded): readonly string[] {
  return loaded.diagnostics.map(
    ({ code, location }) => `${code} ${location === null ? '-' : `${location.line}:${location.column}`}`,
  );
}

/** Loads the shared head with these lines under `cases:`; lines are counted from there. */
export async function loadCases(
  t: WithFolder,
  cases: string,
  beside: Record<string, string> = {},
): Promise<Loaded> {
  return await loadText(t, HEAD + indented(cases), beside);
}

const HEAD_LINES = HEAD.split('\n').length - 1;

/** As `found`, with lines counted from `cases:` and columns from its indentation. */
export function foundInCases(loaded: Loaded): readonly string[] {
  return loaded.diagnostics.map(({ code, location }) => {
    if (location === null) return `${code} -`;
    return location.line > HEAD_LINES
      ? `${code} ${location.line - HEAD_LINES}:${location.column - 2}`
      : `${code} head`;
  });
}

function indented(text: string): string {
  return text
    .replace(/^\n|\n\s*$/gu, '')
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** The only case of a suite without faults. */
export function onlyCase(loaded: Loaded): Case | Table {
  const only = loaded.suite?.cases[0];
  if (only === undefined)
    throw new Error(`no suite: ${loaded.diagnostics.map((each) => each.message).join(' ')}`);
  return only;
}

/** The first step of the only case, which is a call. */
export function firstCall(loaded: Loaded): { plan: CallStep; expect: Expectation; step: Step } {
  const step = onlyCase(loaded).steps[0];
  if (step === undefined || !('call' in step.plan)) throw new Error('the first step is no call');
  return { plan: step.plan, expect: step.expect, step };
}

/** All rows of the only case. */
export async function rowsOf(
  loaded: Loaded,
): Promise<readonly { key: string; slots: readonly Expected[] }[]> {
  const table = onlyCase(loaded);
  if (table.kind !== 'table') throw new Error('the case is no table');
  const rows: { key: string; slots: readonly Expected[] }[] = [];
  for await (const batch of table.rows()) rows.push(...batch.map(({ key, slots }) => ({ key, slots })));
  return rows;
}
