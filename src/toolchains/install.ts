/**
 * Installs what is missing through apt, where that needs no decision of the user or the user makes
 * it. Everywhere else `cures` says what to type.
 */
import { execa } from 'execa';
import { packagesFor, type Wanted } from './cures.ts';
import { askProgram, type Answer } from './ask-program.ts';
import { candidates, type Environment } from './search-path.ts';

export interface InstallOptions {
  /** Asks the user before sudo asks for a password; null when no terminal is attached. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  /** Installing begins, and takes its time. */
  readonly onStart?: (packages: readonly string[]) => void;
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The user's id; only tests say another one. */
  readonly uid?: number | undefined;
}

/** Look again afterwards: an installed package is not yet a tool that works. */
export type InstallResult =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'installed'; readonly packages: readonly string[] }
  /** These did not install; others of one call may have. */
  | { readonly kind: 'failed'; readonly packages: readonly string[]; readonly output: string }
  | { readonly kind: 'not attempted'; readonly packages: readonly string[]; readonly why: string };

/** Set, nothing is ever installed: for machines that others look after, and for tests. */
export const NO_INSTALL = 'ABIDE_NO_INSTALL';

export async function install(wanted: readonly Wanted[], options: InstallOptions): Promise<InstallResult> {
  const named = packagesFor(wanted, 'apt');
  if (named.length === 0) return { kind: 'nothing' };
  const environment = options.env ?? process.env;
  const refuse = (why: string, packages = named): InstallResult => ({ kind: 'not attempted', packages, why });
  if (environment[NO_INSTALL] !== undefined) return refuse(`${NO_INSTALL} is set`);
  const apt = await locate('apt-get', environment);
  if (apt === null) return refuse('there is no apt-get here');
  const packages = await lacking(named, environment);
  if (packages.length === 0) return refuse('the packages are installed, but what they bring does not work');
  const way = await wayToRoot(packages, environment, options);
  if ('why' in way) return refuse(way.why, packages);
  options.onStart?.(packages);
  const failed = await installWith(aptThrough(apt, way, environment, options.signal), packages);
  return failed === null ? { kind: 'installed', packages } : { kind: 'failed', ...failed };
}

async function locate(command: string, environment: Environment): Promise<string | null> {
  return (await candidates(command, environment, process.cwd()))[0] ?? null;
}

/** Without dpkg-query every package counts as lacking: apt knows better anyway. */
async function lacking(packages: readonly string[], environment: Environment): Promise<string[]> {
  const query = await locate('dpkg-query', environment);
  if (query === null) return [...packages];
  const format = '-f=${Package} ${db:Status-Status}\\n';
  const said = await ask([query, '-W', format, '--', ...packages], environment, 30_000);
  return packages.filter((name) => !said.output.split('\n').includes(`${name} installed`));
}

interface Way {
  /** What stands in front of the command that needs root. */
  readonly prefix: readonly string[];
  /** sudo will ask for a password on the terminal. */
  readonly interactive: boolean;
}

async function wayToRoot(
  packages: readonly string[],
  environment: Environment,
  options: InstallOptions,
): Promise<Way | { readonly why: string }> {
  if ((options.uid ?? process.getuid?.()) === 0) return { prefix: [], interactive: false };
  const sudo = await locate('sudo', environment);
  if (sudo === null) return { why: 'you are not root and there is no sudo' };
  if ((await ask([sudo, '-n', 'true'], environment, 10_000)).ok) {
    return { prefix: [sudo, '-n'], interactive: false };
  }
  if (options.ask === null) return { why: 'sudo needs a password and no terminal is attached' };
  if (await options.ask(`Install ${packages.join(' ')} with sudo apt-get?`)) {
    return { prefix: [sudo], interactive: true };
  }
  return { why: 'you said no' };
}

/**
 * Package lists are renewed only if the first try fails: usually they are good, and `apt-get update`
 * may itself end with 100 while one index is being renewed at its source, though the rest is usable.
 * One package that this system does not have must not cost the others: at last each is tried alone.
 */
async function installWith(apt: Apt, packages: readonly string[]): Promise<Failed | null> {
  if ((await apt('install', ...packages)).ok) return null;
  await apt('update');
  const together = await apt('install', ...packages);
  if (together.ok) return null;
  const failed: { name: string; output: string }[] = [];
  for (const name of packages) {
    const alone = packages.length === 1 ? together : await apt('install', name);
    if (!alone.ok) failed.push({ name, output: alone.output });
  }
  if (failed.length === 0) return null;
  return { packages: failed.map(({ name }) => name), output: failed.map(({ output }) => output).join('\n') };
}

interface Failed {
  readonly packages: readonly string[];
  readonly output: string;
}

type Apt = (verb: 'install' | 'update', ...packages: string[]) => Promise<Answer>;

function aptThrough(apt: string, way: Way, environment: Environment, signal: AbortSignal | undefined): Apt {
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  // sudo drops the environment, so it is said again behind it.
  const front = way.prefix.length === 0 ? [] : [...way.prefix, 'env', 'DEBIAN_FRONTEND=noninteractive'];
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  const start = way.interactive ? askOnTerminal : ask;
  return (verb, ...packages) => {
    const rest =
      verb === 'update' ? ['update'] : ['install', '-y', '--no-install-recommends', '--', ...packages];
    return start([...front, apt, ...options, ...rest], env, 600_000, signal);
  };
}

function ask(
  command: readonly string[],
  env: Environment,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer> {
  return askProgram(command, { cwd: process.cwd(), env, timeoutMs, signal });
}

/** sudo speaks with the user on the terminal itself; what apt says is kept. */
async function askOnTerminal(
  command: readonly string[],
  env: Environment,
  timeoutMs: number,
): Promise<Answer> {
  const [file = '', ...args] = command;
  const result = await execa(file, args, {
    env,
    extendEnv: false,
    timeout: timeoutMs,
    reject: false,
    stdin: 'inherit',
    stdout: 'pipe',
    stderr: ['inherit', 'pipe'],
  });
  const { stdout, stderr, failed } = result;
  return { ok: !failed, output: `${stdout}\n${stderr}`.trim(), stdout, ending: '' };
}
