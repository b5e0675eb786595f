import {expect, test} from 'vitest';
import {patchAlike} from '../../../src/core/compare/patch-alike.ts';

const check = (patch: readonly string[], expected: Record<string, string>) =>
  expect(Object.fromEntries(patchAlike(patch, {was: [], now: []}))).toEqual(expected);
const head = (path: string) => [`diff --git a/${path} b/${path}`, 'index 1234567..89abcde 100644', `--- a/${path}`, `+++ b/${path}`];

test('lines that differ only in what changes from run to run', () => {
  check([...head('a.txt'), '@@ -1,3 +1,3 @@', ' kept', '-built 2026-11-20', '+built 2026-11-21', ' kept'], {'a.txt': 'volatile'});
});

test('one other line makes the file different', () => {
  const hunks = ['@@ -1 +1 @@', '-took 1.2s', '+took 1.3s', '@@ -9 +9 @@', '-two', '+three'];
  check([...head('a.txt'), ...hunks, ...head('b.txt'), '@@ -1 +1 @@', '-0x7f3a2c10', '+0x7f3a2c20'], {
    'a.txt': 'different',
    'b.txt': 'volatile',
  });
});

test('more lines, a new file, another mode, a binary one', () => {
  check([...head('a.txt'), '@@ -1 +1,2 @@', '-took 1.2s', '+took 1.3s', '+took 1.4s'], {'a.txt': 'different'});
  check(['diff --git a/n b/n', 'new file mode 100644', '--- /dev/null', '+++ b/n', '@@ -0,0 +1 @@', '+x'], {n: 'different'});
  check(
    [
      'diff --git a/m b/m',
      'old mode 100644',
      'new mode 100755',
      'index 1234567..89abcde',
      '--- a/m',
      '+++ b/m',
      '@@ -1 +1 @@',
      '-1.2s',
      '+1.3s',
    ],
    {m: 'different'},
  );
  check(['diff --git a/x b/x', 'Binary files a/x and b/x differ'], {});
});

test('a removed line that looks like a name of a file is a line', () => {
  check([...head('a.sql'), '@@ -1,2 +1,2 @@', '--- a/took 1.2s', '+++ b/took 1.2s', '-+++ b/other', '++++ b/other'], {
    'a.sql': 'different',
  });
});
