import { join } from 'node:path';
import t from 'tap';
import { hostPlatform } from '../abi/platforms.ts';
import { packageRoot } from './package.ts';
import { abideRun } from './testing/run-abide.ts';

const specs = join(packageRoot, 'src', 'commands', 'testing', 'zlib');
const { os } = hostPlatform();
const library = os === 'macos' ? 'libz.dylib' : 'libz.so.1';
const skip = os === 'windows' ? 'Windows has no zlib of its own' : false;

void t.test(
  "the system's zlib passes through every caller, with nothing written for it but a spec",
  { skip },
  async (t) => {
    const told = await abideRun(['--specs', specs, '--library', library]);
    t.same(
      told.deviations.map((each) => [each.column, each.key, each.outcome, each.why]),
      [],
    );
    t.ok(told.columns.length > 0, 'some caller ran');
    for (const column of told.columns)
      t.equal(column.played, column.planned, `${column.id} played every case`);
    t.equal(told.exitCode, 0, told.stderr);
  },
);
