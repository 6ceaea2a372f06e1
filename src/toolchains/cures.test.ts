import t from 'tap';
import { cures } from './cures.ts';

const RUBY = {
  for: 'ruby-fiddle',
  packages: { apt: ['ruby'], brew: ['ruby'], winget: ['RubyInstallerTeam.Ruby'] },
};
const PYTHON = { for: 'python-ctypes', packages: { apt: ['python3', 'ruby'] } };

t.test('one command a system covers everything wanted, each package once', (t) => {
  t.same(cures([RUBY, PYTHON], ['debian']), [
    { system: 'Debian, Ubuntu', command: 'sudo apt-get install --no-install-recommends ruby python3' },
    { system: 'macOS', command: 'brew install ruby' },
    { system: 'Windows', command: 'winget install --exact RubyInstallerTeam.Ruby' },
  ]);
  t.end();
});

t.test('this machine’s own system comes first', (t) => {
  t.match(cures([RUBY], ['win32'])[0], { system: 'Windows' });
  t.match(cures([RUBY], ['darwin'])[0], { system: 'macOS' });
  t.match(cures([RUBY], ['linuxmint', 'ubuntu', 'debian'])[0], { system: 'Debian, Ubuntu' });
  t.end();
});

t.test('what no system has makes no command', (t) => {
  t.same(cures([{ for: 'x', packages: {} }]), []);
  t.end();
});
