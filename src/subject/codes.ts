/** What can be wrong with the library under test and its header. */
export const SUBJECT_CODES = {
  'no-crate':
    'There is no Cargo.toml in the folder that should hold the crate, or no crate where one is needed.',
  'no-cdylib': 'The crate builds no C library: its crate-type has no "cdylib".',
  'several-libraries': 'The workspace builds more than one C library, and nothing says which one is meant.',
  'cargo-missing': 'A crate is the subject, and cargo is not installed.',
  'build-failed': "cargo could not build the crate; the message holds rustc's own words.",
  'build-stopped': 'The build of the crate was stopped before it ended.',
  'library-missing': 'No library of this name is where the loader of this system looks.',
  'not-a-library': 'The file is no shared library: it does not exist, or is of another kind.',
  'broken-library': 'The file begins like a shared library and is damaged or cut short.',
  'other-platform': 'The library was built for another processor or pointer width than that of this machine.',
  'header-missing': 'The C header that was named does not exist or is no file.',
  'cbindgen-missing': 'The header is to be made by cbindgen, which is not installed.',
  'cbindgen-failed': 'cbindgen made no header for the crate; the message holds its own words.',
} as const;

export type SubjectCode = keyof typeof SUBJECT_CODES;
