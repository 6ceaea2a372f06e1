import t from 'tap';
import { playScript } from './testing/play-script.ts';

const names = ['t/a', 't/b', 't/c'];
const allEnded = { 't/a': 'ended', 't/b': 'ended', 't/c': 'ended' };
const onPosix = process.platform === 'win32' ? { skip: 'signals are a matter of POSIX' } : {};

void t.test('an orderly driver ends every case in plan order', async (t) => {
  const { records, troubles, endings } = await playScript(names, {});
  t.same(endings, allEnded);
  t.same(
    records.map((each) => each.item.key),
    names,
  );
  t.same(records[0]?.steps, ['{"step":"0","returns":"42"}']);
  t.same(troubles, []);
});

void t.test('a signal in a case is that case, and the others still have their own', onPosix, async (t) => {
  const { records, endings, troubles } = await playScript(names, {
    't/b': [{ do: 'signal', signal: 'SIGKILL' }],
  });
  t.same(endings, { ...allEnded, 't/b': 'crash' });
  t.match(records[1]?.ending, { kind: 'crash', exit: { signal: 'SIGKILL' } });
  t.same(troubles, []);
});

void t.test('exit(0) inside a case is a crash of that case', async (t) => {
  const { records, endings } = await playScript(names, { 't/a': [{ do: 'exit', code: 0 }] });
  t.same(endings, { ...allEnded, 't/a': 'crash' });
  t.match(records[0]?.ending, { kind: 'crash', exit: { code: 0 } });
});

void t.test('every case may crash and none is lost', async (t) => {
  const script = Object.fromEntries(names.map((name) => [name, [{ do: 'exit', code: 3 } as const]]));
  const { endings, troubles } = await playScript(names, script);
  t.same(endings, { 't/a': 'crash', 't/b': 'crash', 't/c': 'crash' });
  t.same(troubles, []);
});

void t.test('a case without progress hangs, although the driver ignores SIGTERM', async (t) => {
  const { endings, records } = await playScript(names, { 't/b': [{ do: 'hang' }] }, { timeoutMs: 300 });
  t.same(endings, { ...allEnded, 't/b': 'hang' });
  t.match(records[1]?.ending, { kind: 'hang', afterMs: 300 });
});

void t.test(
  'what a case printed before it died is kept, in front of it at most what was printed in the same instant',
  async (t) => {
    const { records } = await playScript(names, {
      't/a': [{ do: 'print', stream: 2, text: 'from a\n', times: 1 }],
      't/b': [
        { do: 'print', stream: 2, text: 'from b\n', times: 1 },
        { do: 'exit', code: 1 },
      ],
    });
    t.match(records[1]?.ending, { kind: 'crash', stderr: /from b\n$/u });
  },
);

void t.test('a flood on stderr is cut to its tail', async (t) => {
  const { records } = await playScript(['t/a'], {
    't/a': [
      { do: 'print', stream: 2, text: 'x'.repeat(1024 * 1024), times: 80 },
      { do: 'exit', code: 1 },
    ],
  });
  const ending = records[0]?.ending;
  t.ok(ending?.kind === 'crash' && ending.stderr.length < 66 * 1024, 'kept 64 KiB');
  t.ok(ending?.kind === 'crash' && ending.stderr.startsWith('[earlier output dropped]'));
});

void t.test('a driver that dies before hello is one trouble, not one result a case', async (t) => {
  const { records, troubles } = await playScript(names, { start: [{ do: 'exit', code: 7 }] });
  t.same(records, []);
  t.match(troubles, [{ what: 'cannot-start', final: true, exit: { code: 7 } }]);
});

void t.test('a program that does not exist is one trouble with the words of the system', async (t) => {
  const { troubles } = await playScript(names, {}, { command: '/nowhere/at-all' });
  t.equal(troubles.length, 1);
  t.match(troubles[0]?.why, /ENOENT/u);
});

void t.test('a driver that does not start in time is killed', async (t) => {
  const { troubles } = await playScript(names, { start: [{ do: 'hang' }] }, { startTimeoutMs: 300 });
  t.match(troubles, [{ what: 'cannot-start', why: /did not start within 300 ms/u }]);
});

