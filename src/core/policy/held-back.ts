import type {CallId} from '../vocabulary/ids.ts';
import type {Judged} from './gate.ts';

/**
 * While what became of a lost call is not known, nothing that has side effects is allowed by rules alone: the model looks first, or the person at the terminal
 * says so. `closed` is what the lost calls may have changed, with the call.
 */
export function heldBack(judged: Judged, closed: ReadonlyMap<string, {call: CallId}>): Judged {
  if (judged.read_only || closed.size === 0) return judged;
  const {verdict} = judged;
  switch (verdict.kind) {
    case 'allow':
      return {...judged, verdict: {kind: 'deny', reason: reasonFor([...closed]), needs_approval: false}};
    case 'ask':
      return {...judged, verdict: {...verdict, rule: `${verdict.rule}; ${briefly([...closed])}`}};
    default:
      return judged;
  }
}

type Closed = readonly [subject: string, gate: {call: CallId}];

function reasonFor(closed: readonly Closed[]): string {
  const calls = [...new Set(closed.map(([, {call}]) => call))];
  const subjects = closed.map(([subject]) => subject);
  const who = calls.length === 1 ? `call ${calls[0]} is` : `calls ${calls.join(' and ')} are`;
  return `the outcome of ${who} unknown: the program was stopped while it ran, and it may or may not have changed ${listed(subjects)}. Nothing with side effects runs before that was looked at. ${wayTo(subjects)} Then make this call again if it is still needed.`;
}

function wayTo(subjects: readonly string[]): string {
  const paths = subjects.filter(subject => subject !== '.');
  const ways = [
    ...(paths.length === 0 ? [] : [`read ${listed(paths)}`]),
    ...(subjects.includes('.') ? ['run a command that only reads: git status, git diff or ls'] : []),
  ];
  return `Look first: ${ways.join(', and ')}.`;
}

const briefly = (closed: readonly Closed[]): string =>
  `what call ${closed[0]?.[1].call ?? ''} did to ${listed(closed.map(([subject]) => subject))} is not known`;

function listed(subjects: readonly string[]): string {
  const named = subjects.map(subject => (subject === '.' ? 'anything in the worktree' : subject));
  return named.length > most ? `${named.slice(0, most).join(', ')} and ${named.length - most} more` : named.join(', ');
}

const most = 5;
