/** What can be wrong with the machine itself. */
export const ABI_CODES = {
  'unknown-platform': 'abide does not know the C ABI of this operating system on this processor.',
} as const;
