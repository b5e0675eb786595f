import {describe, expect, test} from 'vitest';
import type {Block} from '../../../src/core/vocabulary/block.ts';
import {ask, call} from '../../contracts/model.ts';
import type {Protocol, ServerReply} from '../../support/provider-server.ts';
import {prompt, talk, turn} from './talk.ts';
import {modelAt, PROTOCOLS, withProvider} from './wire.ts';

const REPLIES: ServerReply[] = [
  {
    thinking: 'First…',
    text: 'I look.',
    calls: [
      {name: 'shell', arguments: {command: 'ls'}, id: 'same'},
      {name: 'shell', arguments: {command: 'pwd'}, id: 'same'},
    ],
  },
  {thinking: 'Second…', redacted: 'x', calls: [{name: 'shell', arguments: '{"command": "l', id: 'same'}]},
  {calls: [{name: 'shell', arguments: '["not", "an", "object"]'}]},
  {calls: [{name: 'shell', arguments: ''}]},
  {calls: [{name: 'strange name: (ü)', arguments: {}}]},
  {text: 'A word.'},
  {thinking: 'Cut off', stop: 'length', text: 'Half'},
  {text: 'Done.'},
];

describe.each(PROTOCOLS)('%s', protocol => {
  test('a strict server takes a whole conversation, with all that models get wrong', () =>
    withProvider({}, REPLIES, async provider => {
      const model = modelAt(protocol, provider.url);
      const replies = await talk(
        REPLIES.map(() => model),
        (_, k) => ({failed: k === 1, text: k === 1 ? '' : 'ok'}),
      );
      expect(provider.requests.map(({refused}) => refused)).toEqual(REPLIES.map(() => null));
      const calls = replies.flatMap(reply => (reply.kind === 'replied' ? reply.content.filter(block => block.type === 'call') : []));
      expect(calls.map(({id, input, malformed}) => ({id, input, malformed}))).toEqual([
        {id: '1.1', input: {command: 'ls'}, malformed: undefined},
        {id: '1.2', input: {command: 'pwd'}, malformed: undefined},
        {id: '2.1', input: null, malformed: '{"command": "l'},
        {id: '3.1', input: null, malformed: '["not", "an", "object"]'},
        {id: '4.1', input: {}, malformed: undefined},
        {id: '5.1', input: {}, malformed: undefined},
      ]);
      expect(calls[0]?.provider_id).toBe('same');
      const sent = JSON.stringify(provider.requests.at(-1)?.body).replaceAll('\\', '');
      expect(sent).toContain('"malformed_arguments":"{"command": "l"');
      expect(sent).toContain('"malformed_arguments":"["not", "an", "object"]"');
    }));

  test('no text breaks a request: lone surrogates, NUL, nothing, only blanks', () =>
    withProvider(
      {},
      Array.from({length: 5}, () => ({text: 'ok'})),
      async provider => {
        const model = modelAt(protocol, provider.url);
        for (const text of ['\ud83d cut', 'cut \udc00', 'a\0b', '', ' \n']) {
          const said: Block[] = [{type: 'text', text}, call('1.1', 'shell', {command: text})];
          const {reply} = await ask(model, {...prompt([{role: 'user', text}, ...turn(said, () => ({text}))]), system: text});
          expect(reply, JSON.stringify(text)).toMatchObject({kind: 'replied'});
        }
      },
    ));

  test('whatever was evicted: silence, two users in a row, an assistant at the front', () =>
    withProvider({}, [{text: 'ok'}, {text: 'ok'}], async provider => {
      const model = modelAt(protocol, provider.url);
      const silent = prompt([
        {role: 'user', text: 'a'},
        {role: 'user', text: 'b'},
        {role: 'assistant', content: []},
        {role: 'user', text: 'c'},
      ]);
      expect((await ask(model, silent)).reply.kind).toBe('replied');
      const front = prompt([
        {role: 'assistant', content: [{type: 'text', text: 'hello'}]},
        {role: 'user', text: 'c'},
      ]);
      expect((await ask(model, front)).reply.kind).toBe('replied');
    }));

  test('thinking of another provider is not sent', () =>
    withProvider({}, [{text: 'ok'}], async provider => {
      const thinking: Block = {
        type: 'thinking',
        text: 'secret',
        provider: 'other',
        opaque: {type: 'thinking', thinking: 'secret', signature: 's', encrypted_content: 's', id: 'x'},
      };
      await ask(modelAt(protocol, provider.url), prompt([{role: 'user', text: 'a'}, ...turn([thinking, {type: 'text', text: 'b'}])]));
      expect(JSON.stringify(provider.requests[0]?.body)).not.toContain('secret');
    }));

  test('no tools, no system: still a request', () =>
    withProvider({}, [{text: 'ok'}], async provider => {
      const {reply} = await ask(modelAt(protocol, provider.url), {...prompt([{role: 'user', text: 'a'}]), tools: [], system: ''});
      expect(reply.kind).toBe('replied');
    }));
});

