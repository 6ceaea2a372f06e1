/**
 * Which keys stand where in a spec. One definition: the checks read keys and leaf values from it, and
 * the JSON Schema for editors is made from it. What is read by the type it stands for is `open` here.
 */
import { z } from 'zod';

/** Read later, by its type. */
export const open = (about: string): z.ZodUnknown => z.unknown().describe(about);

const text = (about: string): z.ZodString => z.string().describe(about);
const flag = (about: string): z.ZodBoolean => z.boolean().describe(about);
const count = (about: string, most = 1_000_000_000): z.ZodNumber => z.int().min(1).max(most).describe(about);
const named = (about: string): z.ZodRecord<z.ZodString, z.ZodUnknown> =>
  z.record(z.string(), z.unknown()).describe(about);

const about = text('What it is, in a sentence.').optional();
const type = text('A Rust type as in an extern "C" signature.');
const fields = z.record(z.string(), type).describe('Name → type, in declared order.');

export const STRUCT = z.strictObject({
  struct: fields,
  packed: count('repr(C, packed(n))', 1 << 20).optional(),
  align: count('repr(C, align(n))', 1 << 29).optional(),
  about,
});
export const TRANSPARENT = z.strictObject({ transparent: type, about });
export const UNION = z.strictObject({ union: fields, about });
const enumVariants = z
  .union([z.record(z.string(), z.number()), z.array(z.string())])
  .describe('Name → integer, or a list of names: 0, 1, 2…');
export const ENUM = z.strictObject({ enum: text('An integer type, or C.'), variants: enumVariants, about });
export const TAGGED = z.strictObject({
  tagged: text('"C", "C, uN" or "uN", as in repr().'),
  variants: z.record(z.string(), fields).describe('Name → fields; {} has none.'),
  tags: z.record(z.string(), z.number()).optional().describe('Variant → tag.'),
  about,
});
export const SIGNATURE = z.strictObject({ params: fields.optional(), returns: type.optional() });
export const CALLBACK = z.strictObject({ callback: SIGNATURE, about });

const header = {
  symbol: text('The exported symbol, when it is not the name.').optional(),
  about,
  header: z.literal(false).optional().describe('The C header does not declare it.'),
  reason: text('Why the header does not declare it.').optional(),
};

export const RELEASE_RULE = z.strictObject({
  call: text('The function that gives the value back.'),
  args: named('Parameter → value; $returns and $after.PARAM stand for what came out.'),
});
const release = z
  .union([z.string(), RELEASE_RULE, z.literal(false)])
  .optional()
  .describe('How what came out is given back at the end of the case.');

const expectations = {
  returns: open('What must come back.').optional(),
  after: named('Parameter → what must stand behind it afterwards.').optional(),
  called: named('Callback → its calls.').optional(),
  errno: open('errno after the call.').optional(),
};

export const ON_NULL = z.strictObject({
  ...expectations,
  args: named('The other arguments.').optional(),
  only: z.array(z.string()).min(1).optional().describe('Only these parameters.'),
  features: z.array(z.string()).optional().describe('Added to misuse.null.'),
  get before() {
    return z.array(STEP).optional().describe('Steps that come first.');
  },
});

export const FUNCTION = z.strictObject({
  params: fields.optional(),
  returns: type.optional(),
  release,
  get on_null() {
    return z
      .union([ON_NULL, z.array(ON_NULL)])
      .optional()
      .describe('Makes one case for each nullable parameter.');
  },
  ...header,
});
export const GLOBAL = z.strictObject({ type, ...header });

const called = expectations.called;
const binds = z.string().optional().describe('Binds the value to a name.');

