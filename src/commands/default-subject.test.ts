import { execa } from 'execa';
import t from 'tap';
import { readConfig } from './config.ts';

const { subject } = await readConfig({});
const crate = subject.kind === 'crate' ? subject.folder : null;

/** Formatter and linter are components that a toolchain may come without; `cargo test` is cargo itself. */
async function lacks(component: string): Promise<string | false> {
  const { failed } = await execa('cargo', [component, '--help'], { reject: false });
  return failed ? `cargo ${component} is not installed` : false;
}

const checks = [
  { what: 'is formatted', component: 'fmt', args: ['fmt', '--check'] },
  {
    what: 'has no lint',
    component: 'clippy',
    args: ['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings'],
  },
  { what: 'passes its own tests', component: 'test', args: ['test', '--quiet'] },
];

for (const { what, component, args } of checks) {
  const skip = crate === null ? 'the default subject is no crate' : await lacks(component);
  void t.test(`the default subject ${what}`, { skip }, async (t) => {
    const told = await execa('cargo', args, { cwd: crate ?? '.', reject: false, all: true });
    t.equal(told.exitCode, 0, told.all.slice(-2000));
  });
}
