import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 over sources with LF line ends: platforms agree. */
export async function hashSources(text: string, tables: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  hash.update(text.replaceAll('\r\n', '\n'));
  for (const table of tables) await hashFile(table, hash);
  return hash.digest('hex');
}

async function hashFile(file: string, hash: Hash): Promise<void> {
  let held = '';
  for await (const chunk of createReadStream(file)) {
    const text = held + (chunk as Buffer).toString('latin1');
    held = text.endsWith('\r') ? '\r' : '';
    hash.update(text.slice(0, text.length - held.length).replaceAll('\r\n', '\n'), 'latin1');
  }
  hash.update(held, 'latin1');
}

export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
