/** The shape of a result file, as json.ts writes it. */
import { z } from 'zod';
import { outcomes } from '../judge/outcome.ts';

const stage = z.enum(['build', 'start', 'load', 'bind', 'call', 'read', 'release']);
const outcome = z.enum(outcomes);
const count = z.number().int().nonnegative();

const attribution = z.union([
  z.object({ to: z.literal('library') }),
  z.object({ to: z.enum(['caller', 'engine']), name: z.string() }),
  z.object({ to: z.literal('nobody'), why: z.string() }),
]);

const difference = z.object({
  what: z.enum(['value', 'damage', 'missing', 'raised', 'leak', 'death', 'not-played', 'protocol']),
  step: z.string().nullable(),
  thread: z.number().nullable(),
  round: z.number().nullable(),
  where: z.string(),
  expected: z.string(),
  observed: z.string(),
  byte: z.string().nullable(),
});

const deviation = z.object({
  column: z.string(),
  key: z.string(),
  entry: z.string(),
  outcome,
  stage: stage.nullable(),
  step: z.string().nullable(),
  why: z.string(),
  deviations: z.array(difference),
  death: z.string().nullable(),
  refusedBy: z.enum(['ffi', 'driver']).nullable(),
  known: z.object({ reason: z.string(), link: z.string().nullable() }).nullable(),
  attribution: attribution.nullable(),
});

const trouble = z.object({
  what: z.enum([
    'cannot-build',
    'cannot-start',
    'cannot-load',
    'died-between-cases',
    'died-at-exit',
    'hung-outside',
    'protocol',
    'gave-up',
  ]),
  why: z.string(),
  final: z.boolean(),
});

const stale = z.object({
  where: z.string(),
  what: z.string(),
  reason: z.enum(['passed', 'no-case']),
  counts: z.boolean(),
});

const column = z.object({
  id: z.string(),
  caller: z.string(),
  language: z.string(),
  ffi: z.string(),
  engine: z.string(),
  reference: z.boolean(),
  versions: z.record(z.string(), z.string()),
  planned: count,
  played: count,
  troubles: z.array(trouble),
  layouts: z.array(z.object({ type: z.string(), expected: z.string(), found: z.string() })),
  stale: z.array(stale),
});

const entry = z.object({
  key: z.string(),
  title: z.string(),
  features: z.array(z.string()),
  rows: count.nullable(),
  file: z.string(),
  line: count,
  /** By column: counts by outcome, and `unexpected`; what is zero is left out. */
  outcomes: z.record(z.string(), z.record(z.string(), count)),
});

export const resultFile = z.object({
  schema: z.number(),
  abide: z.string(),
  platform: z.object({ name: z.string(), kernel: z.string(), cpu: z.string() }),
  subject: z.object({
    name: z.string(),
    version: z.string().nullable(),
    sourceHash: z.string().nullable(),
    rustc: z.string().nullable(),
    profile: z.string().nullable(),
  }),
  specs: z.object({ hash: z.string(), files: count }),
  complete: z.boolean(),
  interrupted: z.boolean(),
  columns: z.array(column),
  notRun: z.array(
    z.object({
      caller: z.string(),
      reason: z.string(),
      demanded: z.boolean(),
      cures: z.array(z.object({ system: z.string(), command: z.string() })),
    }),
  ),
  header: z.object({
    source: z.string().nullable(),
    why: z.string().nullable(),
    agreed: count,
    disagreements: z.array(z.object({ declaration: z.string(), expected: z.string(), found: z.string() })),
    notes: z.array(z.string()),
  }),
  cases: z.array(entry),
  deviations: z.array(deviation),
  evidence: z.array(
    z.object({
      column: z.string(),
      key: z.string().optional(),
      stderr: z.string().optional(),
      durationMs: z.number().optional(),
    }),
  ),
  footer: z.object({ cases: count, deviations: count }),
});

export type ResultFile = z.infer<typeof resultFile>;
