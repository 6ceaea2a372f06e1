import t from 'tap';
import { attribute, type Witness } from './attribute.ts';
import type { CaseResult } from './outcome.ts';

function saw(observed: string): CaseResult {
  const deviation = {
    what: 'value',
    step: '0',
    thread: null,
    round: null,
    where: 'returns',
    expected: '1',
    observed,
    byte: null,
  } as const;
  return {
    key: 't/a',
    entry: 't/a',
    outcome: 'fail',
    stage: 'call',
    step: '0',
    why: '',
    deviations: [deviation],
    death: null,
    refusedBy: null,
    stderr: '',
    known: null,
    attribution: null,
  };
}

const c = (result: CaseResult | null): Witness => ({ caller: 'c', engine: 'cc', reference: true, result });
const ctypes = (result: CaseResult | null): Witness => ({
  caller: 'ctypes',
  engine: 'libffi',
  reference: false,
  result,
});
const fiddle = (result: CaseResult | null): Witness => ({
  caller: 'fiddle',
  engine: 'libffi',
  reference: false,
  result,
});
const koffi = (result: CaseResult | null): Witness => ({
  caller: 'koffi',
  engine: 'koffi',
  reference: false,
  result,
});

void t.test('the reference and another engine with the same wrong value lay it to the library', (t) => {
  const all = [c(saw('2')), ctypes(saw('2')), koffi(null)];
  t.same(attribute(ctypes(saw('2')), all), { to: 'library' });
  t.end();
});

void t.test('where the reference agrees with the spec it is the caller', (t) => {
  const own = koffi(saw('2'));
  t.same(attribute(own, [c(null), ctypes(null), own]), { to: 'caller', name: 'koffi' });
  t.end();
});

void t.test('all callers of one engine alike are the engine; one that passes clears it', (t) => {
  const own = ctypes(saw('2'));
  t.same(attribute(own, [c(null), own, fiddle(saw('2'))]), { to: 'engine', name: 'libffi' });
  t.same(attribute(own, [c(null), own, fiddle(null)]), { to: 'caller', name: 'ctypes' });
  t.end();
});

void t.test('what nobody else saw, or without the reference, is not attributed', (t) => {
  const own = c(saw('2'));
  t.match(attribute(own, [own, ctypes(saw('3')), koffi(null)]), { to: 'nobody' });
  t.match(attribute(koffi(saw('2')), [koffi(saw('2'))]), { to: 'nobody', why: /reference/u });
  t.end();
});

void t.test('a refusal is laid to nobody', (t) => {
  const refused: CaseResult = { ...saw('2'), outcome: 'unsupported', deviations: [] };
  t.equal(attribute(ctypes(refused), [c(null), ctypes(refused)]), null);
  t.end();
});
