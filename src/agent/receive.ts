import {unseen} from '../core/projections/closed-gates.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import type {Command} from '../core/vocabulary/command.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {Rule} from '../core/vocabulary/verdict.ts';
import {maskedText, maskingTold} from './masking.ts';
import {receivePrompt} from './moves/receive-prompt.ts';
import type {Ports} from './ports.ts';

type Receiving = {ports: Ports; state: () => SessionState};

/** What the user wrote, as it is recorded. A secret that they typed goes no further than here; that is told. */
export async function receive(type: 'user.prompted' | 'user.steered', text: string, on: Receiving): Promise<SessionEvent[]> {
  const {settings} = on.state();
  if (settings === null) throw new Error('The session has not been opened.');
  const masked = maskedText(text, on);
  const received = await receivePrompt(masked.text, {ports: on.ports, settings, redactions: masked.count});
  return [{type, ...received}, ...maskingTold(masked.count, 'what you wrote')];
}

export const titled = (title: string, on: Receiving): SessionEvent => ({type: 'session.titled', title: maskedText(title, on).text});

export const answered = ({call, answer, remember, says}: Extract<Command, {type: 'answer'}>, on: Receiving): SessionEvent => ({
  type: 'human.answered',
  call,
  answer,
  ...(remember === undefined ? {} : {grants: remember.rule}),
  ...(says === undefined ? {} : {says: maskedText(says, on).text}),
});

/** Who allows a call with side effects while it is not known what a lost one did takes that upon themselves. */
export function gatesAllowed({call, answer}: Extract<Command, {type: 'answer'}>, {turn, gates}: SessionState): readonly SessionEvent[] {
  const pending = turn.calls.get(call);
  if (answer === 'deny' || pending?.at !== 'asking' || pending.read_only) return [];
  return unseen(gates).map(subject => ({type: 'gate.opened', subject, by: 'user'}));
}

/** Where a grant for always cannot be kept it holds for this session, and that is told. */
export async function keepAlways(rule: Rule, {ports, state}: Receiving): Promise<SessionEvent[]> {
  const {repo} = state().changes;
  if (repo === null) return [];
  try {
    await ports.note({type: 'rule.granted', repo, rule});
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{type: 'degraded', what: 'grant', why: `It counts in this session only: ${why}`}];
  }
}
