/** The platforms abide knows, and the one it runs on. */
import { DiagnosticError } from '../diagnostic.ts';
import type { Platform } from './platform.ts';

/** 64-bit, little-endian, `long` of 64 bits, signed `char`: what most of them are. */
const USUAL = {
  endian: 'little',
  pointerWidth: 64,
  longWidth: 64,
  charSigned: true,
  align64: 8,
  align128: 16,
} as const;

const LONG_32 = { pointerWidth: 32, longWidth: 32 } as const;

export const PLATFORMS: readonly Platform[] = [
  { ...USUAL, name: 'linux-x86_64', os: 'linux', arch: 'x86_64' },
  { ...USUAL, name: 'linux-aarch64', os: 'linux', arch: 'aarch64', charSigned: false },
  { ...USUAL, ...LONG_32, name: 'linux-i686', os: 'linux', arch: 'i686', align64: 4 },
  { ...USUAL, ...LONG_32, name: 'linux-armv7', os: 'linux', arch: 'armv7', charSigned: false, align128: 8 },
  {
    ...USUAL,
    name: 'linux-s390x',
    os: 'linux',
    arch: 's390x',
    endian: 'big',
    charSigned: false,
    align128: 8,
  },
  { ...USUAL, name: 'linux-riscv64', os: 'linux', arch: 'riscv64', charSigned: false },
  { ...USUAL, name: 'linux-powerpc64le', os: 'linux', arch: 'powerpc64le', charSigned: false },
  { ...USUAL, name: 'linux-loongarch64', os: 'linux', arch: 'loongarch64' },
  { ...USUAL, name: 'macos-aarch64', os: 'macos', arch: 'aarch64' },
  { ...USUAL, name: 'macos-x86_64', os: 'macos', arch: 'x86_64' },
  { ...USUAL, name: 'windows-x86_64', os: 'windows', arch: 'x86_64', longWidth: 32 },
  { ...USUAL, name: 'windows-aarch64', os: 'windows', arch: 'aarch64', longWidth: 32 },
  { ...USUAL, ...LONG_32, name: 'windows-i686', os: 'windows', arch: 'i686' },
];

/** Features are derived with this platform's sizes, so a case has the same ones everywhere. */
export const REFERENCE_PLATFORM: Platform = { ...USUAL, name: 'linux-x86_64', os: 'linux', arch: 'x86_64' };

const OS_NAMES = new Map([
  ['linux', 'linux'],
  ['android', 'linux'],
  ['darwin', 'macos'],
  ['win32', 'windows'],
]);

const ARCH_NAMES = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ia32', 'i686'],
  ['arm', 'armv7'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['ppc64', 'powerpc64le'],
  ['loong64', 'loongarch64'],
]);

export function platformNamed(name: string): Platform | null {
  return PLATFORMS.find((platform) => platform.name === name) ?? null;
}

/** The platform of this process; its two parameters are Node's names for system and processor. */
export function hostPlatform(system: string = process.platform, processor: string = process.arch): Platform {
  const name = `${OS_NAMES.get(system) ?? system}-${ARCH_NAMES.get(processor) ?? processor}`;
  const platform = platformNamed(name);
  if (platform !== null) return platform;
  const known = PLATFORMS.map((each) => each.name).join(', ');
  throw new DiagnosticError([
    {
      code: 'unknown-platform',
      severity: 'error',
      message: `The ABI of ${name} is not known; known are ${known}.`,
      location: null,
      help: 'Run on one of these, or add the platform to src/abi/platforms.ts.',
    },
  ]);
}
