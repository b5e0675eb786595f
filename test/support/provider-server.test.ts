import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Provider, ServerReply} from './provider-server.ts';
import {startProvider} from './provider-server.ts';

let provider: Provider;
beforeAll(async () => {
  provider = await startProvider({key: 'right', respond: () => ({text: 'ok'})});
});
afterAll(() => provider.close());

async function post(path: string, body: object, key = 'right'): Promise<{status: number; text: string}> {
  const headers = {'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-api-key': key, 'anthropic-version': '2023-06-01'};
  const response = await fetch(`${provider.url}${path}`, {method: 'POST', headers, body: JSON.stringify(body)});
  return {status: response.status, text: await response.text()};
}

describe('chat', () => {
  const user = {role: 'user', content: 'hi'};
  const made = (id: string, more: object = {}) => ({id, type: 'function', function: {name: 'shell', arguments: '{}', ...more}});
  const calls = (...tool_calls: object[]) => ({role: 'assistant', content: null, tool_calls});
  const result = (tool_call_id: string) => ({role: 'tool', tool_call_id, content: 'x'});
  const tool = (card: object) => [{type: 'function', function: {name: 'shell', parameters: {type: 'object'}, ...card}}];
  const check = async (body: object, said: RegExp | null) => {
    const {status, text} = await post('/v1/chat/completions', {model: 'm', messages: [user], stream: true, ...body});
    expect([status, text]).toEqual([said === null ? 200 : 400, said === null ? expect.any(String) : expect.stringMatching(said)]);
  };
  test.each<[string, object, RegExp | null]>([
    ['a plain request', {}, null],
    ['calls and results in order', {messages: [user, calls(made('a'), made('b')), result('a'), result('b')]}, null],
    ['an unknown field at the top', {surprise: 1}, /surprise/],
    ['an unknown field of a message', {messages: [{...user, provider_id: 1}]}, /provider_id/],
    ['an unknown field of a call', {messages: [user, calls({...made('a'), extra: 1}), result('a')]}, /extra/],
    ['an unknown field of a tool', {tools: tool({readOnly: true})}, /readOnly/],
    ['stream_options without stream', {stream: false, stream_options: {}}, /only allowed when/],
    ['an orphaned call', {messages: [user, calls(made('a'))]}, /did not have response/],
    ['an orphaned call before a user', {messages: [user, calls(made('a')), user]}, /must be followed/],
    ['an orphaned result', {messages: [user, result('a')]}, /must be a response/],
    ['results in the wrong order', {messages: [user, calls(made('a'), made('b')), result('b'), result('a')]}, /should be/],
    ['the same id twice', {messages: [user, calls(made('a'), made('a')), result('a'), result('a')]}, /Duplicate/],
    ['no id', {messages: [user, calls({...made(''), id: undefined})]}, /id/],
    ['arguments that are no JSON', {messages: [user, calls(made('a', {arguments: '{'})), result('a')]}, /not valid JSON/],
    ['arguments that are no text', {messages: [user, calls(made('a', {arguments: {}})), result('a')]}, /string/],
    ['a tool name with a blank', {tools: tool({name: 'a b'})}, /pattern/],
    ['a schema that is no object', {tools: tool({parameters: {type: 'string'}})}, /type 'object'/],
    ['no tools', {tools: []}, /empty array/],
    ['an empty text block', {messages: [{role: 'user', content: [{type: 'text', text: ''}]}]}, /non-empty/],
    ['null without calls', {messages: [user, {role: 'assistant', content: null}]}, /content/],
    ['NUL in a text', {messages: [{role: 'user', content: 'a\0'}]}, /Unicode/],
  ])('%s', (_, body, said) => check(body, said));
});

