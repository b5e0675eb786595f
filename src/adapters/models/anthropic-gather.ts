import type {Stop, Usage} from '../../core/vocabulary/block.ts';
import type {ModelProgress} from '../../ports/model.ts';
import type {Piece} from './replied.ts';
import {NO_USAGE, replied} from './replied.ts';
import {ServerSaid} from './server-said.ts';
import {isObject} from './wire-call.ts';
import type {Gather} from './wire-model.ts';

type Event = {
  type?: string;
  index?: number;
  message?: {id?: string; model?: string; usage?: WireUsage};
  content_block?: WireBlock;
  delta?: {type?: string; text?: string; thinking?: string; signature?: string; partial_json?: string; stop_reason?: string | null};
  usage?: WireUsage;
  error?: unknown;
};
type WireBlock = {
  type?: string;
  text?: string;
  thinking?: string;
  signature?: string;
  data?: string;
  id?: string;
  name?: string;
  input?: unknown;
};
type WireUsage = {
  input_tokens?: number | null;
  output_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
};
/** `raw`: the arguments of a call, text until the block ends. */
type Growing = WireBlock & {raw: string};

export function gatherAnthropic(context: {step: number; model: string; provider: string; show: (progress: ModelProgress) => void}): Gather {
  const {step, show, provider} = context;
  const blocks = new Map<number, Growing>();
  const so_far = {id: '', model: context.model, stop: null as string | null, usage: {} as WireUsage, ended: false};
  return {
    take: given => {
      const event = given as Event;
      if (event.type === 'error') throw new ServerSaid(event.error);
      so_far.id = event.message?.id || so_far.id;
      so_far.model = event.message?.model || so_far.model;
      so_far.stop = event.delta?.stop_reason || so_far.stop;
      so_far.usage = later(so_far.usage, event.message?.usage ?? event.usage ?? {});
      so_far.ended ||= event.type === 'message_stop';
      if (event.type === 'content_block_start') blocks.set(event.index ?? blocks.size, begun(event.content_block ?? {}, show));
      if (event.type === 'content_block_delta') grow(blocks.get(event.index ?? blocks.size - 1), event.delta ?? {}, show);
    },
    ended: () => so_far.ended,
    reply: () => {
      const {id, model, stop} = so_far;
      const content = [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block);
      const usage = usageOf(so_far.usage);
      const raw = {id, model, stop_reason: stop, content, usage: so_far.usage};
      return replied({step, pieces: content.flatMap(block => piece(block, provider)), stop: stopOf(stop), model, usage, raw});
    },
  };
}

function begun(block: WireBlock, show: (progress: ModelProgress) => void): Growing {
  if (block.type === 'tool_use') show({type: 'calling', tool: block.name ?? ''});
  if (block.type === 'text' && block.text) show({type: 'text', delta: block.text});
  return {...block, raw: ''};
}

function grow(block: Growing | undefined, delta: NonNullable<Event['delta']>, show: (progress: ModelProgress) => void): void {
  if (block === undefined) return;
  if (delta.text !== undefined) block.text = (block.text ?? '') + delta.text;
  if (delta.thinking !== undefined) block.thinking = (block.thinking ?? '') + delta.thinking;
  if (delta.signature !== undefined) block.signature = (block.signature ?? '') + delta.signature;
  if (delta.partial_json !== undefined) block.raw += delta.partial_json;
  if (delta.text) show({type: 'text', delta: delta.text});
  if (delta.thinking) show({type: 'thinking', delta: delta.thinking});
}

function piece(block: Growing, provider: string): Piece[] {
  if (block.type === 'text') return [{type: 'text', text: block.text ?? ''}];
  if (block.type === 'tool_use') return [{type: 'call', provider_id: block.id || null, tool: block.name ?? '', raw: rawInput(block)}];
  const {thinking = '', signature, data} = block;
  if (block.type === 'thinking') return [{type: 'thinking', text: thinking, provider, opaque: {type: 'thinking', thinking, signature}}];
  return block.type === 'redacted_thinking' ? [{type: 'thinking', text: '', provider, opaque: {type: 'redacted_thinking', data}}] : [];
}

/** Some gateways send a call's whole input in its first event and no fragments. */
function rawInput({raw, input}: Growing): string {
  return raw === '' && isObject(input) ? JSON.stringify(input) : raw;
}

/** Later figures replace earlier ones: they are totals, and the last event may carry only some. */
function later(before: WireUsage, now: WireUsage): WireUsage {
  return {...before, ...Object.fromEntries(Object.entries(now).filter(([, value]) => typeof value === 'number'))};
}

function usageOf(usage: WireUsage): Usage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const cache_written = usage.cache_creation_input_tokens ?? 0;
  return {...NO_USAGE, input: (usage.input_tokens ?? 0) + cached + cache_written, output: usage.output_tokens ?? 0, cached, cache_written};
}

function stopOf(reason: string | null): Stop {
  if (reason === 'end_turn' || reason === 'stop_sequence') return 'end';
  if (reason === 'tool_use') return 'calls';
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return reason === 'refusal' ? 'refusal' : 'other';
}
