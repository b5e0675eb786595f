import type {Stop, Usage} from '../../core/vocabulary/block.ts';
import type {ModelProgress} from '../../ports/model.ts';
import {chatCalls} from './chat-calls.ts';
import type {ChatChunk, ChatUsage} from './chat-chunk.ts';
import type {Piece} from './replied.ts';
import {NO_USAGE, replied} from './replied.ts';
import type {Gather} from './wire-model.ts';

export function gatherChat(context: {step: number; model: string; provider: string; show: (progress: ModelProgress) => void}): Gather {
  const {step, provider, show} = context;
  const calls = chatCalls(tool => show({type: 'calling', tool}));
  const so_far = {text: '', thinking: '', refused: false, finish: null as string | null, model: context.model, id: '', usage: NO_USAGE};
  const grow = (type: 'text' | 'thinking', delta: string | null | undefined) => {
    if (typeof delta !== 'string' || delta === '') return;
    so_far[type] += delta;
    show({type, delta});
  };
  return {
    take: event => {
      const chunk = event as ChatChunk;
      so_far.model = chunk.model || so_far.model;
      so_far.id = chunk.id || so_far.id;
      if (chunk.usage) so_far.usage = usageOf(chunk.usage);
      const choice = chunk.choices?.[0];
      const delta = choice?.delta ?? choice?.message;
      grow('thinking', delta?.reasoning_content ?? delta?.reasoning);
      grow('text', delta?.content);
      grow('text', delta?.refusal);
      so_far.refused ||= Boolean(delta?.refusal);
      for (const call of delta?.tool_calls ?? []) calls.take(call);
      so_far.finish = choice?.finish_reason || so_far.finish;
    },
    ended: () => so_far.finish !== null,
    reply: () => {
      const {text, thinking, model, usage, id, finish} = so_far;
      const thoughts: Piece[] = thinking === '' ? [] : [{type: 'thinking', text: thinking, provider, opaque: null}];
      const pieces: Piece[] = [...thoughts, {type: 'text', text}, ...calls.pieces()];
      const raw = {id, model, finish_reason: finish, reasoning: thinking, content: text, tool_calls: calls.pieces(), usage};
      return replied({step, pieces, stop: so_far.refused ? 'refusal' : stopOf(finish), model, usage, raw});
    },
  };
}

function stopOf(finish: string | null): Stop {
  if (finish === 'stop' || finish === 'eos') return 'end';
  if (finish === 'tool_calls' || finish === 'function_call') return 'calls';
  if (finish === 'length') return 'length';
  return finish === 'content_filter' ? 'refusal' : 'other';
}

function usageOf(usage: ChatUsage): Usage {
  const details = usage.prompt_tokens_details;
  return {
    input: usage.prompt_tokens ?? 0,
    output: usage.completion_tokens ?? 0,
    cached: details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0,
    cache_written: details?.cache_write_tokens ?? 0,
  };
}