describe('anthropic', () => {
  const user = {role: 'user', content: 'hi'};
  const use = (id: string, more: object = {}) => ({type: 'tool_use', id, name: 'shell', input: {}, ...more});
  const result = (id: string) => ({type: 'tool_result', tool_use_id: id, content: 'x'});
  const says = (...content: object[]) => ({role: 'assistant', content});
  const hears = (...content: object[]) => ({role: 'user', content});
  const word = {type: 'text', text: 'x'};
  const marked = {...word, cache_control: {type: 'ephemeral'}};
  test.each<[string, object, RegExp | null]>([
    ['a plain request', {}, null],
    ['calls, results, then words', {messages: [user, says(use('a'), use('b')), hears(result('a'), result('b'), word)]}, null],
    ['two users in a row are one', {messages: [user, user]}, null],
    ['no max_tokens', {max_tokens: undefined}, /max_tokens/],
    ['an unknown field', {messages: [{...user, step: 1}]}, /step/],
    ['an unknown field of a block', {messages: [hears({...word, opaque: 1})]}, /opaque/],
    ['an orphaned call', {messages: [user, says(use('a')), user]}, /without .tool_result. blocks/],
    ['an orphaned result', {messages: [user, says(word), hears(result('a'))]}, /unexpected .tool_use_id./],
    ['words before results', {messages: [user, says(use('a')), hears(word, result('a'))]}, /must come first/],
    ['results in the wrong order', {messages: [user, says(use('a'), use('b')), hears(result('b'), result('a'))]}, /order/],
    ['the same id twice', {messages: [user, says(use('a'), use('a')), hears(result('a'), result('a'))]}, /unique/],
    ['an id with a dot', {messages: [user, says(use('1.1')), hears(result('1.1'))]}, /pattern/],
    ['input as text', {messages: [user, says(use('a', {input: '{}'})), hears(result('a'))]}, /object/],
    ['empty text', {messages: [hears({type: 'text', text: ' '})]}, /non-empty/],
    ['an empty message', {messages: [user, {role: 'assistant', content: []}, user]}, /non-empty/],
    ['a forged signature', {messages: [user, says({type: 'thinking', thinking: 'x', signature: 'y'}, word), user]}, /signature/],
    ['five breakpoints', {messages: [hears(marked, marked, marked, marked, marked)]}, /maximum of 4/],
    ['an assistant first', {messages: [says(word), user]}, /first message/],
    ['an assistant last', {messages: [user, says(word)]}, /end with a user/],
    ['a schema that is no object', {tools: [{name: 'x', input_schema: {type: 'array'}}]}, /type 'object'/],
  ])('%s', async (_, body, said) => {
    const {status, text} = await post('/v1/messages', {model: 'm', max_tokens: 9, messages: [user], stream: true, ...body});
    expect([status, text]).toEqual([said === null ? 200 : 400, said === null ? expect.any(String) : expect.stringMatching(said)]);
  });

  test('thinking that is dropped or altered where tool use goes on', async () => {
    const reply: ServerReply = {thinking: 'hm', calls: [{name: 'shell', arguments: {}}]};
    const strict = await startProvider({respond: () => reply});
    const ask = async (...messages: object[]) => {
      const body = JSON.stringify({model: 'm', max_tokens: 9, messages, stream: true});
      const response = await fetch(`${strict.url}/v1/messages`, {method: 'POST', headers: {'anthropic-version': '1'}, body});
      return {status: response.status, text: await response.text()};
    };
    const signature = /"signature":"(sig_\w+)"/.exec((await ask(user)).text)?.[1];
    const thinking = {type: 'thinking', thinking: 'hm', signature};
    const after = hears(result('a'));
    expect((await ask(user, says(thinking, use('a')), after)).status).toBe(200);
    expect((await ask(user, says(use('a')), after)).text).toMatch(/Expected .thinking./);
    expect((await ask(user, says({...thinking, thinking: 'altered'}, use('a')), after)).text).toMatch(/Invalid .signature./);
    await strict.close();
  });
});

describe('responses', () => {
  const user = {type: 'message', role: 'user', content: 'hi'};
  const call = (call_id: string, more: object = {}) => ({type: 'function_call', call_id, name: 'shell', arguments: '{}', ...more});
  const output = (call_id: string) => ({type: 'function_call_output', call_id, output: 'x'});
  test.each<[string, object, RegExp | null]>([
    ['a plain request', {}, null],
    ['calls and outputs in order', {input: [user, call('a'), call('b'), output('a'), output('b')]}, null],
    ['an unknown field', {messages: []}, /messages/],
    ['an unknown field of an item', {input: [{...user, step: 1}]}, /step/],
    ['an orphaned call', {input: [user, call('a')]}, /No tool output/],
    ['an orphaned call before a user', {input: [user, call('a'), user]}, /No tool output/],
    ['an orphaned output', {input: [user, output('a')]}, /No tool call found/],
    ['outputs in the wrong order', {input: [user, call('a'), call('b'), output('b'), output('a')]}, /should be/],
    ['the same id twice', {input: [user, call('a'), call('a'), output('a'), output('a')]}, /Duplicate/],
    ['arguments that are no JSON', {input: [user, call('a', {arguments: 'x'}), output('a')]}, /not valid JSON/],
    [
      'reasoning that only a store knows',
      {input: [user, {type: 'reasoning', id: 'rs_1', summary: []}, call('a'), output('a')]},
      /not persisted/,
    ],
    [
      'forged reasoning',
      {input: [user, {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x'}, call('a'), output('a')]},
      /could not be verified/,
    ],
    ['a tool in the shape of chat', {tools: [{type: 'function', function: {}}]}, /function/],
  ])('%s', async (_, body, said) => {
    const {status, text} = await post('/v1/responses', {model: 'm', input: [user], stream: true, store: false, ...body});
    expect([status, text]).toEqual([said === null ? 200 : 400, said === null ? expect.any(String) : expect.stringMatching(said)]);
  });
});

test.each(['/v1/chat/completions', '/v1/responses', '/v1/messages'])('%s: a wrong key is 401', async path => {
  expect(await post(path, {}, 'wrong')).toMatchObject({status: 401});
});
