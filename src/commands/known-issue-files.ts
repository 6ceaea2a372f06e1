import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostic.ts';
import { outcomes } from '../judge/outcome.ts';
import type { KnownIssue } from '../judge/known-issues.ts';
import { readYamlFile } from '../yaml-file.ts';

const text = z.string().min(1).max(2000);
const outcome = z.enum(outcomes).exclude(['pass']);

const entry = z
  .strictObject({
    caller: text.optional(),
    feature: text.optional(),
    case: text.optional(),
    platforms: z.array(text).default([]),
    versions: text.optional(),
    outcome: z.union([outcome, z.array(outcome).min(1)]),
    reason: text,
    link: z.url({ protocol: /^https?$/u }).optional(),
    timeout: z.union([z.number().positive(), z.string().regex(/^\d+(\.\d+)?(ms|s)$/u)]).optional(),
  })
  .refine((each) => each.feature !== undefined || each.case !== undefined, {
    error: 'expected feature or case',
  });

const file = z.strictObject({ abide: z.literal(1), 'known-issues': z.array(entry) });

/** The known issues in one file; none when there is no such file. `caller`: the caller whose folder it stands in. */
export async function readKnownIssues(path: string, caller: string | null): Promise<readonly KnownIssue[]> {
  if (!existsSync(path)) return [];
  const shown = relative(process.cwd(), path) || path;
  const reference = 'specs/README.md, "Known issues",';
  const { value, locate } = await readYamlFile({
    path,
    shown,
    schema: file,
    code: 'known-issues',
    reference,
  });
  return value['known-issues'].map((each, index) => {
    const location = locate(['known-issues', index]);
    if (caller !== null && each.caller !== undefined) {
      const message = 'an entry in a caller\'s folder is of that caller: expected no key "caller"';
      throw new DiagnosticError([{ code: 'known-issues-key', severity: 'error', message, location }]);
    }
    return {
      caller: caller ?? each.caller ?? null,
      feature: each.feature ?? null,
      case: each.case ?? null,
      platforms: each.platforms,
      versions: each.versions ?? null,
      outcomes: [each.outcome].flat(),
      reason: each.reason,
      link: each.link ?? null,
      timeoutMs: each.timeout === undefined ? null : milliseconds(each.timeout),
      ofSuite: caller === null,
      location,
    };
  });
}

/** `2`, `2s`, `300ms`. A bare number is seconds, as in specs. */
export function milliseconds(time: number | string): number {
  if (typeof time === 'number') return time * 1000;
  const number = Number.parseFloat(time);
  return time.endsWith('ms') ? number : number * 1000;
}
