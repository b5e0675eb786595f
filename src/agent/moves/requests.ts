import {charter, systemText} from '../../core/context/charter.ts';
import type {Plan} from '../../core/context/plan.ts';
import {messagesOf, viewsOf} from '../../core/context/render.ts';
import {tokensOf} from '../../core/truncation/estimate.ts';
import type {Environment} from '../../core/vocabulary/environment.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import type {Scene} from '../perform.ts';
import {toolCards} from '../tool-cards.ts';

/** Builds the requests of a session out of its log and blobs, and keeps what stays the same between them. */
export type Requests = {
  /** Estimated tokens of what stands in every request: system text and tool cards. */
  fixed: () => Promise<number>;
  /** Resolves when no request is on its way to the wire: what takes the processor for itself waits for it. */
  sent: () => Promise<void>;
  /** Begins a wait of `sent`, which the answer ends. */
  departing: () => () => void;
  build: (step: number, plan: Plan, max_output: number) => Promise<Prompt>;
};

export function requests({ports, state}: Scene): Requests {
  const tools = toolCards(ports.tools);
  const texts = new Map<BlobRef, string>();
  let system: Promise<string> | null = null;

  const load = async (ref: BlobRef): Promise<string> => new TextDecoder().decode(await ports.blobs.get(ref));

  const readSystem = async (): Promise<string> => {
    const {opened} = state();
    if (opened === null) throw new Error('The session has not been opened.');
    const environment = JSON.parse(await load(opened.environment)) as Environment;
    const instructions = await Promise.all(opened.instructions.map(async ({file, blob}) => ({file, text: await load(blob)})));
    return systemText(charter, environment, instructions);
  };

  const systemOnce = () => (system ??= readSystem());

  let sent = Promise.resolve();

  return {
    sent: () => sent,
    departing: () => {
      const {promise, resolve} = Promise.withResolvers<void>();
      sent = promise;
      return resolve;
    },
    fixed: async () => tokensOf(Buffer.byteLength(await systemOnce()) + Buffer.byteLength(JSON.stringify(tools))),
    build: async (step, plan, max_output) => {
      const {trace} = state();
      const views = new Set(viewsOf(plan, trace));
      for (const ref of texts.keys()) if (!views.has(ref)) texts.delete(ref);
      for (const ref of views) if (!texts.has(ref)) texts.set(ref, await load(ref));
      return {step, system: await systemOnce(), tools, messages: messagesOf(plan, trace, ref => texts.get(ref) ?? ''), max_output};
    },
  };
}
