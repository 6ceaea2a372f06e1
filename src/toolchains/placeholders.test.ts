import t from 'tap';
import { placeholdersIn, substitute } from './placeholders.ts';

const NAMES = new Map<string, string | readonly string[]>([
  ['cc', '/usr/bin/my cc'],
  ['objects', ['a.o', 'b c.o']],
  ['none', []],
  ['tricky', '${cc} $(reboot)'],
]);

t.test('a placeholder alone is one argument, or as many as it stands for', (t) => {
  t.same(substitute(['${cc}', '${objects}', '${none}', '-o'], NAMES), [
    '/usr/bin/my cc',
    'a.o',
    'b c.o',
    '-o',
  ]);
  t.end();
});

t.test('inside an argument it stays one argument', (t) => {
  t.same(substitute(['-I${cc}/x', '--all=${objects}'], NAMES), ['-I/usr/bin/my cc/x', '--all=a.o b c.o']);
  t.end();
});

t.test('what was put in is not looked at again, and `$` in it means nothing', (t) => {
  t.same(substitute(['${tricky}', 'x${tricky}'], NAMES), ['${cc} $(reboot)', 'x${cc} $(reboot)']);
  t.end();
});

t.test('unknown placeholders stay as they are and can be listed', (t) => {
  t.same(substitute(['${who}', '$cc', '${}'], NAMES), ['${who}', '$cc', '${}']);
  t.same(placeholdersIn(['${who}-${cc}', '$cc']), ['who', 'cc']);
  t.end();
});
