import type {Json} from './refusal.ts';
import {argumentJson, array, object, objectSchema, only, refuse, text, toolName} from './refusal.ts';
import {sealed} from './seal.ts';

/** What the Responses protocol refuses, without storage on its side. */
export function checkResponses(body: Json): void {
  only(body, TOP, 'body');
  text(body['model'], 'model');
  if ('max_output_tokens' in body && !(Number.isInteger(body['max_output_tokens']) && Number(body['max_output_tokens']) >= 16)) {
    refuse("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.");
  }
  const include = 'include' in body ? array(body['include'], 'include') : [];
  if (include.includes('reasoning.encrypted_content') && String(body['model']).startsWith('gpt-4'))
    refuse('Encrypted content is not supported with this model.');
  if ('tools' in body) checkTools(array(body['tools'], 'tools'));
  if (typeof body['input'] === 'string') return;
  checkInput(array(body['input'], 'input').map((item, k) => object(item, `input[${k}]`)));
}

const TOP = `
  model input instructions stream store include max_output_tokens tools tool_choice reasoning temperature top_p
  parallel_tool_calls previous_response_id metadata text truncation user prompt_cache_key service_tier
`.split(/\s+/);
const FIELDS: Record<string, readonly string[]> = {
  message: ['type', 'role', 'content', 'id', 'status'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
  function_call: ['type', 'call_id', 'name', 'arguments', 'id', 'status'],
  function_call_output: ['type', 'call_id', 'output', 'id', 'status'],
};

function checkTools(tools: unknown[]): void {
  tools.forEach((given, k) => {
    const tool = object(given, `tools[${k}]`);
    only(tool, ['type', 'name', 'description', 'parameters', 'strict'], `tools[${k}]`);
    toolName(tool['name'], `tools[${k}].name`);
    objectSchema(tool['parameters'], `tools[${k}].parameters`);
  });
}

function checkInput(items: readonly Json[]): void {
  if (items.length === 0) refuse("Invalid 'input': empty array.");
  const open: string[] = [];
  const seen = new Set<string>();
  items.forEach((item, k) => {
    const where = `input[${k}]`;
    const type = typeof item['type'] === 'string' ? item['type'] : 'message';
    only(item, FIELDS[type] ?? refuse(`${where}.type: Invalid value: '${type}'`), where);
    if (type === 'function_call_output') return checkOutput(item, where, open);
    if (open.length > 0 && type !== 'function_call') refuse(`No tool output found for function call ${open[0]}.`);
    if (type === 'reasoning') checkReasoning(item, where, items[k + 1]);
    if (type === 'message') checkMessage(item, where);
    if (type === 'function_call') open.push(callId(item, where, seen));
  });
  if (open.length > 0) refuse(`No tool output found for function call ${open[0]}.`);
}

function checkOutput(item: Json, where: string, open: string[]): void {
  const id = text(item['call_id'], `${where}.call_id`);
  const expected = open.shift();
  if (expected === undefined) refuse(`No tool call found for function call output with call_id ${id}.`);
  if (expected !== id) refuse(`${where}: the output of '${id}' stands where that of '${expected}' should be`);
  text(item['output'], `${where}.output`);
}

function checkReasoning(item: Json, where: string, next: Json | undefined): void {
  const id = text(item['id'], `${where}.id`);
  const summary = array(item['summary'], `${where}.summary`).map(part => text(object(part, where)['text'], where));
  if (item['encrypted_content'] === undefined)
    refuse(`Item with id '${id}' not found. Items are not persisted when 'store' is set to false.`);
  if (item['encrypted_content'] !== sealed('enc', summary.join('\n\n')))
    refuse(`The encrypted content for item ${id} could not be verified.`);
  const follows =
    next?.['type'] === 'reasoning' || next?.['type'] === 'function_call' || (next?.['type'] === 'message' && next['role'] === 'assistant');
  if (!follows) refuse(`Item '${id}' of type 'reasoning' was provided without its required following item.`);
}

function checkMessage(item: Json, where: string): void {
  const role = text(item['role'], `${where}.role`);
  if (!['user', 'assistant', 'system', 'developer'].includes(role)) refuse(`${where}.role: Invalid value: '${role}'`);
  if (typeof item['content'] === 'string') return;
  array(item['content'], `${where}.content`).forEach(part => {
    if (text(object(part, where)['text'], where) === '') refuse(`${where}.content: text content blocks must be non-empty`);
  });
}

function callId(item: Json, where: string, seen: Set<string>): string {
  toolName(item['name'], `${where}.name`);
  argumentJson(item['arguments'], `${where}.arguments`);
  const id = text(item['call_id'], `${where}.call_id`);
  if (id === '' || seen.has(id)) refuse(`${where}.call_id: Duplicate call_id '${id}'`);
  if (id.length > 64) refuse(`${where}.call_id: string too long. Expected a string with maximum length 64.`);
  seen.add(id);
  return id;
}
