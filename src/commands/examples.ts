/** What `abide --help` ends with: words to a person, and the one place in src/ that names callers. */
export const EXAMPLES = `Examples:
  abide run                                     every case through every caller; writes results
  abide run strings 'structs/*'                 some specs and cases
  abide run --caller python-ctypes@python3.8    one caller, with an interpreter of your choice
  abide run --library ./libfoo.so --specs abide --header foo.h
  abide run --failed -v                         what deviated last time, known issues too
  abide check                                   the specs alone
  abide callers                                 what is installed here, and how to get the rest
  abide emit c strings                          the C code that plays a spec
  abide repro integers/adds-two-numbers --caller c
                                                a standalone program that plays one case
  abide explain struct.by-value.packed          a feature, an outcome or an error code

Exit codes: 0 as expected; 1 a deviation, an undeclared refusal, or a caller asked for that cannot run;
2 bad usage or spec; 3 nothing could be run.`;
