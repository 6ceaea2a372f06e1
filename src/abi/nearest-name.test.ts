import t from 'tap';
import { nearestName } from './nearest-name.ts';

t.test('a slip of the finger is understood', (t) => {
  const names = ['returns', 'params', 'release', 'symbol'];
  for (const [slip, meant] of [
    ['retruns', 'returns'],
    ['return', 'returns'],
    ['PARAMS', 'params'],
    ['relaese', 'release'],
    ['symbl', 'symbol'],
  ] as const) {
    t.equal(nearestName(slip, names), meant, slip);
  }
  t.end();
});

t.test('nothing is suggested when nothing is near', (t) => {
  t.equal(nearestName('banana', ['returns', 'params']), null);
  t.equal(nearestName('x', []), null);
  t.equal(nearestName('', ['returns']), null);
  t.end();
});
