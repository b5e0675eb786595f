import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import {firstDifferent, promptLines, promptParts} from './prompt-parts.ts';
import type {RequestReplay} from './replay-records.ts';
import type {Remaker} from './remake-request.ts';

/**
 * Two prompts as text, and the part in which they first differ. `recorded` is the prompt that was sent: that of the recorded plan, with the recorded hash. Where this build does not
 * come to that hash, what was sent cannot be shown, and `earlier` is the newest request that came out the same: what is new since then holds the difference.
 */
export type Apart = {
  against: 'recorded' | 'earlier';
  part: string;
  message: number | null;
  before: readonly string[];
  after: readonly string[];
};

type Different = Extract<RequestReplay, {kind: 'different'}>;
type Assembled = Extract<SessionEvent, {type: 'context.assembled'}>;

export async function promptsApart(
  {made, from}: Different,
  {event, earlier, remaker}: {event: Assembled; earlier: Prompt | null; remaker: Remaker},
): Promise<Apart | null> {
  if (made === null) return null;
  const recorded = await remaker.rebuild(event, from);
  if ('prompt' in recorded && recorded.sha256 === event.sha256) return apart('recorded', recorded.prompt, made.prompt);
  return earlier === null ? null : apart('earlier', {...earlier, step: made.prompt.step}, made.prompt);
}

function apart(against: Apart['against'], was: Prompt, is: Prompt): Apart | null {
  const [before, after] = [promptParts(was), promptParts(is)];
  const part = firstDifferent(before, after);
  return part === null ? null : {against, part: part.name, message: part.message, before: promptLines(before), after: promptLines(after)};
}
