import {charter, systemText} from '../../core/context/charter.ts';
import type {Plan} from '../../core/context/plan.ts';
import {messagesOf, shownIn} from '../../core/context/render.ts';
import {tokensOf} from '../../core/truncation/estimate.ts';
import {policyNamed} from '../../core/truncation/policies.ts';
import {view} from '../../core/truncation/view.ts';
import type {Environment} from '../../core/vocabulary/environment.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import type {Scene} from '../scene.ts';
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
      const shown = new Map(shownIn(plan, trace).map(one => [one.excerpt.view, one]));
      for (const ref of texts.keys()) if (!shown.has(ref)) texts.delete(ref);
      for (const [ref, one] of shown) if (!texts.has(ref)) texts.set(ref, await viewText(one, ports.blobs));
      return {step, system: await systemOnce(), tools, messages: messagesOf(plan, trace, ref => texts.get(ref) ?? ''), max_output};
    },
  };
}

/** The text that was shown. A view was not synced by itself: where a power cut took it, it is cut again from the original, under its policy. */
async function viewText({excerpt, label}: {excerpt: Excerpt; label: string}, blobs: Blobs): Promise<string> {
  try {
    return new TextDecoder().decode(await blobs.get(excerpt.view));
  } catch (error) {
    const policy = policyNamed(excerpt.policy);
    if (!(error instanceof BlobDamaged) || policy === null || excerpt.view === excerpt.blob) throw error;
    const {text} = view(await blobs.get(excerpt.blob), policy, label);
    if ((await blobs.put(text)) !== excerpt.view) throw error;
    return new TextDecoder().decode(text);
  }
}
