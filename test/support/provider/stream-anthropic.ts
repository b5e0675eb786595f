import type {SaidThinking} from './check-anthropic.ts';
import {prefixOf, turns} from './check-anthropic.ts';
import type {Json} from './refusal.ts';
import type {ServerReply} from './reply.ts';
import {argumentText, fragments, totals} from './reply.ts';
import {sealed} from './seal.ts';

export function anthropicEvents(reply: ServerReply, body: Json, bound: boolean): string[] {
  const {input, output, cached, cache_written} = totals(reply);
  const usage = {
    input_tokens: input - cached - cache_written,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: cache_written,
    output_tokens: 1,
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: reply.model ?? body['model'],
    content: [],
    stop_reason: null,
    usage,
  };
  const stop = reply.stop ?? ((reply.calls ?? []).length > 0 ? 'tool_use' : 'end_turn');
  const end =
    reply.error_event === undefined
      ? [{type: 'message_delta', delta: {stop_reason: stop, stop_sequence: null}, usage: {output_tokens: output}}, {type: 'message_stop'}]
      : [{type: 'error', error: reply.error_event}];
  const events = [{type: 'message_start', message}, {type: 'ping'}, ...blocks(reply, body, bound).flatMap(blockEvents), ...end];
  return events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

/** What must come back with the next request, where the reply thinks before it calls. */
export function thinkingOf(reply: ServerReply, body: Json, bound: boolean): SaidThinking[] {
  const marks = blocks(reply, body, bound).flatMap(({start, deltas}) =>
    start['type'] === 'thinking'
      ? [String(deltas.at(-1)?.['signature'])]
      : start['type'] === 'redacted_thinking'
        ? [String(start['data'])]
        : [],
  );
  const calls = (reply.calls ?? []).map(call => [call.name, typeof call.arguments === 'string' ? null : call.arguments]);
  return marks.length === 0 || calls.length === 0 ? [] : [{calls: JSON.stringify(calls), marks}];
}

type Growing = {start: Json; deltas: Json[]};

function blocks(reply: ServerReply, body: Json, bound: boolean): Growing[] {
  const {thinking, redacted, text} = reply;
  const prefix = bound ? prefixOf(body, turns(body['messages'] as unknown[])) : '';
  const thought = {
    start: {type: 'thinking', thinking: '', signature: ''},
    deltas: [
      ...fragments(thinking ?? '').map(each => ({type: 'thinking_delta', thinking: each})),
      {type: 'signature_delta', signature: sealed('sig', `${thinking}${prefix}`)},
    ],
  };
  const said = {start: {type: 'text', text: ''}, deltas: fragments(text ?? '').map(each => ({type: 'text_delta', text: each}))};
  const calls = (reply.calls ?? []).map((call, k) => ({
    start: {type: 'tool_use', id: call.id ?? `toolu_x${k}`, name: call.name, input: {}},
    deltas: ['', ...fragments(argumentText(call))].map(each => ({type: 'input_json_delta', partial_json: each})),
  }));
  return [
    ...(thinking === undefined ? [] : [thought]),
    ...(redacted === undefined ? [] : [{start: {type: 'redacted_thinking', data: sealed('redacted', 'data')}, deltas: []}]),
    ...(text === undefined ? [] : [said]),
    ...calls,
  ];
}

function blockEvents({start, deltas}: Growing, index: number): {type: string; [key: string]: unknown}[] {
  return [
    {type: 'content_block_start', index, content_block: start},
    ...deltas.map(delta => ({type: 'content_block_delta', index, delta})),
    {type: 'content_block_stop', index},
  ];
}
