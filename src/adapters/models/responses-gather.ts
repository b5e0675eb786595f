import type {Stop, Usage} from '../../core/vocabulary/block.ts';
import type {ModelProgress} from '../../ports/model.ts';
import type {Piece} from './replied.ts';
import {NO_USAGE, replied} from './replied.ts';
import type {ResponsesEvent, ResponsesItem, ResponsesResponse} from './responses-event.ts';
import {ServerSaid} from './server-said.ts';
import type {Gather} from './wire-model.ts';

export function gatherResponses(context: {step: number; model: string; provider: string; show: (progress: ModelProgress) => void}): Gather {
  const {step, show, provider} = context;
  const items = new Map<number, ResponsesItem>();
  let last: ResponsesResponse | null = null;
  return {
    take: given => {
      const event = given as ResponsesEvent;
      announce(event, show);
      if (event.type === 'response.output_item.done' && event.item) items.set(event.output_index ?? items.size, event.item);
      if (event.type === 'error') throw new ServerSaid(event.error ?? event);
      if (event.type === 'response.failed') throw new ServerSaid(event.response?.error ?? {message: 'the response failed'});
      if (event.type === 'response.completed' || event.type === 'response.incomplete') last = event.response ?? {};
    },
    ended: () => last !== null,
    reply: () => {
      const response = last ?? {};
      const done = [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item);
      const output = done.length > 0 ? done : (response.output ?? []);
      const model = response.model || context.model;
      const raw = {id: response.id, model, status: response.status, output, usage: response.usage};
      return replied({
        step,
        pieces: output.flatMap(item => pieces(item, provider)),
        stop: stopOf(response, output),
        model,
        usage: usageOf(response),
        raw,
      });
    },
  };
}

function announce(event: ResponsesEvent, show: (progress: ModelProgress) => void): void {
  const delta = typeof event.delta === 'string' ? event.delta : '';
  if (event.type === 'response.output_item.added' && event.item?.type === 'function_call')
    show({type: 'calling', tool: event.item.name ?? ''});
  if (delta === '') return;
  if (event.type === 'response.output_text.delta' || event.type === 'response.refusal.delta') show({type: 'text', delta});
  if (event.type === 'response.reasoning_summary_text.delta' || event.type === 'response.reasoning_text.delta')
    show({type: 'thinking', delta});
}

function pieces(item: ResponsesItem, provider: string): Piece[] {
  if (item.type === 'message') return [{type: 'text', text: (item.content ?? []).map(part => part.text ?? part.refusal ?? '').join('')}];
  if (item.type === 'function_call')
    return [{type: 'call', provider_id: item.call_id ?? null, tool: item.name ?? '', raw: item.arguments ?? ''}];
  if (item.type !== 'reasoning') return [];
  const text = [...(item.summary ?? []), ...(item.content ?? [])].map(part => part.text ?? '').join('\n\n');
  return [{type: 'thinking', text, provider, opaque: reasoning(item)}];
}

/** Only the fields that the next request may carry: a `status` of the output is refused in the input by some gateways. */
function reasoning({id, summary, content, encrypted_content}: ResponsesItem): object {
  return {
    type: 'reasoning',
    ...(id === undefined ? {} : {id}),
    summary: summary ?? [],
    ...(content === undefined || content === null || content.length === 0 ? {} : {content}),
    ...(typeof encrypted_content === 'string' ? {encrypted_content} : {}),
  };
}

function stopOf(response: ResponsesResponse, output: readonly ResponsesItem[]): Stop {
  const why = response.incomplete_details?.reason;
  if (why === 'max_output_tokens') return 'length';
  if (why === 'content_filter') return 'refusal';
  if (output.some(item => item.content?.some(part => part.type === 'refusal'))) return 'refusal';
  return response.status === 'incomplete' ? 'other' : 'end';
}

function usageOf({usage}: ResponsesResponse): Usage {
  if (!usage) return NO_USAGE;
  const details = usage.input_tokens_details;
  return {
    input: usage.input_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    cached: details?.cached_tokens ?? 0,
    cache_written: details?.cache_write_tokens ?? 0,
  };
}
