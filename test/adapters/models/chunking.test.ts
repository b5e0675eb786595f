import {describe, expect, test} from 'vitest';
import type {Model} from '../../../src/ports/model.ts';
import {ask, plain, PROMPT} from '../../contracts/model.ts';
import type {Provider, SeenRequest, ServerReply} from '../../support/provider-server.ts';
import {KEY, modelAt, PROTOCOLS, withProvider} from './wire.ts';

const REPLY: ServerReply = {text: 'é🦛', thinking: 'Hm…', calls: [{name: 'shell', arguments: {c: '🦛"'}}], usage: {input: 9, output: 3}};
const PATHS = {chat: '/v1/chat/completions', responses: '/v1/responses', anthropic: '/v1/messages'};

describe.each(PROTOCOLS)('%s', protocol => {
  test('the same reply and the same words, however the stream is split', {timeout: 30_000}, () =>
    withProvider({respond: asThePromptSays}, [], async provider => {
      const model = modelAt(protocol, provider.url);
      const whole = await seen(model, {chunking: 'whole'});
      expect(whole.content).toHaveLength(3);
      const length = await streamLength(PATHS[protocol], provider);
      // Byte by byte is every border at once; two chunks at a time find what only shows after a long one.
      const splits = Array.from({length: Math.floor(length / 7)}, (_, k) => ({chunking: {at: 7 * k + 1}}));
      const seeds = Array.from({length: 10}, (_, seed) => ({chunking: {seed}}));
      const odd = [{crlf: true}, {comments: true}, {crlf: true, comments: true}];
      const odder = odd.flatMap(each => [
        {...each, chunking: 'bytes' as const},
        {...each, chunking: {seed: 7}},
      ]);
      const all = [{chunking: 'events' as const}, {chunking: 'bytes' as const}, ...splits, ...seeds, ...odder];
      await Promise.all(all.map(async how => expect(await seen(model, how), JSON.stringify(how)).toEqual(whole)));
    }),
  );

  test.each(['cut_after', 'end_after'] as const)('a stream that stops after any byte (%s) is cut, or was whole', {timeout: 30_000}, how =>
    withProvider({respond: asThePromptSays}, [], async provider => {
      const model = modelAt(protocol, provider.url);
      const whole = await seen(model, {});
      const length = await streamLength(PATHS[protocol], provider);
      const stops = Array.from({length: length - 1}, (_, k) => k + 1).filter(
        stop => stop % (how === 'cut_after' ? 3 : 7) === 0 || stop > length - 30,
      );
      const outcomes = await Promise.all(stops.map(bytes => outcome(model, {[how]: bytes}, whole.content)));
      const complete = outcomes.indexOf('whole');
      const cut = complete === -1 ? outcomes : outcomes.slice(0, complete);
      expect(new Set(cut)).toEqual(new Set(['cut']));
      // The end is told by the last events alone: nothing before them may pass for a whole reply.
      expect(stops[cut.length] ?? length).toBeGreaterThan(length - (protocol === 'chat' ? 450 : 4));
    }),
  );
});

/** The system prompt says how the stream goes, so that many can run at once. */
function asThePromptSays({body}: SeenRequest): ServerReply {
  const texts = [body['instructions'], body['system'], body['messages']].map(each => JSON.stringify(each) ?? '');
  const how = /<<(.*?)>>/.exec(texts.join())?.[1] ?? '';
  return {...REPLY, ...(JSON.parse(how.replaceAll('\\"', '"')) as ServerReply)};
}

function asked(model: Model, how: ServerReply): ReturnType<typeof ask> {
  return ask(model, {...PROMPT, system: `<<${JSON.stringify(how)}>>`});
}

async function seen(model: Model, how: ServerReply): Promise<{content: unknown[]; words: string}> {
  const {reply, progress} = await asked(model, how);
  return {
    content: plain(reply) as unknown[],
    words: progress.map(each => (each.type === 'calling' ? `<${each.tool}>` : each.type === 'sent' ? '' : each.delta)).join(''),
  };
}

async function outcome(model: Model, how: ServerReply, whole: unknown[]): Promise<string> {
  const {reply} = await asked(model, how);
  if (reply.kind === 'replied') return JSON.stringify(plain(reply)) === JSON.stringify(whole) ? 'whole' : JSON.stringify(reply);
  return reply.failure.code === 'stream-cut' && reply.failure.retryable ? 'cut' : JSON.stringify(reply);
}

async function streamLength(path: string, provider: Provider): Promise<number> {
  const headers = {'content-type': 'application/json', authorization: `Bearer ${KEY}`, 'x-api-key': KEY, 'anthropic-version': '2023-06-01'};
  const response = await fetch(`${provider.url}${path}`, {method: 'POST', headers, body: JSON.stringify(provider.requests[0]?.body)});
  return (await response.arrayBuffer()).byteLength;
}