void t.test('a library that does not load is told in the words of the loader', async (t) => {
  const load = [
    { do: 'lines', lines: ['{"n":1,"error":"libfoo.so: cannot open shared object file"}\n'] },
    { do: 'exit', code: 1 },
  ] as const;
  const { troubles, records } = await playScript(names, { hello: load });
  t.match(troubles, [{ what: 'cannot-load', why: 'libfoo.so: cannot open shared object file', final: true }]);
  t.same(records, []);
});

void t.test('after a raising callback the driver starts again, without trouble', async (t) => {
  const { endings, troubles } = await playScript(names, { 'after t/a': [{ do: 'restart' }] });
  t.same(endings, allEnded);
  t.same(troubles, []);
});

void t.test('death between two cases is a trouble of the caller and costs no case', async (t) => {
  const { endings, troubles } = await playScript(names, { 'after t/a': [{ do: 'exit', code: 9 }] });
  t.same(endings, allEnded);
  t.match(troubles, [{ what: 'died-between-cases', exit: { code: 9 } }]);
});

void t.test('death after the last case is a trouble of the caller', async (t) => {
  const { endings, troubles } = await playScript(names, { finish: [{ do: 'exit', code: 5 }] });
  t.same(endings, allEnded);
  t.match(troubles, [{ what: 'died-at-exit', exit: { code: 5 } }]);
});

void t.test('garbage in the journal is an error of the case it stands in', async (t) => {
  const { endings, records } = await playScript(names, { 't/b': [{ do: 'lines', lines: ['not json\n'] }] });
  t.same(endings, { ...allEnded, 't/b': 'protocol' });
  t.match(records[1]?.ending, { why: /not json/u });
});

void t.test('a line of several megabytes is whole although the driver died right behind it', async (t) => {
  const step = `{"step":"0","returns":"${'x'.repeat(3 * 1024 * 1024)}"}`;
  const { records, endings } = await playScript(names, {
    't/a': [
      {
        do: 'lines',
        lines: [`{"n":2,${step.slice(1)}\n`, '{"n":3,"end":"t/a"}\n', '{"n":4,"begin":"t/b"}\n'],
      },
      { do: 'exit', code: 1 },
    ],
  });
  t.same(endings, { ...allEnded, 't/b': 'crash' });
  t.equal(records[0]?.steps[0]?.length, step.length);
});

void t.test('half a line at death is dropped', async (t) => {
  const { records } = await playScript(names, {
    't/b': [
      { do: 'lines', lines: ['{"n":9,"step":"0","retur'] },
      { do: 'exit', code: 1 },
    ],
  });
  t.match(records[1], { steps: [], ending: { kind: 'crash' } });
});

void t.test(
  'of two lines with one number the first counts, and the other is a trouble of the caller',
  async (t) => {
    const twin = [
      { do: 'lines', lines: ['{"n":1,"step":"0","returns":"7"}\n', '{"n":2,"end":"t/b"}\n'] },
    ] as const;
    const { records, endings, troubles } = await playScript(names, { 't/b': twin });
    t.same(endings, allEnded);
    t.same(records[1]?.steps, ['{"step":"0","returns":"42"}']);
    t.match(troubles, [{ what: 'protocol', why: /"returns":"7"/u, final: false }]);
  },
);

void t.test('a case that is not due is a breach, and the due one is played after it', async (t) => {
  const wrong = [{ do: 'lines', lines: ['{"n":2,"begin":"t/zzz"}\n'] }] as const;
  const { troubles } = await playScript(['t/a'], { 'before t/a': wrong });
  t.match(troubles[0], { what: 'protocol', why: /t\/zzz/u });
  t.match(troubles.at(-1), { what: 'gave-up', final: true });
});

void t.test('a driver that never plays a case is given up after three starts', async (t) => {
  const { troubles, records } = await playScript(names, { hello: [{ do: 'exit', code: 1 }] });
  t.same(records, []);
  t.match(troubles.at(-1), { what: 'gave-up', final: true });
});

void t.test('another protocol version is refused', async (t) => {
  const hello = [{ do: 'lines', lines: ['{"n":0,"hello":{"abide":2}}\n'] }] as const;
  const { troubles } = await playScript(names, { start: hello });
  t.match(troubles, [{ what: 'protocol', why: /speaks protocol 2/u, final: true }]);
});
