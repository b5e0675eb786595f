import type {Pending, Turn} from '../../../core/turn/turn.ts';
import type {CallId} from '../../../core/vocabulary/ids.ts';
import type {Rule} from '../../../core/vocabulary/verdict.ts';

/** A call that waits for the user's answer. */
export type Asked = Extract<Pending, {at: 'asking'}>;

export function askedCall(turn: Turn, id: CallId): Asked | null {
  const pending = turn.calls.get(id);
  return pending?.at === 'asking' ? pending : null;
}

/** The narrowest rule to remember for this call; null where it should be asked about every time. */
export const grantFor = ({verdict}: Asked): Rule | null => verdict.grant ?? null;
