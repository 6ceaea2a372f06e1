/** The programs that are wanted besides those of callers. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Wanted } from './cures.ts';
import { findTool, type FoundTool } from './find-tool.ts';
import type { ToolSpec } from './manifest-schema.ts';
import type { Environment } from './search-path.ts';
import type { ToolCache } from './tool-cache.ts';

export interface ProjectTool extends Wanted {
  readonly spec: ToolSpec;
  /** A way to get it that works on every system that has Rust. */
  readonly anywhere: string;
}

/**
 * Writes the header that is compared with the specs. Never built from source unasked: that takes
 * minutes, and without it only the header goes unchecked.
 */
export const CBINDGEN: ProjectTool = {
  for: 'cbindgen',
  spec: { commands: ['cbindgen'], version: ['--version'], minimum: '0.24', probe: null, executable: null },
  packages: { apt: ['cbindgen'], dnf: ['cbindgen'], pacman: ['cbindgen'], brew: ['cbindgen'] },
  anywhere: 'cargo install cbindgen --locked',
};

export const CARGO: ProjectTool = {
  for: 'cargo',
  spec: { commands: ['cargo'], version: ['--version'], minimum: '1.77', probe: null, executable: null },
  packages: { dnf: ['cargo'], pacman: ['rust'], brew: ['rust'], winget: ['Rustlang.Rustup'] },
  anywhere: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
};

export const C_COMPILER: ProjectTool = {
  for: 'a C compiler',
  spec: {
    commands: ['cc', 'gcc', 'clang'],
    version: ['--version'],
    minimum: null,
    probe: null,
    executable: null,
  },
  packages: { apt: ['gcc', 'libc6-dev'], dnf: ['gcc'], pacman: ['gcc'], brew: ['gcc'] },
  anywhere: 'install gcc or clang',
};

export interface FindProjectToolOptions {
  readonly cache: ToolCache;
  readonly folder?: string | undefined;
  readonly env?: Environment | undefined;
}

/** Looks in cargo's own folder too: a fresh rustup is not on the PATH of a terminal that was open. */
export function findProjectTool(tool: ProjectTool, options: FindProjectToolOptions): Promise<FoundTool> {
  const environment = options.env ?? process.env;
  const cargoHome = environment['CARGO_HOME'] ?? join(homedir(), '.cargo');
  return findTool(tool.spec, {
    folder: options.folder ?? process.cwd(),
    cache: options.cache,
    env: options.env,
    alsoIn: [join(cargoHome, 'bin')],
  });
}
