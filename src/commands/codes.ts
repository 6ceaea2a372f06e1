import { yamlFileCodes } from '../yaml-file-codes.ts';

/** What can be wrong with a command: its arguments, and the files that say what it is about. */
export const COMMAND_CODES = {
  ...yamlFileCodes('config', 'The configuration, abide.yaml,'),
  ...yamlFileCodes('known-issues', 'A file of known issues'),
  ...yamlFileCodes('faults', 'The file of seeded faults'),
  'patch-missing': 'A seeded fault has no patch of its name beside the file that names it.',
  'patch-unnamed': 'A patch stands among the seeded faults that none of them is named after.',
  'patch-syntax': 'The patch of a seeded fault is no unified diff of files in the crate.',
  'patch-refused':
    'The patch of a seeded fault does not fit the sources, which have changed since it was made.',
  'no-faults': 'Faults are planted into a crate; abide.yaml names the file that lists them as faults.',
  'unknown-fault': 'No seeded fault has the name that was given.',
  'unknown-caller': 'No caller has the name that was given.',
  'unknown-case': 'A pattern names no spec, and matches no case or row that this platform can play.',
  'unknown-spec': 'No spec has the name that was given.',
  'unknown-word': 'The word to explain is no outcome, feature or diagnostic code.',
  'caller-missing': 'A tool that the caller needs is not installed.',
  'caller-interpreted': 'Only compiled callers have code to print; this one plays the plan directly.',
  'no-results-folder': 'Findings are made from committed results; abide.yaml names their folder as results.',
  'one-caller': 'The command needs exactly one caller, by its name.',
  'no-reproduction': 'The caller writes no standalone program, or none for this case; the message says why.',
  'emit-failed': "The caller's code generator failed; the message holds its own words.",
  'ledger-missing': 'The library does not export the function that should count its live allocations.',
  'not-written': 'A file that the command writes cannot be written where it should stand.',
} as const;

export type CommandCode = keyof typeof COMMAND_CODES;
