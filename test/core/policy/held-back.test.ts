import {expect, test} from 'vitest';
import {heldBack} from '../../../src/core/policy/held-back.ts';
import type {CallId} from '../../../src/core/vocabulary/ids.ts';

const closed = (...entries: [string, string][]) => new Map(entries.map(([subject, call]) => [subject, {call: call as CallId}]));
const allow = {verdict: {kind: 'allow', rule: 'mode full'}, read_only: false} as const;

test('with no gate closed, and for what only reads, a verdict stays', () => {
  expect(heldBack(allow, closed())).toBe(allow);
  const reads = {...allow, read_only: true};
  expect(heldBack(reads, closed(['a.txt', '1.1']))).toBe(reads);
});

test('what rules would allow is refused, and the model is told what is uncertain, why, and what to look at', () => {
  const reason = (...entries: [string, string][]) => {
    const {verdict} = heldBack(allow, closed(...entries));
    if (verdict.kind !== 'deny') throw new Error(verdict.kind);
    expect(verdict.needs_approval).toBe(false);
    return verdict.reason;
  };
  expect(reason(['a.txt', '1.1'])).toBe(
    'the outcome of call 1.1 is unknown: the program was stopped while it ran, and it may or may not have changed a.txt. Nothing with side effects runs before that was looked at. Look first: read a.txt. Then make this call again if it is still needed.',
  );
  expect(reason(['.', '1.1'])).toContain('changed anything in the worktree. ');
  expect(reason(['.', '1.1'])).toContain('Look first: run a command that only reads: git status, git diff or ls.');
  expect(reason(['.', '1.1'], ['a', '1.2'])).toContain('calls 1.1 and 1.2 are unknown');
  expect(reason(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path): [string, string] => [path, '1.1']))).toContain(
    'a, b, c, d, e and 2 more',
  );
});

test('what is asked is still asked, and says so; what is denied stays denied', () => {
  const ask = {verdict: {kind: 'ask', rule: 'mode ask', risk: 'runs-command'}, read_only: false} as const;
  expect(heldBack(ask, closed(['.', '2.1'])).verdict).toEqual({
    ...ask.verdict,
    rule: 'mode ask; what call 2.1 did to anything in the worktree is not known',
  });
  const deny = {verdict: {kind: 'deny', reason: 'no', needs_approval: true}, read_only: false} as const;
  expect(heldBack(deny, closed(['.', '2.1']))).toBe(deny);
});
