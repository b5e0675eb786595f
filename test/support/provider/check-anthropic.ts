import {sealed} from './seal.ts';
import type {Json} from './refusal.ts';
import {array, object, objectSchema, only, refuse, text, toolName} from './refusal.ts';

/** What the server said before with thinking: calls by their names and inputs, and the marks of the thinking before them. */
export type SaidThinking = {calls: string; marks: readonly string[]};
export type Turn = {role: string; content: Json[]};

/** What Anthropic Messages refuses. `bound`: thinking must stand after the very words it was made after, as newer models demand. */
export function checkAnthropic(body: Json, said: readonly SaidThinking[], bound: boolean): void {
  only(body, TOP, 'body');
  text(body['model'], 'model');
  if (!Number.isInteger(body['max_tokens']) || Number(body['max_tokens']) < 1) refuse('max_tokens: Field required');
  if ('tools' in body) checkTools(array(body['tools'], 'tools'));
  if ('system' in body && typeof body['system'] !== 'string')
    array(body['system'], 'system').forEach((block, k) => checkText(object(block, 'system'), `system.${k}`));
  const breakpoints = JSON.stringify(body).split('"cache_control":').length - 1;
  if (breakpoints > 4) refuse(`A maximum of 4 blocks with cache_control may be provided. Found ${breakpoints}.`);
  const all = turns(array(body['messages'], 'messages'));
  checkTurns(all);
  all.forEach((turn, k) => checkThinking(turn, {where: `messages.${k}`, prefix: bound ? prefixOf(body, all.slice(0, k)) : ''}));
  if (!bound) checkKept(all, said);
}

/** What thinking is bound to: all that came before, cache breakpoints aside. */
export function prefixOf(body: Json, before: readonly Turn[]): string {
  const {system, tools} = body;
  return JSON.stringify({system, tools, before}, (key, value: unknown) => (key === 'cache_control' ? undefined : value));
}

/** Consecutive messages of one role are one turn. */
export function turns(messages: unknown[]): Turn[] {
  const all: Turn[] = [];
  messages.forEach((given, k) => {
    const message = object(given, `messages.${k}`);
    only(message, ['role', 'content'], `messages.${k}`);
    const role = text(message['role'], `messages.${k}.role`);
    if (role !== 'user' && role !== 'assistant') refuse(`messages.${k}.role: Input should be 'user' or 'assistant'`);
    const {content} = message;
    const blocks =
      typeof content === 'string'
        ? [{type: 'text', text: content}]
        : array(content, `messages.${k}.content`).map(block => object(block, `messages.${k}`));
    if (blocks.length === 0) refuse(`messages.${k}: all messages must have non-empty content`);
    blocks.forEach((block, n) => checkBlock(block, role, `messages.${k}.content.${n}`));
    if (all.at(-1)?.role === role) all.at(-1)?.content.push(...blocks);
    else all.push({role, content: [...blocks]});
  });
  return all;
}

const TOP = `
  model messages max_tokens system tools tool_choice stream thinking temperature top_p top_k stop_sequences metadata
  service_tier output_config
`.split(/\s+/);
const FIELDS: Record<string, readonly string[]> = {
  text: ['type', 'text', 'cache_control'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
};

function checkTools(tools: unknown[]): void {
  tools.forEach((given, k) => {
    const tool = object(given, `tools.${k}`);
    only(tool, ['name', 'description', 'input_schema', 'type', 'strict', 'cache_control'], `tools.${k}`);
    toolName(tool['name'], `tools.${k}.name`);
    objectSchema(tool['input_schema'], `tools.${k}.input_schema`);
  });
}

function checkBlock(block: Json, role: string, where: string): void {
  const type = text(block['type'], `${where}.type`);
  only(block, FIELDS[type] ?? refuse(`${where}.type: Input tag '${type}' found is not one of the expected tags`), where);
  if ((type === 'tool_result') === (role === 'assistant') && type !== 'text')
    refuse(`${where}: \`${type}\` blocks cannot be in a message of role ${role}`);
  if (type === 'text') checkText(block, where);
  if (type === 'tool_use') {
    if (!/^[a-zA-Z0-9_-]+$/.test(text(block['id'], `${where}.id`))) refuse(`${where}.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
    toolName(block['name'], `${where}.name`);
    object(block['input'], `${where}.input`);
  }
}

function checkText(block: Json, where: string): void {
  if (text(block['text'], `${where}.text`).trim() === '') refuse(`${where}: text content blocks must be non-empty`);
}

function checkTurns(all: readonly Turn[]): void {
  if (all[0]?.role !== 'user') refuse('messages: first message must use the "user" role');
  if (all.at(-1)?.role !== 'user') refuse('messages: the conversation must end with a user message');
  const seen = new Set<unknown>();
  all.forEach(({role, content}, k) => {
    if (role === 'assistant') {
      for (const {id} of content.filter(block => block['type'] === 'tool_use')) {
        if (seen.has(id)) refuse(`messages.${k}: \`tool_use\` ids must be unique`);
        seen.add(id);
      }
      return;
    }
    const called = (all[k - 1]?.content ?? []).filter(block => block['type'] === 'tool_use').map(block => block['id']);
    const results = content.filter(block => block['type'] === 'tool_result').map(block => block['tool_use_id']);
    if (content.findLastIndex(block => block['type'] === 'tool_result') !== results.length - 1)
      refuse(`messages.${k}: \`tool_result\` blocks must come first in the message`);
    const orphan = results.find(id => !called.includes(id));
    if (orphan !== undefined)
      refuse(
        `messages.${k}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${JSON.stringify(orphan)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    const missing = called.find(id => !results.includes(id));
    if (missing !== undefined)
      refuse(
        `messages.${k - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${JSON.stringify(missing)}.`,
      );
    if (called.join() !== results.join()) refuse(`messages.${k}: \`tool_result\` blocks are not in the order of their calls`);
  });
}

function checkThinking({content}: Turn, {where, prefix}: {where: string; prefix: string}): void {
  content.forEach((block, n) => {
    if (block['type'] === 'redacted_thinking' && block['data'] !== sealed('redacted', 'data'))
      refuse(`${where}.content.${n}: Invalid \`data\` in \`redacted_thinking\` block`);
    if (block['type'] !== 'thinking' || block['signature'] === sealed('sig', `${String(block['thinking'])}${prefix}`)) return;
    const why = prefix === '' ? '' : ' The block is bound to a different conversation.';
    refuse(`${where}.content.${n}: Invalid \`signature\` in \`thinking\` block.${why}`);
  });
}

/** Within a turn that goes on with tool results, the thinking before the calls must come back, all of it and first. */
function checkKept(all: readonly Turn[], said: readonly SaidThinking[]): void {
  const start = all.findLastIndex(({role, content}) => role === 'user' && content.every(block => block['type'] !== 'tool_result'));
  all.slice(start + 1).forEach(({role, content}, k) => {
    if (role !== 'assistant') return;
    const calls = JSON.stringify(content.filter(block => block['type'] === 'tool_use').map(({name, input}) => [name, input]));
    const marks = content.flatMap(block =>
      block['type'] === 'thinking' ? [block['signature']] : block['type'] === 'redacted_thinking' ? [block['data']] : [],
    );
    const before = said.filter(each => each.calls === calls);
    if (before.length === 0 || before.some(each => each.marks.join() === marks.join())) return;
    refuse(
      `messages.${start + 1 + k}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(content[0]?.['type'])}\`. A final \`assistant\` message must start with the thinking it was made with.`,
    );
  });
}
