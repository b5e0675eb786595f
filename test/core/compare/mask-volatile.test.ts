import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {maskVolatile} from '../../../src/core/compare/mask-volatile.ts';

const places = [
  {text: '/home/me/agent/worktrees/shop-1a2b/k3fm2x9qat', as: '<worktree>'},
  {text: 'k3fm2x9qat', as: '<session>'},
];
const check = (line: string, expected: string) => expect(maskVolatile(line, places)).toBe(expected);

describe('masked', () => {
  test.each([
    ['2026-11-20T19:18:42.123Z start', '<time> start'],
    ['2026-11-20 19:18:42,123 INFO up', '<time> INFO up'],
    ['at 2026-11-20 19:18 +0100', 'at <time>'],
    ['built 2026/11/20', 'built <time>'],
    ['Fri Nov 20 19:18:42 UTC 2026', '<time>'],
    ['Fri Nov 20 07:18:42 PM CET 2026', '<time>'],
    ['Fri, 20 Nov 2026 19:18:42 GMT', '<time>'],
    ['-rw-r--r-- 1 me me   12 Nov 20 19:18 a.txt', '-rw-r--r-- 1 me me 12 <time> a.txt'],
    ['[19:18:42] done', '[<time>] done'],
    ['7:18:42 PM - Found 0 errors', '<time> - Found 0 errors'],
    ['1795202322', '<time>'],
    ['1795202322123456789', '<time>'],
    ['real\t0m0.012s', 'real <duration>'],
    ['finished in 1m 23.4s', 'finished in <duration>'],
    ['  ✓ adds (12ms)', ' ✓ adds (<duration>)'],
    ['Duration  3.02 s (transform 20ms)', 'Duration <duration> (transform <duration>)'],
    ['==== 2 passed in 0.03s ====', '==== 2 passed in <duration> ===='],
    ['ok  \texample.org/shop\t0.004s', 'ok example.org/shop <duration>'],
    ['# duration_ms 40.1234', '# duration_ms <duration>'],
    ['<testcase name="a" time="0.003"/>', '<testcase name="a" time="<duration>"/>'],
    ['Time:        1.2 s', 'Time: <duration>'],
    ['object at 0x7f3a2c10', 'object at <address>'],
    ['Worker pid=4242 up', 'Worker pid=<pid> up'],
    ['{"pid":4242}', '{"pid":<pid>}'],
    ['(node:4242) Warning', '(node:<pid>) Warning'],
    ['[1] 4242', '[1] <pid>'],
    ['==4242== HEAP SUMMARY', '==<pid>== HEAP SUMMARY'],
    ['sshd[4242]: closed', 'sshd[<pid>]: closed'],
    ['listening on http://127.0.0.1:40123/x', 'listening on http://127.0.0.1:<port>/x'],
    ['Server on port 40123.', 'Server on port <port>.'],
    ['id 5f0c9a3e-1b2d-4c5e-8f90-0123456789ab', 'id <uuid>'],
    ['/tmp/build-x8Ha1/out/a.o', '<tmp>/out/a.o'],
    ['/private/var/folders/zz/abc123/T/tmp.9x/a', '<tmp>/a'],
    ['[main 1234567] Fix', '[main <hash>] Fix'],
    ['[main (root-commit) 89abcde] Fix', '[main (root-commit) <hash>] Fix'],
    ['commit 0123456789012345678901234567890123456789', 'commit <hash>'],
    ['HEAD is now at 1234567 Fix', 'HEAD is now at <hash> Fix'],
    ['index 1234567..89abcde 100644', 'index <hash>..<hash> 100644'],
    ['a1b2c3d Fix', '<hash> Fix'],
    ['cd /home/me/agent/worktrees/shop-1a2b/k3fm2x9qat/src', 'cd <worktree>/src'],
    ['gitdir: /repo/.git/worktrees/k3fm2x9qat', 'gitdir: /repo/.git/worktrees/<session>'],
  ])('%s', check);
});

describe('left as it is', () => {
  test.each([
    'src/a.ts:12:34 - error TS2339: no such property',
    'src/a.ts:12:34:56',
    '12 passed, 3 failed',
    'Marked 12 files, decided 3',
    'total 1234567 bytes',
    'expected 3 to be 4',
    'version 1.2.3',
    'deadbeef facade',
    '  indented   and   aligned',
    'exit 1',
    'ratio 0.25',
    '/home/me/agent/worktrees/shop-1a2b/k3fm2x9qat2',
    '0xff',
    '',
  ])('%s', line => check(line, line));
});

test('a line and the same line at another time are equal, wherever on it the time stands', () => {
  const time = fc.date({noInvalidDate: true, min: new Date('2001-09-10'), max: new Date('2030-01-01')}).map(date => date.toISOString());
  const words = fc.stringMatching(/^[a-z ]{0,12}$/);
  fc.assert(
    fc.property(words, time, time, words, (before, one, other, after) => {
      expect(maskVolatile(`${before} ${one} ${after}`)).toBe(maskVolatile(`${before} ${other} ${after}`));
    }),
  );
});

test('masking what is masked changes nothing', () => {
  fc.assert(
    fc.property(fc.string({unit: 'grapheme', maxLength: 60}), line => {
      const once = maskVolatile(line);
      expect(maskVolatile(once)).toBe(once);
    }),
  );
});

test('a long line takes no longer than its length', () => {
  for (const line of [
    '0'.repeat(65_536),
    'a1'.repeat(32_768),
    '1m '.repeat(20_000),
    '/tmp/'.repeat(13_000),
    'Nov 20 '.repeat(9_000),
    '['.repeat(65_536),
    'pid '.repeat(16_000),
    ' '.repeat(65_536),
  ])
    maskVolatile(line);
});
