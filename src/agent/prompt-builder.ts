import {systemText} from '../core/context/charter.ts';
import type {Plan} from '../core/context/plan.ts';
import {messagesOf, shownIn} from '../core/context/render.ts';
import type {Trace} from '../core/context/trace.ts';
import {tokensOf} from '../core/truncation/estimate.ts';
import type {Opened} from '../core/projections/session-state.ts';
import type {Environment} from '../core/vocabulary/environment.ts';
import type {Excerpt} from '../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../core/vocabulary/ids.ts';
import type {Prompt, ToolCard} from '../core/vocabulary/prompt.ts';

/** What one request is made of: a plan over what was said and done, under what stands in every request. */
export type PromptParts = {step: number; plan: Plan; trace: Trace; max_output: number; system: string; tools: readonly ToolCard[]};

/** Builds one request after another, and keeps the texts that stay the same between them: whoever sends them, and whoever checks them later. */
export function promptBuilder(
  textOf: (shown: {excerpt: Excerpt; label: string}) => Promise<string>,
): (parts: PromptParts) => Promise<Prompt> {
  const texts = new Map<BlobRef, string>();
  return async ({step, plan, trace, max_output, system, tools}) => {
    const shown = new Map(shownIn(plan, trace).map(one => [one.excerpt.view, one]));
    for (const ref of texts.keys()) if (!shown.has(ref)) texts.delete(ref);
    for (const [ref, one] of shown) if (!texts.has(ref)) texts.set(ref, await textOf(one));
    return {step, system, tools, messages: messagesOf(plan, trace, ref => texts.get(ref) ?? ''), max_output};
  };
}

/** Estimated tokens of what stands in every request. */
export const fixedTokens = ({system, tools}: Pick<PromptParts, 'system' | 'tools'>): number =>
  tokensOf(Buffer.byteLength(system) + Buffer.byteLength(JSON.stringify(tools)));

/** The system text of a session: the charter, with what the log names of its environment and instructions. */
export async function systemOf(
  charter: string,
  {environment, instructions}: Pick<Opened, 'environment' | 'instructions'>,
  load: (ref: BlobRef) => Promise<string>,
): Promise<string> {
  const read = JSON.parse(await load(environment)) as Environment;
  return systemText(charter, read, await Promise.all(instructions.map(async ({file, blob}) => ({file, text: await load(blob)}))));
}
