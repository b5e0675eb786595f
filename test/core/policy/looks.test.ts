import {expect, test} from 'vitest';
import {shellSyntax} from '../../../src/adapters/shell-syntax/shell-syntax.ts';
import {looksAt} from '../../../src/core/policy/looks.ts';

const syntax = shellSyntax();
const at = {root: '/repo', cwd: ''};

test.each([
  ['a.txt', ['a.txt'], true],
  ['a.txt', ['b.txt'], false],
  ['a.txt', [''], true],
  ['src/a.txt', ['src'], true],
  ['src/a.txt', ['sr'], false],
  ['src', ['src/a.txt'], false],
  ['.', ['a.txt'], false],
  ['.', [''], true],
  ['/granted/x', [''], false],
  ['/granted/x', ['/granted'], true],
] as const)('what became of %s is shown by a tool that looks at %j: %s', (subject, paths, expected) => {
  expect(looksAt({...at, paths}, subject)).toBe(expected);
});

test('the session’s own folder is enough for the whole worktree', () => {
  expect(looksAt({...at, cwd: 'packages/one', paths: ['packages/one']}, '.')).toBe(true);
  expect(looksAt({...at, cwd: 'packages/one', paths: ['packages']}, '.')).toBe(true);
  expect(looksAt({...at, cwd: 'packages/one', paths: ['packages/one/src']}, '.')).toBe(false);
});

test.each([
  ['.', 'git status', true],
  ['.', 'git log -3', false],
  ['.', 'cat /etc/hosts', false],
  ['.', 'git diff', true],
  ['.', 'ls -la .', true],
  ['.', 'find . -newer a.txt', true],
  ['.', 'ls src', false],
  ['.', 'ls', true],
  ['.', 'echo hello', false],
  ['.', 'pwd; date; sleep 1', false],
  ['.', 'echo; cat a.txt', false],
  ['src/a.txt', 'git diff --stat', true],
  ['src/a.txt', 'git status --short', true],
  ['src/a.txt', 'git diff -- other.txt', false],
  ['src/a.txt', 'git diff other', false],
  ['src/a.txt', 'git log -1', false],
  ['src/a.txt', 'cat src/a.txt', true],
  ['src/a.txt', 'cat ./src/../src/a.txt', true],
  ['src/a.txt', 'cat /repo/src/a.txt', true],
  ['src/a.txt', 'cd src && cat a.txt', true],
  ['src/a.txt', 'wc -l < src/a.txt', true],
  ['src/a.txt', 'grep -rn x .', true],
  ['src/a.txt', 'cat b.txt', false],
  ['src/a.txt', 'echo src/a.txt', false],
  ['src/a.txt', 'ls -a', false],
] as const)('what became of %s is shown by `%s`: %s', async (subject, command, expected) => {
  expect(looksAt({...at, parsed: await syntax.parse(command)}, subject)).toBe(expected);
});
