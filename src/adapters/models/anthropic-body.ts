import type {Block} from '../../core/vocabulary/block.ts';
import type {Message, Prompt, ToolCard} from '../../ports/model.ts';
import {isObject, wireId, wireInput, wireName} from './wire-call.ts';
import type {Relaxed} from './wire-model.ts';

export type AnthropicBody = {
  model: string;
  max_tokens: number;
  stream: true;
  system?: object[];
  tools?: object[];
  messages: WireMessage[];
};
type WireMessage = {role: 'user' | 'assistant'; content: WireBlock[]};
type WireBlock = Record<string, unknown> & {type: string};

export function anthropicBody(prompt: Prompt, model: string, provider: string): AnthropicBody {
  const {system, tools, messages, max_output} = prompt;
  const cards = tools.map(wireTool);
  return {
    model,
    max_tokens: max_output,
    stream: true,
    // Tools stand before the system text in the cached prefix, so one breakpoint after it holds both.
    ...(isBlank(system) ? {} : {system: [cached({type: 'text', text: system})]}),
    ...(cards.length === 0 ? {} : {tools: isBlank(system) ? withLast(cards, cached) : cards}),
    messages: withBreakpoints(startingWithUser(merged(messages.map(message => wireMessage(message, provider))))),
  };
}

/** A way out of a refusal: servers that only look like Anthropic's may not know cache breakpoints, and thinking may no longer fit. */
export function relaxAnthropic(body: AnthropicBody, refusal: string, forgotten: Set<string>): Relaxed<AnthropicBody> | null {
  if (/cache_control/.test(refusal)) return hasBreakpoints(body) ? {body: withoutBreakpoints(body), always: true} : null;
  // Newer models bind thinking to everything that was said before it, and our eviction changes that. What was refused once is never sent
  // again, so that later thinking, made without it, stays valid.
  const thoughts = body.messages.flatMap(message => message.content).filter(isThinking);
  if (!/thinking/.test(refusal) || thoughts.length === 0) return null;
  for (const thought of thoughts) forgotten.add(mark(thought));
  return {body: withoutThoughts(body, forgotten), always: false};
}

/** Without the thinking that a server refused before. */
export function withoutThoughts(body: AnthropicBody, forgotten: ReadonlySet<string>): AnthropicBody {
  if (forgotten.size === 0) return body;
  const kept = body.messages.map(({role, content}) => ({
    role,
    content: content.filter(block => !(isThinking(block) && forgotten.has(mark(block)))),
  }));
  return {
    ...body,
    messages: kept.map(({role, content}) => ({role, content: content.length === 0 ? [{type: 'text', text: '(no reply)'}] : content})),
  };
}

/** What tells one thinking block from another. */
function mark(block: WireBlock): string {
  return String(block['signature'] ?? block['data']);
}

function hasBreakpoints(body: AnthropicBody): boolean {
  return JSON.stringify(body).includes('"cache_control":{"type":"ephemeral"}');
}

function withoutBreakpoints(body: AnthropicBody): AnthropicBody {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) => (key === 'cache_control' ? undefined : value)) as AnthropicBody;
}

function wireMessage(message: Message, provider: string): WireMessage {
  if (message.role === 'user')
    return {role: 'user', content: [{type: 'text', text: isBlank(message.text) ? '(empty message)' : message.text}]};
  if (message.role === 'assistant') return {role: 'assistant', content: assistant(message.content, provider)};
  return {
    role: 'user',
    content: message.results.map(({call, text, failed}) => ({
      type: 'tool_result',
      tool_use_id: wireId(call),
      content: isBlank(text) ? '(no output)' : text,
      ...(failed ? {is_error: true} : {}),
    })),
  };
}

function assistant(content: readonly Block[], provider: string): WireBlock[] {
  const blocks = content.flatMap(block => wireBlock(block, provider));
  const isSilent = blocks.every(block => block.type !== 'text' && block.type !== 'tool_use');
  return isSilent ? [...blocks, {type: 'text', text: '(no reply)'}] : blocks;
}

function wireBlock(block: Block, provider: string): WireBlock[] {
  if (block.type === 'text') return isBlank(block.text) ? [] : [{type: 'text', text: block.text}];
  if (block.type === 'call') return [{type: 'tool_use', id: wireId(block.id), name: wireName(block.tool), input: wireInput(block)}];
  return block.provider === provider && isThinking(block.opaque) ? [block.opaque] : [];
}

function isThinking(opaque: unknown): opaque is WireBlock {
  if (!isObject(opaque)) return false;
  // A reply that was cut in its thinking has no signature yet.
  return (
    opaque['type'] === 'redacted_thinking' ||
    (opaque['type'] === 'thinking' && typeof opaque['signature'] === 'string' && opaque['signature'] !== '')
  );
}

/** Whitespace alone counts as empty, and empty text is refused. */
function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Turns alternate: results and the words after them are one user message, with the results first. */
function merged(messages: readonly WireMessage[]): WireMessage[] {
  const result: WireMessage[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (last?.role === message.role) last.content.push(...message.content);
    else result.push({role: message.role, content: [...message.content]});
  }
  return result;
}

/** What stands at the front may have been evicted; the first word must be the user's all the same. */
function startingWithUser(messages: WireMessage[]): WireMessage[] {
  if (messages[0]?.role === 'user') return messages;
  return [{role: 'user', content: [{type: 'text', text: '(the conversation goes on)'}]}, ...messages];
}

/** The last user turn is written to the cache, the one before it is where the request before left off. */
function withBreakpoints(messages: readonly WireMessage[]): WireMessage[] {
  const users = messages.filter(message => message.role === 'user').slice(-2);
  return messages.map(message => (users.includes(message) ? {...message, content: withLast(message.content, cached)} : message));
}

function withLast<T>(list: readonly T[], change: (last: T) => T): T[] {
  return list.map((each, k) => (k === list.length - 1 ? change(each) : each));
}

function cached<T extends object>(block: T): T & {cache_control: {type: 'ephemeral'}} {
  return {...block, cache_control: {type: 'ephemeral'}};
}

function wireTool({name, description, schema}: ToolCard): object {
  return {name, description, input_schema: schema};
}
