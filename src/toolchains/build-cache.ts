/** Results of compilers, kept under the hash of everything they depend on. */
import { createHash, type BinaryLike } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export interface BuildCache {
  /** The file kept under `key`, made by `make` (which writes it where it is told) when it is not there. */
  keep<Failure>(
    key: string,
    suffix: string,
    make: (target: string) => Promise<Failure | null>,
  ): Promise<Kept<Failure>>;
}

export type Kept<Failure> =
  { readonly ok: true; readonly file: string } | { readonly ok: false; readonly failure: Failure };

const MOST_FILES = 4000;

export async function openBuildCache(folder: string): Promise<BuildCache> {
  await mkdir(folder, { recursive: true });
  await forgetOldest(folder);
  let started = 0;
  return {
    async keep(key, suffix, make) {
      const file = join(folder, key + suffix);
      if (await touch(file)) return { ok: true, file };
      // Written elsewhere first: another run, or one that is killed, must not leave half a file here.
      const unfinished = join(folder, `${key}.${process.pid}-${started++}${suffix}`);
      try {
        const failure = await make(unfinished);
        if (failure !== null) return { ok: false, failure };
        await rename(unfinished, file);
        return { ok: true, file };
      } finally {
        await rm(unfinished, { force: true });
      }
    },
  };
}

/** A hash of parts; their borders count. */
export function keyOf(parts: readonly BinaryLike[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(createHash('sha256').update(part).digest());
  }
  return hash.digest('hex').slice(0, 40);
}

async function touch(file: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(file, now, now);
    return true;
  } catch {
    return false;
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST_FILES) return;
  const ages = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return {
        file,
        used: await stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  ages.sort((a, b) => a.used - b.used);
  await Promise.all(
    ages.slice(0, MOST_FILES / 2).map(({ file }) => rm(file, { force: true, recursive: true })),
  );
}
