import type {Json} from './refusal.ts';
import {argumentJson, array, object, objectSchema, only, refuse, text, toolName} from './refusal.ts';

/** What a strict server of chat completions refuses. */
export function checkChat(
  body: Json,
  options: {takes_stream_options: boolean; takes: 'max_tokens' | 'max_completion_tokens' | 'both'},
): void {
  only(body, TOP, 'body');
  text(body['model'], 'model');
  if ('stream_options' in body && body['stream'] !== true)
    refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  if ('stream_options' in body && !options.takes_stream_options) refuse('Unrecognized request argument supplied: stream_options');
  if ('max_tokens' in body && options.takes === 'max_completion_tokens') {
    refuse("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.");
  }
  if ('max_completion_tokens' in body && options.takes === 'max_tokens')
    refuse('Unrecognized request argument supplied: max_completion_tokens');
  if ('tools' in body) checkTools(array(body['tools'], 'tools'));
  checkMessages(array(body['messages'], 'messages').map((message, k) => object(message, `messages[${k}]`)));
}

const TOP = `
  model messages stream stream_options max_tokens max_completion_tokens tools tool_choice temperature top_p stop n seed
  parallel_tool_calls reasoning_effort response_format user store metadata service_tier prompt_cache_key
`.split(/\s+/);
const FIELDS: Record<string, readonly string[]> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'tool_calls'],
  tool: ['role', 'content', 'tool_call_id'],
};

function checkTools(tools: unknown[]): void {
  if (tools.length === 0) refuse("Invalid 'tools': empty array. Expected an array with minimum length 1.");
  tools.forEach((given, k) => {
    const tool = object(given, `tools[${k}]`);
    only(tool, ['type', 'function'], `tools[${k}]`);
    const card = object(tool['function'], `tools[${k}].function`);
    only(card, ['name', 'description', 'parameters', 'strict'], `tools[${k}].function`);
    toolName(card['name'], `tools[${k}].function.name`);
    objectSchema(card['parameters'], `tools[${k}].function.parameters`);
  });
}

function checkMessages(messages: readonly Json[]): void {
  if (messages.length === 0) refuse("Invalid 'messages': empty array.");
  const open: string[] = [];
  const seen = new Set<string>();
  messages.forEach((message, k) => {
    const where = `messages[${k}]`;
    const role = text(message['role'], `${where}.role`);
    only(message, FIELDS[role] ?? refuse(`${where}.role: unknown role '${role}'`), where);
    if (role === 'tool') return checkResult(message, where, open);
    if (open.length > 0)
      refuse(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`,
      );
    checkContent(message, where);
    if ('tool_calls' in message) open.push(...callIds(array(message['tool_calls'], `${where}.tool_calls`), where, seen));
  });
  if (open.length > 0) refuse(`The following tool_call_ids did not have response messages: ${open.join(', ')}`);
}

function checkResult(message: Json, where: string, open: string[]): void {
  const id = text(message['tool_call_id'], `${where}.tool_call_id`);
  const expected = open.shift();
  if (expected === undefined) refuse(`${where}: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`);
  if (expected !== id) refuse(`${where}: tool_call_id '${id}' stands where the result of '${expected}' should be`);
  text(message['content'], `${where}.content`);
}

function checkContent(message: Json, where: string): void {
  const {content} = message;
  if (content === null && message['role'] === 'assistant' && 'tool_calls' in message) return;
  if (typeof content === 'string') return;
  array(content, `${where}.content`).forEach((part, k) => {
    if (text(object(part, where)['text'], `${where}.content[${k}].text`) === '')
      refuse(`${where}.content[${k}].text: text content blocks must be non-empty`);
  });
}

function callIds(calls: unknown[], where: string, seen: Set<string>): string[] {
  if (calls.length === 0) refuse(`${where}.tool_calls: empty array. Expected an array with minimum length 1.`);
  return calls.map((given, k) => {
    const at = `${where}.tool_calls[${k}]`;
    const call = object(given, at);
    only(call, ['id', 'type', 'function'], at);
    if (call['type'] !== 'function') refuse(`${at}.type: Invalid value`);
    const made = object(call['function'], `${at}.function`);
    only(made, ['name', 'arguments'], `${at}.function`);
    toolName(made['name'], `${at}.function.name`);
    argumentJson(made['arguments'], `${at}.function.arguments`);
    const id = text(call['id'], `${at}.id`);
    if (id === '' || seen.has(id)) refuse(`${at}.id: Duplicate value for 'tool_call_id' of '${id}'`);
    seen.add(id);
    return id;
  });
}
