import type {ServerCall, ServerReply} from './reply.ts';
import {argumentText, fragments, totals} from './reply.ts';
import type {Json} from './refusal.ts';

export function chatEvents(reply: ServerReply, body: Json): string[] {
  const model = reply.model ?? String(body['model']);
  const chunk = (delta: object, finish: string | null = null) =>
    event({id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [{index: 0, delta, finish_reason: finish}]});
  const calls = reply.calls ?? [];
  const wantsUsage = typeof body['stream_options'] === 'object' && reply.usage !== null;
  return [
    chunk({role: 'assistant', content: ''}),
    ...fragments(reply.thinking ?? '').map(text => chunk({reasoning_content: text})),
    ...fragments(reply.text ?? '').map(text => chunk({content: text})),
    ...calls.flatMap((call, k) => callDeltas(call, k).map(delta => chunk({tool_calls: [delta]}))),
    ...(reply.error_event === undefined
      ? [
          chunk({}, reply.stop ?? (calls.length > 0 ? 'tool_calls' : 'stop')),
          ...(wantsUsage ? [usageEvent(reply, model)] : []),
          'data: [DONE]\n\n',
        ]
      : [event({error: {...reply.error_event, code: reply.error_event.type}})]),
  ];
}

/** The whole answer as one document, as from a server that does not stream. */
export function chatDocument(reply: ServerReply, body: Json): object {
  const calls = (reply.calls ?? []).map((call, k) => ({
    id: call.id ?? `call_x${k}`,
    type: 'function',
    function: {name: call.name, arguments: argumentText(call)},
  }));
  const message = {role: 'assistant', content: reply.text ?? null, ...(calls.length > 0 ? {tool_calls: calls} : {})};
  const finish_reason = reply.stop ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: body['model'],
    choices: [{index: 0, message, finish_reason}],
    usage: usage(reply),
  };
}

function callDeltas(call: ServerCall, k: number): object[] {
  const index = call.index === null ? {} : {index: call.index ?? k};
  const id = call.id === null ? {} : {id: call.id ?? `call_x${k}`};
  const head = {...index, ...id, type: 'function'};
  const text = argumentText(call);
  if (call.whole === true) return [{...head, function: {name: call.name, arguments: text}}];
  const rest = fragments(text).map(each =>
    call.repeat === true ? {...head, function: {name: call.name, arguments: each}} : {...index, function: {arguments: each}},
  );
  return [{...head, function: {name: call.name, arguments: ''}}, ...rest];
}

function usageEvent(reply: ServerReply, model: string): string {
  return event({id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [], usage: usage(reply)});
}

function usage(reply: ServerReply): object {
  const {input, output, cached} = totals(reply);
  return {prompt_tokens: input, completion_tokens: output, total_tokens: input + output, prompt_tokens_details: {cached_tokens: cached}};
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
