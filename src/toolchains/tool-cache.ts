/**
 * What finding a tool once cost several processes, kept in a file. It is only a matter of speed: a
 * cache that cannot be read or written is an empty one.
 */
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const entry = z.object({ version: z.string(), banner: z.string() });
const content = z.record(z.string(), entry);

export type CachedTool = z.infer<typeof entry>;

export interface ToolCache {
  get(key: string): CachedTool | undefined;
  set(key: string, value: CachedTool): void;
  save(): Promise<void>;
}

/** `fresh`: forget what is known, but write what is found. */
export async function openToolCache(directory: string, fresh = false): Promise<ToolCache> {
  const file = join(directory, 'tools.json');
  const entries = new Map(Object.entries(fresh ? {} : await readEntries(file)));
  let changed = false;
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.set(key, value);
      changed = true;
    },
    async save() {
      if (!changed) return;
      changed = false;
      try {
        await mkdir(directory, { recursive: true });
        await writeFileAtomic(file, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
      } catch {
        // The next run looks again.
      }
    },
  };
}

async function readEntries(file: string): Promise<Record<string, CachedTool>> {
  try {
    return content.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

/**
 * A key that changes when the program does. Null for what must not be kept: a script (`#!`) is often
 * a version manager's shim and may run another program tomorrow without having changed itself.
 */
export async function toolKey(path: string, questions: readonly unknown[]): Promise<string | null> {
  if (await isScript(path)) return null;
  const { mtimeMs, size } = await stat(path);
  return JSON.stringify([path, mtimeMs, size, ...questions]);
}

export async function isScript(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead < 2 || buffer.toString('latin1') === '#!';
  } finally {
    await handle.close();
  }
}
