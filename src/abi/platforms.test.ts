import t from 'tap';
import { DiagnosticError } from '../diagnostic.ts';
import { PLATFORMS, REFERENCE_PLATFORM, hostPlatform, platformNamed } from './platforms.ts';

t.test('the platform of this process is known', (t) => {
  t.ok(PLATFORMS.includes(hostPlatform()));
  t.end();
});

t.test("Node's names of systems and processors lead to the platform", (t) => {
  t.equal(hostPlatform('darwin', 'arm64').name, 'macos-aarch64');
  t.equal(hostPlatform('win32', 'x64').name, 'windows-x86_64');
  t.equal(hostPlatform('linux', 's390x').endian, 'big');
  t.equal(hostPlatform('linux', 'ia32').align64, 4);
  t.end();
});

t.test('an unknown platform is a diagnostic that names the known ones', (t) => {
  t.throws(() => hostPlatform('plan9', 'vax'), { message: /plan9-vax is not known; known are linux-x86_64/ });
  t.throws(() => hostPlatform('linux', 'mips'), DiagnosticError);
  t.end();
});

t.test('names are unique and say system and processor', (t) => {
  t.equal(new Set(PLATFORMS.map((each) => each.name)).size, PLATFORMS.length);
  for (const each of PLATFORMS) t.equal(each.name, `${each.os}-${each.arch}`);
  t.same(platformNamed('linux-x86_64'), REFERENCE_PLATFORM);
  t.equal(platformNamed('linux-vax'), null);
  t.end();
});

t.test('only Windows has a 32-bit long beside 64-bit pointers', (t) => {
  for (const each of PLATFORMS) {
    const short = each.pointerWidth === 64 && each.longWidth === 32;
    t.equal(short, each.os === 'windows' && each.pointerWidth === 64, each.name);
  }
  t.end();
});
