import type {Block} from '../../core/vocabulary/block.ts';
import type {Message, Prompt, ToolCard} from '../../ports/model.ts';
import {isObject, wireId, wireInput, wireName} from './wire-call.ts';
import type {Relaxed} from './wire-model.ts';

export type ResponsesBody = {
  model: string;
  input: object[];
  instructions?: string;
  stream: true;
  store: false;
  include?: string[];
  max_output_tokens: number;
  tools?: object[];
};

export function responsesBody(prompt: Prompt, model: string, provider: string): ResponsesBody {
  const {system, tools, messages, max_output} = prompt;
  return {
    model,
    input: messages.flatMap(message => items(message, provider)),
    ...(system === '' ? {} : {instructions: system}),
    stream: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    max_output_tokens: max_output,
    ...(tools.length === 0 ? {} : {tools: tools.map(wireTool)}),
  };
}

/** Models that do not reason refuse to send encrypted reasoning. */
export function relaxResponses(body: ResponsesBody, refusal: string): Relaxed<ResponsesBody> | null {
  const {include, ...rest} = body;
  return include !== undefined && /encrypted|include/i.test(refusal) ? {body: rest, always: true} : null;
}

function items(message: Message, provider: string): object[] {
  if (message.role === 'user') return [{type: 'message', role: 'user', content: message.text || '(empty message)'}];
  if (message.role === 'assistant') return assistant(message.content, provider);
  return message.results.map(({call, text}) => ({type: 'function_call_output', call_id: wireId(call), output: text || '(no output)'}));
}

function assistant(content: readonly Block[], provider: string): object[] {
  const said = content.flatMap((block, k) => item(block, provider, content.slice(k + 1)));
  return said.length === 0 ? [{type: 'message', role: 'assistant', content: '(no reply)'}] : said;
}

function item(block: Block, provider: string, rest: readonly Block[]): object[] {
  if (block.type === 'text') return block.text === '' ? [] : [{type: 'message', role: 'assistant', content: block.text}];
  if (block.type === 'call') {
    return [{type: 'function_call', call_id: wireId(block.id), name: wireName(block.tool), arguments: JSON.stringify(wireInput(block))}];
  }
  // Reasoning that nothing follows is refused (a reply that was cut), as is reasoning that only OpenAI's store would know.
  const isFollowed = rest.some(later => later.type === 'call' || (later.type === 'text' && later.text !== ''));
  return block.provider === provider && isFollowed && isReasoning(block.opaque) ? [block.opaque] : [];
}

function isReasoning(opaque: unknown): opaque is {type: 'reasoning'; encrypted_content: string} {
  return isObject(opaque) && opaque['type'] === 'reasoning' && typeof opaque['encrypted_content'] === 'string';
}

function wireTool({name, description, schema}: ToolCard): object {
  return {type: 'function', name, description, parameters: schema, strict: false};
}
