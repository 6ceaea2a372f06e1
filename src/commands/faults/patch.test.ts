import t, { type Test } from 'tap';
import { DiagnosticError } from '../../diagnostic.ts';
import { applyPatch, parsePatch, type FilePatch } from './patch.ts';

const PATCH = `--- a/src/lib.rs
+++ b/src/lib.rs
@@ -2,3 +2,3 @@
 two
-three
+drei
 four
`;

function only(text: string): FilePatch {
  const [patch, ...rest] = parsePatch(text, 'x.patch');
  if (patch === undefined || rest.length > 0) throw new Error('expected one file');
  return patch;
}

function refuses(t: Test, work: () => unknown, code: string, line: number, message: RegExp): void {
  try {
    work();
    t.fail('expected a refusal');
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [first] = error.diagnostics;
    t.match(first, { code, location: { file: 'x.patch', line }, message });
  }
}

void t.test('a patch replaces the lines that it names', (t) => {
  t.equal(applyPatch('one\ntwo\nthree\nfour\nfive\n', only(PATCH)), 'one\ntwo\ndrei\nfour\nfive\n');
  t.end();
});

void t.test('a patch follows lines that have moved, and takes CRLF for LF', (t) => {
  t.equal(applyPatch('zero\r\none\r\ntwo\r\nthree\r\nfour\r\n', only(PATCH)), 'zero\none\ntwo\ndrei\nfour\n');
  t.equal(applyPatch('two\nthree\nfour', only(PATCH.replaceAll('\n', '\r\n'))), 'two\ndrei\nfour');
  t.end();
});

void t.test('several hunks are applied in order', (t) => {
  const patch = only(`${PATCH}@@ -6,2 +6,3 @@
 six
+and a half
 seven
`);
  t.equal(
    applyPatch('one\ntwo\nthree\nfour\nfive\nsix\nseven\n', patch),
    'one\ntwo\ndrei\nfour\nfive\nsix\nand a half\nseven\n',
  );
  t.end();
});

void t.test('a patch that does not fit is refused at the line that differs', (t) => {
  const apply = (): string => applyPatch('one\ntwo\nTHREE\nfour\n', only(PATCH));
  refuses(
    t,
    apply,
    'patch-refused',
    5,
    /fits src\/lib\.rs nowhere: expected "three" in line 3, found "THREE"/u,
  );
  t.end();
});

void t.test('a patch behind the end of the file is refused', (t) => {
  const apply = (): string => applyPatch('one', only(PATCH));
  refuses(t, apply, 'patch-refused', 4, /expected "two" in line 2, found "the end of the file"/u);
  t.end();
});

void t.test('a patch that fits in two places, neither of them its own, is refused', (t) => {
  const apply = (): string => applyPatch('two\nthree\nfour\ntwo\nthree\nfour\n', only(PATCH));
  refuses(t, apply, 'patch-refused', 3, /in several places \(lines 1, 4\)/u);
  t.end();
});

void t.test('what is no patch of a file in the crate is refused where it begins to be none', (t) => {
  const broken: [string, number, RegExp][] = [
    ['', 1, /is empty/u],
    ['hello\n', 1, /expected "--- a\/FILE"/u],
    [PATCH.replaceAll('src/lib.rs', '../lib.rs'), 1, /of a file in the crate/u],
    [PATCH.replaceAll('src/lib.rs', '/lib.rs'), 1, /of a file in the crate/u],
    ['--- a/x\n+++ b/x\n', 1, /expected a hunk/u],
    [PATCH.replace('@@ -2,3', '@@ 2,3'), 3, /expected a hunk header/u],
    [PATCH.replace(' four\n', ''), 3, /the hunk ends before/u],
    [`${PATCH}rest\n`, 8, /expected "--- a\/FILE"/u],
  ];
  for (const [text, line, message] of broken)
    refuses(t, () => parsePatch(text, 'x.patch'), 'patch-syntax', line, message);
  t.end();
});
