import { DiagnosticError } from '../diagnostic.ts';
import type { NotRun } from '../results/run.ts';
import { detect, type Detected, type Installed } from '../toolchains/detect.ts';
import type { Caller } from '../toolchains/manifest.ts';
import { nearestName } from '../abi/nearest-name.ts';
import type { ToolCache } from '../toolchains/tool-cache.ts';
import type { CallerChoice } from './config.ts';

/** A column that is wanted: a caller, perhaps with an interpreter of the user's choice. */
export interface Wish {
  readonly id: string;
  readonly caller: Caller;
  readonly with: string | null;
  /** Asked for by name. */
  readonly named: boolean;
}

/** The columns of a run: all callers, or those chosen. A name that no caller has is a bad usage. */
export function wishes(callers: readonly Caller[], choices: readonly CallerChoice[] | null): readonly Wish[] {
  if (choices === null) {
    return callers.map((caller) => ({ id: caller.manifest.name, caller, with: null, named: false }));
  }
  const names = callers.map((caller) => caller.manifest.name);
  return choices.map(({ name, with: interpreter }) => {
    const caller = callers.find((each) => each.manifest.name === name);
    if (caller === undefined) throw unknownCaller(name, names);
    const id = interpreter === null ? name : `${name}@${interpreter}`;
    return { id, caller, with: interpreter, named: true };
  });
}

function unknownCaller(name: string, names: readonly string[]): DiagnosticError {
  const near = nearestName(name, names) ?? nearestPart(name, names);
  const help = `${near === null ? '' : `Did you mean ${near}? `}Callers: ${names.join(', ')}.`;
  const message = `there is no caller named ${JSON.stringify(name)}`;
  return new DiagnosticError([{ code: 'unknown-caller', severity: 'error', message, location: null, help }]);
}

/** The name with a part that was probably meant: people say the language alone. */
function nearestPart(name: string, names: readonly string[]): string | null {
  const parts = new Map(names.flatMap((each) => each.split('-').map((part) => [part, each] as const)));
  return parts.get(nearestName(name, parts.keys()) ?? '') ?? null;
}

export interface Found {
  readonly ready: readonly { readonly wish: Wish; readonly installed: Installed }[];
  readonly missing: readonly {
    readonly wish: Wish;
    readonly detected: Extract<Detected, { state: 'not installed' }>;
  }[];
}

export async function findColumns(wanted: readonly Wish[], cache: ToolCache): Promise<Found> {
  const found = await Promise.all(
    wanted.map(async (wish) => ({
      wish,
      detected: await detect(wish.caller, { cache, with: wish.with ?? undefined }),
    })),
  );
  await cache.save();
  const ready: { wish: Wish; installed: Installed }[] = [];
  const missing: { wish: Wish; detected: Extract<Detected, { state: 'not installed' }> }[] = [];
  for (const { wish, detected } of found) {
    if (detected.state === 'installed') ready.push({ wish, installed: detected });
    else missing.push({ wish, detected });
  }
  return { ready, missing };
}

export function notRunOf({ wish, detected }: Found['missing'][number], requireAll: boolean): NotRun {
  return {
    caller: wish.id,
    reason: detected.reason,
    demanded: wish.named || requireAll,
    cures: detected.cures,
  };
}
