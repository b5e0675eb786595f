import type {SessionEvent} from '../vocabulary/event.ts';

/** What a person reads of a gate that closes or opens. */
export function gateNote(event: Extract<SessionEvent, {type: 'gate.closed' | 'gate.opened'}>): string {
  const subject = event.subject === '.' ? 'the worktree' : event.subject;
  if (event.type === 'gate.closed')
    return `What call ${event.call} did to ${subject} is not known. Nothing with side effects runs until the model has looked, or you allow it.`;
  const by = event.by === 'user' ? 'You allowed it' : `Call ${event.by} looked at ${subject}`;
  return `${by}: side effects may run again.`;
}