export const CALL = z.strictObject({
  call: text('A function, or $name of a bound function pointer.'),
  args: named('Every parameter exactly once.').optional(),
  ...expectations,
  aborts: z.literal(true).optional().describe('The library aborts the process.'),
  dies: text('segv, abort, exit(3), any…').optional(),
  as: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .describe('Binds what was returned; or parameter → name of the pointee that came out.'),
  release,
});
export const LET = z.strictObject({
  let: text('Names memory.'),
  type,
  value: open('What stands in it.').optional(),
  called,
});
export const CHECK = z.strictObject({
  check: text('$name, or a path into it.'),
  is: open('What it is now.'),
  called,
});
export const GET = z.strictObject({
  get: text('A global.'),
  is: open('Its value.').optional(),
  as: binds,
  called,
});
export const SET = z.strictObject({ set: text('A global.'), value: open('Its new value.'), called });
export const ADDRESS = z.strictObject({
  address: text('A global or a function.'),
  as: text('A name.'),
  called,
});
export const BIND = z.strictObject({
  bind: text('A function, a global or a symbol.'),
  missing: flag('It must not be found.').optional(),
  called,
});
export const WAIT_FOR = z.strictObject({
  callback: text('A callback.'),
  count: count('Until it has been called so often in all.').optional(),
});
export const WAIT = z.strictObject({ wait: WAIT_FOR, called });
export const DROP = z.strictObject({ drop: text('A callback.'), called });
export const COLLECT = z.strictObject({
  collect: z.literal(true).describe('Forces a garbage collection.'),
  called,
});

const block = (about: string, most: number): z.ZodType =>
  z
    .strictObject({
      count: count(about, most),
      get steps() {
        return z.array(STEP).min(1);
      },
    })
    .describe(about);
export const BLOCK = z.strictObject({ count: count('How many.', 1_000_000), steps: open('Steps.') });
export const THREADS = z.strictObject({ threads: block('Threads; $thread is 0, 1…', 1024), called });
export const REPEAT = z.strictObject({ repeat: block('Rounds; $round is 0, 1…', 1_000_000), called });

/** By the key that says what a step does. */
export const STEP_SHAPES = {
  call: CALL,
  let: LET,
  check: CHECK,
  get: GET,
  set: SET,
  address: ADDRESS,
  bind: BIND,
  wait: WAIT,
  drop: DROP,
  collect: COLLECT,
  threads: THREADS,
  repeat: REPEAT,
} as const;

/** What stands behind `$callback`. */
export const SCRIPT = z.strictObject({
  as: text('Its name.').optional(),
  returns: open('The script; its last value repeats.').optional(),
  on: open('Number of a call → steps to play during it.').optional(),
  raises: count('The call that raises an error.').optional(),
  foreign_thread: flag('A thread that the runtime did not make will call it.').optional(),
});

const [oneOf, ...others] = Object.values(STEP_SHAPES);
export const STEP: z.ZodType = z.union([oneOf as z.ZodType, ...(others as z.ZodType[])]).meta({ id: 'step' });

const oneOrMore = (schema: z.ZodType): z.ZodType => z.union([schema, z.array(schema).min(1)]);
export const WHEN = z.strictObject({
  os: oneOrMore(z.enum(['linux', 'macos', 'windows'])).optional(),
  arch: oneOrMore(z.string()).optional(),
  endian: z.enum(['little', 'big']).optional(),
  pointer_width: z.literal([32, 64]).optional(),
});

const about_case = {
  about,
  features: z.array(z.string()).optional().describe('Added to the features that are derived.'),
  timeout: z.union([z.number(), z.string()]).optional().describe('2s, 500ms, or seconds.'),
  when: WHEN.optional().describe('The platforms where the case is played.'),
  each: z
    .union([z.string(), z.array(z.record(z.string(), z.unknown()))])
    .optional()
    .describe('Rows, or the name of a .csv or .jsonl file beside the spec.'),
};
/** The keys of a case that are no step's. */
export const CASE_HEAD = z.strictObject(about_case);
export const CASE_OF_STEPS = z.strictObject({
  ...about_case,
  steps: z.array(STEP).describe('What is done, in order.'),
});
const caseShape = z
  .union([CASE_OF_STEPS, ...Object.values(STEP_SHAPES).map((shape) => shape.extend(about_case) as z.ZodType)])
  .meta({ id: 'case' });

const typeShape = z
  .union([STRUCT, TRANSPARENT, UNION, ENUM, TAGGED, CALLBACK, z.literal('opaque')])
  .meta({ id: 'type' });

export const SPEC = z.strictObject({
  abide: z.literal(1).describe('The version of the spec language.'),
  spec: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .describe('The name: the first part of every case key.'),
  about,
  requires: named('Global → the value without which this spec is not played.').optional(),
  constants: named('Name → a value that $NAME stands for.').optional(),
  types: z.record(z.string(), typeShape).optional(),
  functions: z.record(z.string(), FUNCTION).optional(),
  globals: z.record(z.string(), z.union([z.string(), GLOBAL])).optional(),
  cases: z.record(z.string(), caseShape).optional(),
});
