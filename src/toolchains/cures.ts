/** What to type on which system to get what is missing. */
import { readFileSync } from 'node:fs';
import type { PackageManager, Packages } from './manifest-schema.ts';

/** Something that is missing, and the packages that would bring it. */
export interface Wanted {
  /** A caller, or a tool of the project such as `cbindgen`. */
  readonly for: string;
  readonly packages: Packages;
}

export interface Cure {
  readonly system: string;
  readonly command: string;
}

interface System {
  readonly manager: PackageManager;
  readonly system: string;
  readonly command: string;
  /** ID and ID_LIKE of /etc/os-release, or a value of process.platform. */
  readonly ids: readonly string[];
}

const SYSTEMS: readonly System[] = [
  {
    manager: 'apt',
    system: 'Debian, Ubuntu',
    command: 'sudo apt-get install --no-install-recommends',
    ids: ['debian', 'ubuntu'],
  },
  { manager: 'dnf', system: 'Fedora', command: 'sudo dnf install', ids: ['fedora', 'rhel', 'centos'] },
  { manager: 'pacman', system: 'Arch', command: 'sudo pacman -S --needed', ids: ['arch'] },
  { manager: 'brew', system: 'macOS', command: 'brew install', ids: ['darwin'] },
  { manager: 'winget', system: 'Windows', command: 'winget install --exact', ids: ['win32'] },
];

/** One command a system for everything wanted, this machine's own system first. */
export function cures(wanted: readonly Wanted[], here: readonly string[] = systemIds()): readonly Cure[] {
  const isHere = (system: System): boolean => system.ids.some((id) => here.includes(id));
  return [...SYSTEMS.filter(isHere), ...SYSTEMS.filter((system) => !isHere(system))].flatMap((system) => {
    const packages = packagesFor(wanted, system.manager);
    return packages.length === 0
      ? []
      : [{ system: system.system, command: `${system.command} ${packages.join(' ')}` }];
  });
}

export function packagesFor(wanted: readonly Wanted[], manager: PackageManager): string[] {
  return [...new Set(wanted.flatMap((each) => each.packages[manager] ?? []))];
}

function systemIds(): string[] {
  if (process.platform !== 'linux') return [process.platform];
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return Array.from(release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm), (match) =>
      (match[1] ?? '').split(' '),
    ).flat();
  } catch {
    return [];
  }
}
