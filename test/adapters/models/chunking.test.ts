import {describe, expect, test} from 'vitest';
import type {Model} from '../../../src/ports/model.ts';
import {ask, plain, PROMPT} from '../../contracts/model.ts';
import type {Protocol, Provider, ServerReply} from '../../support/provider-server.ts';
import {modelAt, PROTOCOLS, withProvider} from './wire.ts';

const REPLY: ServerReply = {
  text: 'Größe 🦛 —',
  thinking: 'Hm…',
  calls: [{name: 'shell', arguments: {command: 'echo "🦛"'}}],
  usage: {input: 9, output: 3},
};

describe.each(PROTOCOLS)('%s', protocol => {
  test('the same reply and the same words, however the stream is split', () =>
    withProvider({}, [], async provider => {
      const model = modelAt(protocol, provider.url);
      const whole = await seen(model, provider, {...REPLY, chunking: 'whole'});
      expect(whole.content).toHaveLength(3);
      const length = await streamLength(protocol);
      const splits = Array.from({length: length - 1}, (_, k) => ({at: k + 1}));
      const seeds = Array.from({length: 20}, (_, seed) => ({seed}));
      for (const chunking of ['events' as const, 'bytes' as const, ...splits, ...seeds]) {
        expect(await seen(model, provider, {...REPLY, chunking}), JSON.stringify(chunking)).toEqual(whole);
      }
      for (const odd of [{crlf: true}, {comments: true}, {crlf: true, comments: true}]) {
        expect(await seen(model, provider, {...REPLY, ...odd, chunking: 'bytes'})).toEqual(whole);
        expect(await seen(model, provider, {...REPLY, ...odd, chunking: {seed: 7}})).toEqual(whole);
      }
    }));

  test.each(['cut_after', 'end_after'] as const)('a stream that stops after any byte (%s) is cut, or was whole', how =>
    withProvider({}, [], async provider => {
      const model = modelAt(protocol, provider.url);
      const whole = await seen(model, provider, REPLY);
      const length = await streamLength(protocol);
      let complete = 0;
      for (let bytes = 1; bytes < length; bytes++) {
        provider.script({...REPLY, [how]: bytes});
        const {reply} = await ask(model);
        if (reply.kind === 'failed') {
          expect(reply.failure, `after byte ${bytes}`).toMatchObject({code: 'stream-cut', retryable: true});
          expect(complete, `a longer stream is not less`).toBe(0);
        } else {
          complete += 1;
          expect(plain(reply)).toEqual(whole.content);
        }
      }
      // The end is told by the last events alone: nothing before them may pass for a whole reply.
      expect(complete).toBeLessThan(protocol === 'chat' ? 400 : 4);
    }),
  );
});

async function seen(model: Model, provider: Provider, reply: ServerReply): Promise<{content: unknown[]; words: string}> {
  provider.script(reply);
  const answer = await ask(model);
  const words = answer.progress.map(each => (each.type === 'calling' ? `<${each.tool}>` : each.delta)).join('');
  return {content: plain(answer.reply) as unknown[], words};
}

async function streamLength(protocol: Protocol): Promise<number> {
  let length = 0;
  await withProvider({}, [REPLY], async provider => {
    const paths = {chat: '/v1/chat/completions', responses: '/v1/responses', anthropic: '/v1/messages'};
    const real = globalThis.fetch;
    const bodies: Promise<ArrayBuffer>[] = [];
    globalThis.fetch = async (...given) => {
      const response = await real(...given);
      if (String(given[0]).endsWith(paths[protocol])) bodies.push(response.clone().arrayBuffer());
      return response;
    };
    try {
      await ask(modelAt(protocol, provider.url), PROMPT);
      length = (await bodies[0])?.byteLength ?? 0;
    } finally {
      globalThis.fetch = real;
    }
  });
  return length;
}