test('anthropic: one breakpoint after tools and system, one at each of the last two user turns', () =>
  withProvider({}, [{text: 'ok'}], async provider => {
    const said = (text: string): Block[] => [{type: 'text', text}];
    await ask(
      modelAt('anthropic', provider.url),
      prompt([{role: 'user', text: '1'}, ...turn(said('2')), ...turn([call('2.1', 'shell', {})]), {role: 'user', text: 'steer'}]),
    );
    const {system, messages} = (provider.requests[0]?.body ?? {}) as {system: object[]; messages: {content: object[]}[]};
    expect(system.at(-1)).toMatchObject({cache_control: {type: 'ephemeral'}});
    const marked = messages.map(({content}) => content.map(block => 'cache_control' in block));
    expect(marked).toEqual([[false], [false], [true], [false], [false, true]]);
  }));

test('anthropic: thinking that no longer fits the history is left out, and later thinking is kept', () =>
  withProvider({bind_thinking: true}, [], async provider => {
    const model = modelAt('anthropic', provider.url);
    provider.script({thinking: 'One', calls: [{name: 'shell', arguments: {}}]}, {thinking: 'Two', calls: [{name: 'shell', arguments: {}}]});
    const [first] = await talk([model]);
    const content = first?.kind === 'replied' ? first.content : [];
    const evicted = [{role: 'user' as const, text: 'Changed.'}, ...turn(content)];
    const second = await ask(model, prompt(evicted, 2));
    expect(second.reply).toMatchObject({kind: 'replied'});
    expect(provider.requests.map(({refused}) => refused !== null)).toEqual([false, true, false]);
    provider.script({text: 'Done.'});
    const later = second.reply.kind === 'replied' ? second.reply.content : [];
    expect((await ask(model, prompt([...evicted, ...turn(later)], 3))).reply).toMatchObject({kind: 'replied'});
    const last = JSON.stringify(provider.requests.at(-1)?.body);
    expect([provider.requests.length, last.includes('"One"'), last.includes('"Two"')]).toEqual([4, false, true]);
  }));

test('responses: reasoning goes back, encrypted, before its call; nothing is stored', () =>
  withProvider({}, [{thinking: 'Hm', calls: [{name: 'shell', arguments: {}}]}, {text: 'ok'}], async provider => {
    const model = modelAt('responses', provider.url);
    await talk([model, model]);
    const {input, store, include} = (provider.requests[1]?.body ?? {}) as {input: {type: string}[]; store: boolean; include: string[]};
    expect([store, include]).toEqual([false, ['reasoning.encrypted_content']]);
    expect(input.map(({type}) => type)).toEqual(['message', 'reasoning', 'function_call', 'function_call_output']);
  }));

test.each<[Protocol, Parameters<typeof withProvider>[0], string, RegExp]>([
  ['chat', {takes_stream_options: false}, 'test-model', /stream_options/],
  ['chat', {takes: 'max_completion_tokens'}, 'test-model', /"max_tokens"/],
  ['responses', {}, 'gpt-4.1', /encrypted_content/],
])('%s: what a server refuses once is left out from then on (%o)', (protocol, options, name, left) =>
  withProvider(options, [{text: 'one'}, {text: 'two'}], async provider => {
    const model = modelAt(protocol, provider.url, {model: name});
    expect((await ask(model)).reply.kind).toBe('replied');
    expect((await ask(model)).reply.kind).toBe('replied');
    expect(provider.requests.map(({body}) => left.test(JSON.stringify(body)))).toEqual([true, false, false]);
  }),
);
