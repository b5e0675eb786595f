import {viewText} from '../../src/agent/view-text.ts';
import {messagesOf, promptHash, shownIn} from '../../src/core/context/render.ts';
import {systemText} from '../../src/core/context/charter.ts';
import {sessionState} from '../../src/core/projections/session-state.ts';
import type {Environment} from '../../src/core/vocabulary/environment.ts';
import type {Recorded} from '../../src/core/vocabulary/event.ts';
import type {BlobRef} from '../../src/core/vocabulary/ids.ts';
import type {Prompt, ToolCard} from '../../src/core/vocabulary/prompt.ts';
import type {Blobs} from '../../src/ports/blobs.ts';

/** Every request of a session, made again from nothing but its log and blobs, beside the hash that was recorded when it was sent. */
export async function rebuildRequests(
  records: readonly Recorded[],
  blobs: Blobs,
): Promise<readonly {prompt: Prompt; rebuilt: string; recorded: string}[]> {
  const text = async (ref: BlobRef) => new TextDecoder().decode(await blobs.get(ref));
  const requests: {prompt: Prompt; rebuilt: string; recorded: string}[] = [];
  let state = sessionState.initial;
  for (const record of records) {
    state = sessionState.apply(state, record);
    const {event} = record;
    if (event.type !== 'context.assembled' || state.opened === null || state.settings === null) continue;
    const {charter, tools} = state.opened.versions;
    const environment = JSON.parse(await text(state.opened.environment)) as Environment;
    const instructions = await Promise.all(state.opened.instructions.map(async ({file, blob}) => ({file, text: await text(blob)})));
    const views = new Map<BlobRef, string>();
    for (const shown of shownIn(state.plan, state.trace)) views.set(shown.excerpt.view, await viewText(shown, blobs));
    const prompt: Prompt = {
      step: event.step,
      system: systemText(await text(charter), environment, instructions),
      tools: JSON.parse(await text(tools)) as ToolCard[],
      messages: messagesOf(state.plan, state.trace, ref => views.get(ref) ?? ''),
      max_output: event.max_output,
    };
    requests.push({prompt, rebuilt: promptHash(prompt), recorded: event.sha256});
  }
  return requests;
}
