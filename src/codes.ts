/** Every code a diagnostic can have, with what it means: one closed record a room, beside the code that uses it. */
import { ABI_CODES } from './abi/codes.ts';
import { COMMAND_CODES } from './commands/codes.ts';
import { RESULT_CODES } from './results/codes.ts';
import { SPEC_CODES } from './spec/codes.ts';
import { SUBJECT_CODES } from './subject/codes.ts';
import { CALLER_CODES } from './toolchains/codes.ts';

export const CODES = {
  ...SPEC_CODES,
  ...ABI_CODES,
  ...SUBJECT_CODES,
  ...CALLER_CODES,
  ...RESULT_CODES,
  ...COMMAND_CODES,
} as const;

export type DiagnosticCode = keyof typeof CODES;
