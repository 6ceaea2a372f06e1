/** Shows the failures of a TAP file and counts its assertions: `node count.mjs FILE STATUS-OF-TAP`. */
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Parser } from 'tap-parser';

const [file = '', status] = process.argv.slice(2);
const parser = new Parser();
const counts = { pass: 0, fail: 0, skip: 0, todo: 0 };
for (const kind of /** @type {const} */ (['pass', 'fail', 'skip', 'todo'])) {
  // The parser reports each leaf, and a subtest only when it failed by itself (a timeout, a crash).
  parser.on(kind, () => counts[kind]++);
}
parser.on('fail', ({ fullname, name, diag }) => {
  console.error(`not ok: ${fullname} > ${name}\n${JSON.stringify(diag, null, 2)}`);
});
createReadStream(file).pipe(parser);
await finished(parser, { readable: false });

const skipped = counts.skip + counts.todo;
// A run that failed without a failing assertion (no plan, a broken runner) is a failure all the same.
const failed = counts.fail === 0 && (status !== '0' || counts.pass === 0) ? 1 : counts.fail;
console.log(`${counts.pass} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
