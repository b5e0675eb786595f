import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {CallId} from '../../src/core/vocabulary/ids.ts';

/**
 * What is wrong with the gates of a log, found without their fold: every lost call that is not read-only has closed one, none is opened but by a reading call that ended
 * since or by the user's own allow, and no call with side effects starts while one is closed.
 */
export function unlooked(events: readonly SessionEvent[]): readonly string[] {
  const problems: string[] = [];
  const closed = new Map<string, {call: CallId; at: number}>();
  const readOnly = new Map<CallId, boolean>();
  const ended = new Map<CallId, number>();
  for (const [at, event] of events.entries()) {
    if (event.type === 'tool.judged') readOnly.set(event.call, event.read_only);
    if (event.type === 'tool.finished') ended.set(event.call, at);
    if (event.type === 'gate.closed') closed.set(event.subject, {call: event.call, at});
    if (event.type === 'tool.finished' && event.outcome.kind === 'lost' && readOnly.get(event.call) !== true) {
      if (![...closed.values()].some(({call}) => call === event.call)) problems.push(`lost call ${event.call} closed no gate`);
    }
    if (event.type === 'gate.opened') {
      const gate = closed.get(event.subject);
      if (gate === undefined) problems.push(`a gate was opened that was not closed: ${event.subject}`);
      else if (event.by !== 'user' && !((ended.get(event.by) ?? -1) > gate.at && readOnly.get(event.by) === true))
        problems.push(`call ${event.by} opened ${event.subject} without a look`);
      else if (event.by === 'user' && !events.slice(at).some(later => later.type === 'human.answered' && later.answer === 'allow'))
        problems.push(`${event.subject} was opened in the user's name`);
      closed.delete(event.subject);
    }
    if (event.type === 'tool.started' && readOnly.get(event.call) !== true && closed.size > 0)
      problems.push(`call ${event.call} started while nobody had looked at ${[...closed.keys()].join(', ')}`);
  }
  return problems;
}
