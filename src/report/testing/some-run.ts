import type { CaseResult } from '../../judge/outcome.ts';
import { zeros } from '../../judge/outcome.ts';
import type { Column, Run } from '../../results/run.ts';

/** A result with everything a report may show, hostile text included. */
export const hostileResult: CaseResult = {
  key: 'strings/greets',
  entry: 'strings/greets',
  outcome: 'fail',
  stage: 'call',
  step: '0',
  why: 'returns: expected "a", found "<script>"',
  deviations: [
    {
      what: 'value',
      step: '0',
      thread: null,
      round: null,
      where: 'returns',
      expected: '"a | b"',
      observed: '<script>alert(1)</script>\u001b[31m\u202e',
      byte: 'byte 0 of 1: expected 61, found 3c',
    },
  ],
  death: null,
  refusedBy: null,
  stderr: 'line one\nline \u001b]0;title\u0007two\n',
  known: null,
  attribution: { to: 'library' },
};

export const knownResult: CaseResult = {
  ...hostileResult,
  key: 'strings/packs',
  entry: 'strings/packs',
  outcome: 'crash',
  deviations: [],
  why: 'the process died: SIGSEGV',
  death: 'SIGSEGV',
  known: { reason: 'libffi has no packed type', link: 'https://example.org/1' },
  attribution: { to: 'engine', name: 'libffi' },
};

function column(id: string, results: readonly CaseResult[]): Column {
  const keys = ['strings/greets', 'strings/packs'];
  const tallies = new Map(
    keys.map((key) => {
      const result = results.find((each) => each.key === key);
      const counts = zeros();
      counts[result?.outcome ?? 'pass'] = 1;
      return [key, { counts, unexpected: result !== undefined && result.known === null ? 1 : 0 }];
    }),
  );
  return {
    id,
    caller: id,
    language: 'L',
    ffi: 'f',
    engine: 'libffi',
    reference: id === 'c',
    versions: { runtime: `${id} 1.0`, ffi: 'f 2.0' },
    planned: 2,
    played: 2,
    tallies,
    results,
    troubles: [],
    layouts: [],
    stale: [],
    durationMs: 12.4,
  };
}

/** A run in which one caller passes, one fails and has a known crash, and one did not run. */
export function someRun(): Run {
  return {
    schema: 1,
    abide: '0.0.0',
    platform: { name: 'linux-x86_64', kernel: 'Linux 6', cpu: 'x' },
    subject: { name: 'lib', version: '1.0.0', sourceHash: 'aa', rustc: null, profile: 'release' },
    specs: { hash: 'bb', files: 1 },
    complete: true,
    interrupted: false,
    entries: [
      {
        key: 'strings/greets',
        title: 'greets',
        features: ['string.native.argument'],
        rows: null,
        file: 's.yaml',
        line: 3,
      },
      { key: 'strings/packs', title: 'packs', features: ['bool'], rows: null, file: 's.yaml', line: 4 },
    ],
    columns: [column('c', []), column('ctypes', [hostileResult, knownResult])],
    notRun: [
      {
        caller: 'ruby',
        reason: 'ruby is not on PATH',
        demanded: false,
        cures: [{ system: 'Debian', command: 'apt-get install ruby' }],
      },
    ],
    header: { source: null, why: 'none was asked for', agreed: 0, disagreements: [], notes: [] },
  };
}
