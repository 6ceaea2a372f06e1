import { yamlFileCodes } from '../yaml-file-codes.ts';

/** What can be wrong with a caller's manifest. */
export const CALLER_CODES = {
  'caller-root': 'A folder that should hold callers cannot be read.',
  ...yamlFileCodes('caller', "A caller's manifest, caller.yaml,"),
  'caller-name': "A caller's name and the name of its folder differ.",
  'caller-duplicate': 'Two callers have the same name.',
  'caller-tool-name': 'A tool of a manifest has a name that its commands use for something else.',
  'caller-placeholder':
    'A command of a manifest has a placeholder that stands for nothing, or lacks a needed one.',
} as const;

export type CallerCode = keyof typeof CALLER_CODES;
