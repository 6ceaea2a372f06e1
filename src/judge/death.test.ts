import t from 'tap';
import { causeOfDeath, deathWords, isDeath, type RuntimeDeath } from './death.ts';

const ruby: readonly RuntimeDeath[] = [
  { signal: 'SIGABRT', exit: null, stderr: '[BUG] Segmentation fault', cause: 'SIGSEGV' },
];
const bySignal = (signal: string): { code: null; signal: string; failure: null } => ({
  code: null,
  signal,
  failure: null,
});
const byCode = (code: number): { code: number; signal: null; failure: null } => ({
  code,
  signal: null,
  failure: null,
});

void t.test("a runtime's own way of dying stands for its cause", (t) => {
  t.equal(causeOfDeath(bySignal('SIGABRT'), 'x [BUG] Segmentation fault at', ruby), 'SIGSEGV');
  t.equal(causeOfDeath(bySignal('SIGABRT'), 'panicked', ruby), 'SIGABRT');
  t.equal(deathWords(bySignal('SIGABRT'), '[BUG] Segmentation fault', ruby), 'SIGSEGV (ended with SIGABRT)');
  t.end();
});

void t.test("Windows' exit codes stand for signals, signed or not", (t) => {
  t.equal(causeOfDeath(byCode(0xc0000005), '', []), 'SIGSEGV');
  t.equal(causeOfDeath(byCode(0xc0000409 | 0), '', []), 'SIGABRT');
  t.equal(causeOfDeath(byCode(3), '', []), null);
  t.end();
});

void t.test('only a real abort is an abort', (t) => {
  t.ok(isDeath({ kind: 'abort' }, bySignal('SIGABRT'), 'SIGABRT'));
  t.notOk(isDeath({ kind: 'abort' }, bySignal('SIGSEGV'), 'SIGSEGV'));
  t.notOk(isDeath({ kind: 'abort' }, byCode(134), null));
  t.end();
});

void t.test('a segmentation fault may be written short, an exit code is exact', (t) => {
  t.ok(isDeath({ kind: 'signal', name: 'segv' }, bySignal('SIGSEGV'), 'SIGSEGV'));
  t.ok(isDeath({ kind: 'exit', code: 3 }, byCode(3), null));
  t.notOk(isDeath({ kind: 'exit', code: 3 }, byCode(4), null));
  t.ok(isDeath({ kind: 'any' }, byCode(0), null));
  t.end();
});
