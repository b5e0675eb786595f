import {suggestGrant} from '../../../core/policy/grant.ts';
import {literally} from '../../../core/policy/pattern.ts';
import type {Pending, Turn} from '../../../core/turn/turn.ts';
import type {CallId} from '../../../core/vocabulary/ids.ts';
import type {Risk, Rule} from '../../../core/vocabulary/verdict.ts';

/** A call that waits for the user's answer. */
export type Asked = Extract<Pending, {at: 'asking'}>;

export function askedCall(turn: Turn, id: CallId): Asked | null {
  const pending = turn.calls.get(id);
  return pending?.at === 'asking' ? pending : null;
}

/** The narrowest rule to remember for this call; null where it should be asked about every time. */
export function grantFor({call, verdict}: Asked): Rule | null {
  if (verdict.grant !== undefined) return verdict.grant;
  if (verdict.risk === 'destroys' || verdict.risk === 'writes-shared-git') return null;
  const subject = subjectOf(call.input);
  if (call.tool === 'shell') return subject === '' ? null : {effect: 'allow', tool: call.tool, pattern: literally(subject)};
  return suggestGrant({
    tool: call.tool,
    known: true,
    traits: {readOnly: false, destructive: false},
    risk: verdict.risk,
    subject,
    parsed: null,
    mode: 'ask',
    rules: [],
    grants: [],
    headless: false,
  });
}

function subjectOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const fields = input as Record<string, unknown>;
  const subject = fields['command'] ?? fields['path'];
  return typeof subject === 'string' ? subject.trim() : '';
}

/** What the call may do, in words. */
export const riskWords: Readonly<Record<Risk, string>> = {
  reads: 'only reads',
  'writes-worktree': 'changes files in the worktree',
  'runs-command': 'runs a command',
  'writes-outside': 'writes outside the worktree',
  'writes-shared-git': 'may change what your checkout shares (branches, tags, configuration)',
  network: 'uses the network',
  destroys: 'may destroy data',
};
