/** `node dist/spec/write-schema.js` writes specs/schema.json. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { specSchema } from './schema.ts';

await writeFile(fileURLToPath(new URL('../../specs/schema.json', import.meta.url)), specSchema());
