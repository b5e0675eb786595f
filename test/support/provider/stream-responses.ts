import type {Json} from './refusal.ts';
import type {ServerReply} from './reply.ts';
import {argumentText, fragments, totals} from './reply.ts';
import {sealed} from './seal.ts';

export function responsesEvents(reply: ServerReply, body: Json): string[] {
  const items = output(reply);
  const response = {id: 'resp_1', object: 'response', model: reply.model ?? String(body['model']), status: 'in_progress', output: []};
  const cut = reply.stop === 'length';
  const done = {
    ...response,
    status: cut ? 'incomplete' : 'completed',
    ...(cut ? {incomplete_details: {reason: 'max_output_tokens'}} : {}),
    output: items,
    usage: usage(reply),
  };
  const end =
    reply.error_event === undefined
      ? {type: cut ? 'response.incomplete' : 'response.completed', response: done}
      : {
          type: 'response.failed',
          response: {...response, status: 'failed', error: {code: reply.error_event.type, message: reply.error_event.message}},
        };
  const events = [{type: 'response.created', response}, ...items.flatMap(itemEvents), end];
  return events.map((event, k) => `event: ${event.type}\ndata: ${JSON.stringify({...event, sequence_number: k})}\n\n`);
}

function output(reply: ServerReply): Json[] {
  const {thinking, text} = reply;
  const reasoning = {
    id: 'rs_1',
    type: 'reasoning',
    summary: [{type: 'summary_text', text: thinking}],
    encrypted_content: sealed('enc', thinking ?? ''),
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{type: 'output_text', text, annotations: []}],
  };
  const calls = (reply.calls ?? []).map((call, k) => ({
    id: `fc_${k}`,
    type: 'function_call',
    status: 'completed',
    call_id: call.id ?? `call_x${k}`,
    name: call.name,
    arguments: argumentText(call),
  }));
  return [...(thinking === undefined ? [] : [reasoning]), ...(text === undefined ? [] : [message]), ...calls];
}

function itemEvents(item: Json, output_index: number): {type: string; [key: string]: unknown}[] {
  const at = {output_index, item_id: item['id']};
  return [
    {type: 'response.output_item.added', ...at, item: {...item, ...('arguments' in item ? {arguments: ''} : {})}},
    ...deltas(item).map(({type, text}) => ({type, ...at, delta: text})),
    {type: 'response.output_item.done', ...at, item},
  ];
}

function deltas(item: Json): {type: string; text: string}[] {
  const parts = (type: string, text: unknown) => fragments(String(text)).map(each => ({type, text: each}));
  if (item['type'] === 'function_call') return parts('response.function_call_arguments.delta', item['arguments']);
  if (item['type'] === 'message') return parts('response.output_text.delta', (item['content'] as {text: string}[])[0]?.text);
  return parts('response.reasoning_summary_text.delta', (item['summary'] as {text: string}[])[0]?.text);
}

function usage(reply: ServerReply): object | null {
  if (reply.usage === null) return null;
  const {input, output: out, cached} = totals(reply);
  return {
    input_tokens: input,
    output_tokens: out,
    total_tokens: input + out,
    input_tokens_details: {cached_tokens: cached},
    output_tokens_details: {reasoning_tokens: 0},
  };
}
