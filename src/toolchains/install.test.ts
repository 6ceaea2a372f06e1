import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { install, NO_INSTALL, type InstallOptions, type InstallResult } from './install.ts';
import { NEEDS_SCRIPTS, testFolder, type TestFolder } from './test-folder.ts';

const WANTED = [
  { for: 'ruby-fiddle', packages: { apt: ['ruby'] } },
  { for: 'cbindgen', packages: { apt: ['cbindgen'] } },
];
const ENV_PROGRAM = 'while test "${1#*=}" != "$1"; do shift; done; exec "$@"';

interface Machine {
  readonly folder: TestFolder;
  /** Every start of apt-get and sudo, one a line. */
  log(): string[];
  install(options?: Partial<InstallOptions>): Promise<InstallResult>;
}

/** PATH holds only what the test puts into `bin`. */
function machine(t: Test): Machine {
  const folder = testFolder((work) => {
    t.teardown(work);
  });
  const log = join(folder.path, 'log');
  return {
    folder,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    install: (options) =>
      install(WANTED, { ask: null, env: { PATH: join(folder.path, 'bin') }, uid: 0, ...options }),
  };
}

/** `body` sees what apt-get is asked as $verb, and packages in $*. */
function apt({ folder }: Machine, body: string): void {
  const log = join(folder.path, 'log');
  const script = `shift 3; verb=$1; echo "apt-get $* $DEBIAN_FRONTEND" >> ${log}\n${body}`;
  folder.program('bin/apt-get', script);
}

function sudo({ folder }: Machine, passwordless: boolean): void {
  const log = join(folder.path, 'log');
  folder.program('bin/env', ENV_PROGRAM);
  folder.program('bin/true', 'exit 0');
  folder.program(
    'bin/sudo',
    `echo "sudo $1" >> ${log}\nif test "$1" = -n; then ${passwordless ? 'shift' : 'exit 1'}; fi\nexec "$@"`,
  );
}

t.test('nothing wanted that apt has: nothing to do', async (t) => {
  t.same(await install([{ for: 'x', packages: { brew: ['x'] } }], { ask: null }), { kind: 'nothing' });
});

t.test('installing on a machine with apt', NEEDS_SCRIPTS, (t) => {
  t.test('without apt-get nothing is attempted', async (t) => {
    const result = await machine(t).install();
    t.same(result, {
      kind: 'not attempted',
      packages: ['ruby', 'cbindgen'],
      why: 'there is no apt-get here',
    });
  });

  t.test('root installs what is lacking, without questions and recommended packages', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    place.folder.program('bin/dpkg-query', 'echo "ruby installed"; echo "cbindgen not-installed"; exit 1');
    const started: string[] = [];
    const result = await place.install({ onStart: (packages) => started.push(...packages) });
    t.same(result, { kind: 'installed', packages: ['cbindgen'] });
    t.same(started, ['cbindgen']);
    t.same(place.log(), ['apt-get install -y --no-install-recommends -- cbindgen noninteractive']);
  });

  t.test('an update that ends with 100 does not matter when the install then works', async (t) => {
    const place = machine(t);
    const lists = join(place.folder.path, 'lists');
    apt(place, `case $verb in update) : > ${lists}; exit 100;; *) test -e ${lists};; esac`);
    t.match(await place.install(), { kind: 'installed', packages: ['ruby', 'cbindgen'] });
    t.equal(place.log().length, 3);
  });

  t.test('a package that the system does not have does not cost the others', async (t) => {
    const place = machine(t);
    apt(place, 'case "$*" in *cbindgen*) echo "E: Unable to locate package cbindgen"; exit 100;; esac');
    t.same(await place.install(), {
      kind: 'failed',
      packages: ['cbindgen'],
      output: 'E: Unable to locate package cbindgen',
    });
    t.match(place.log().at(-2), /-- ruby/);
  });

  t.test('packages that are there already are not installed again', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    place.folder.program('bin/dpkg-query', 'echo "ruby installed"; echo "cbindgen installed"');
    t.match(await place.install(), { kind: 'not attempted', why: /does not work/ });
    t.same(place.log(), []);
  });

  t.test('somebody without sudo is told so', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    t.match(await place.install({ uid: 1000 }), { kind: 'not attempted', why: /not root/ });
  });

  t.test('sudo without a password is used', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    sudo(place, true);
    t.match(await place.install({ uid: 1000 }), { kind: 'installed' });
    t.match(place.log(), ['sudo -n', 'sudo -n', /^apt-get install .* ruby cbindgen/]);
  });

  t.test('sudo with a password is used only after asking once', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    sudo(place, false);
    t.match(await place.install({ uid: 1000 }), { kind: 'not attempted', why: /no terminal/ });
    const asked: string[] = [];
    const answer =
      (yes: boolean) =>
      (question: string): Promise<boolean> => {
        asked.push(question);
        return Promise.resolve(yes);
      };
    t.match(await place.install({ uid: 1000, ask: answer(false) }), {
      kind: 'not attempted',
      why: 'you said no',
    });
    t.match(await place.install({ uid: 1000, ask: answer(true) }), { kind: 'installed' });
    t.equal(asked.length, 2);
    t.match(asked[0], /ruby cbindgen/);
  });

  t.test('a machine that others look after is left alone', async (t) => {
    const place = machine(t);
    apt(place, 'exit 0');
    const env = { PATH: join(place.folder.path, 'bin'), [NO_INSTALL]: '1' };
    t.match(await place.install({ env }), { kind: 'not attempted', why: /ABIDE_NO_INSTALL/ });
    t.same(place.log(), []);
  });

  t.end();
});
