import {charter} from '../../core/context/charter.ts';
import type {Plan} from '../../core/context/plan.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import {fixedTokens, promptBuilder, systemOf} from '../prompt-builder.ts';
import type {Scene} from '../scene.ts';
import {toolCards} from '../tool-cards.ts';
import {viewText} from '../view-text.ts';

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
  const build = promptBuilder(one => viewText(one, ports.blobs, ports.blobs.put));
  let system: Promise<string> | null = null;

  const load = async (ref: BlobRef): Promise<string> => new TextDecoder().decode(await ports.blobs.get(ref));

  const readSystem = async (): Promise<string> => {
    const {opened} = state();
    if (opened === null) throw new Error('The session has not been opened.');
    return systemOf(charter, opened, load);
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
    fixed: async () => fixedTokens({system: await systemOnce(), tools}),
    build: async (step, plan, max_output) => build({step, plan, trace: state().trace, max_output, system: await systemOnce(), tools}),
  };
}
