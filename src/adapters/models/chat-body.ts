import type {Block, ToolCall} from '../../core/vocabulary/block.ts';
import type {Message, Prompt, ToolCard} from '../../ports/model.ts';
import {wireId, wireInput, wireName} from './wire-call.ts';
import type {Relaxed} from './wire-model.ts';

export type ChatBody = {
  model: string;
  messages: ChatMessage[];
  stream: true;
  stream_options?: {include_usage: true};
  max_tokens?: number;
  max_completion_tokens?: number;
  tools?: object[];
};
type ChatMessage =
  | {role: 'system' | 'user'; content: string}
  | {role: 'assistant'; content: string | null; tool_calls?: object[]}
  | {role: 'tool'; tool_call_id: string; content: string};

/** `official`: OpenAI's own host, whose newer models refuse `max_tokens`. */
export function chatBody(prompt: Prompt, model: string, official: boolean): ChatBody {
  const {system, tools, messages, max_output} = prompt;
  const first: ChatMessage[] = system === '' ? [] : [{role: 'system', content: system}];
  return {
    model,
    messages: joined([...first, ...messages.flatMap(wireMessages)]),
    stream: true,
    stream_options: {include_usage: true},
    ...(official ? {max_completion_tokens: max_output} : {max_tokens: max_output}),
    ...(tools.length === 0 ? {} : {tools: tools.map(wireTool)}),
  };
}

/** Leaves out, or calls by its other name, what a server named as the reason of its refusal. */
export function relaxChat(body: ChatBody, refusal: string): Relaxed<ChatBody> | null {
  const {stream_options, max_tokens, max_completion_tokens, ...rest} = body;
  const options = stream_options === undefined ? {} : {stream_options};
  const limit = {
    ...(max_tokens === undefined ? {} : {max_tokens}),
    ...(max_completion_tokens === undefined ? {} : {max_completion_tokens}),
  };
  if (/stream_options|include_usage/.test(refusal)) return stream_options === undefined ? null : {body: {...rest, ...limit}, always: true};
  if (!/max_completion_tokens/.test(refusal)) return null;
  if (max_tokens !== undefined) return {body: {...rest, ...options, max_completion_tokens: max_tokens}, always: true};
  return max_completion_tokens === undefined ? null : {body: {...rest, ...options, max_tokens: max_completion_tokens}, always: true};
}

function wireMessages(message: Message): ChatMessage[] {
  if (message.role === 'user') return [{role: 'user', content: message.text || '(empty message)'}];
  if (message.role === 'assistant') return [assistant(message.content)];
  return message.results.map(({call, text}) => ({role: 'tool', tool_call_id: wireId(call), content: text || '(no output)'}));
}

/** Thinking is not sent back: no server of this protocol asks for it, and some refuse it. */
function assistant(content: readonly Block[]): ChatMessage {
  const text = content.flatMap(block => (block.type === 'text' && block.text !== '' ? [block.text] : [])).join('\n\n');
  const calls = content.filter(block => block.type === 'call');
  if (calls.length === 0) return {role: 'assistant', content: text || '(no reply)'};
  return {role: 'assistant', content: text || null, tool_calls: calls.map(wireCall)};
}

function wireCall(call: ToolCall): object {
  return {id: wireId(call.id), type: 'function', function: {name: wireName(call.tool), arguments: JSON.stringify(wireInput(call))}};
}

function wireTool({name, description, schema}: ToolCard): object {
  return {type: 'function', function: {name, description, parameters: schema}};
}

/** The chat templates of many local models fail where two user messages stand in a row. */
function joined(messages: readonly ChatMessage[]): ChatMessage[] {
  const result: ChatMessage[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (last?.role === 'user' && message.role === 'user')
      result[result.length - 1] = {role: 'user', content: `${last.content}\n\n${message.content}`};
    else result.push(message);
  }
  return result;
}
