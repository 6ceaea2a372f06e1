/** What can be wrong with a result file. */
export const RESULT_CODES = {
  'results-unreadable': 'The result file does not exist, was not written by abide, or by a newer one.',
} as const;
