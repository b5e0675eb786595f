import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {describe, expect, test} from 'vitest';
import {retryAfter} from '../../../src/adapters/models/retry-after.ts';
import type {Failure} from '../../../src/core/vocabulary/block.ts';
import {ask, PROMPT} from '../../contracts/model.ts';
import type {Protocol, ServerReply} from '../../support/provider-server.ts';
import {KEY, modelAt, PROTOCOLS, withProvider} from './wire.ts';

async function failure(protocol: Protocol, reply: ServerReply, options = {}): Promise<Failure> {
  let found: Failure | null = null;
  await withProvider({}, [reply], async provider => {
    const answer = (await ask(modelAt(protocol, provider.url, options))).reply;
    found = answer.kind === 'failed' ? answer.failure : null;
    expect(provider.requests, 'the SDK must not retry by itself').toHaveLength(1);
  });
  return found ?? expect.fail('it did not fail');
}

describe.each(PROTOCOLS)('%s', protocol => {
  test.each<[string, boolean, ServerReply]>([
    ['rate-limited', true, {status: 429, headers: {'retry-after': '7'}}],
    ['rate-limited', true, {status: 429, error: {type: 'rate_limit_error', message: 'Too many tokens this minute'}}],
    [
      'rate-limited',
      false,
      {status: 429, error: {type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota'}},
    ],
    ['overloaded', true, {status: 529, error: {type: 'overloaded_error', message: 'Overloaded'}}],
    ['overloaded', true, {status: 503, error: {message: 'Loading model'}}],
    ['server', true, {status: 500}],
    ['auth', false, {status: 401}],
    ['auth', false, {status: 403, error: {type: 'permission_error'}}],
    ['bad-request', false, {status: 400, error: {type: 'invalid_request_error', message: 'messages.3: something'}}],
    ['bad-request', false, {status: 404, error: {message: 'page not found'}}],
    [
      'context-overflow',
      false,
      {status: 400, error: {code: 'context_length_exceeded', message: "This model's maximum context length is 8192 tokens"}},
    ],
    [
      'context-overflow',
      false,
      {status: 400, error: {type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum'}},
    ],
    [
      'context-overflow',
      false,
      {status: 400, error: {type: 'exceed_context_size_error', message: 'the request exceeds the available context size'}},
    ],
    ['context-overflow', false, {status: 413}],
    ['unknown-model', false, {status: 404, error: {code: 'model_not_found', message: 'The model `x` does not exist'}}],
    ['unknown-model', false, {status: 404, error: {type: 'not_found_error', message: 'model: claude-nope'}}],
    ['unknown-model', false, {status: 404, error: {message: "model 'x' not found"}}],
    ['refused', false, {status: 400, error: {code: 'content_filter', message: 'The prompt was filtered'}}],
    ['stream-cut', true, {text: 'half a word', cut_after: 150}],
    ['stream-cut', true, {text: 'half a word', end_after: 250}],
    ['empty-reply', true, {}],
    ['overloaded', true, {text: 'x', error_event: {type: 'overloaded_error', message: 'Overloaded'}}],
    ['rate-limited', true, {text: 'x', error_event: {type: 'rate_limit_exceeded', message: 'slow down'}}],
    ['server', true, {text: 'x', error_event: {type: 'server_error', message: 'sorry'}}],
  ])('%s (retryable %s): %o', async (code, retryable, reply) => {
    expect(await failure(protocol, reply)).toMatchObject({code, retryable});
  });

  test('a message says where and what, and never the key', async () => {
    const said = await failure(
      protocol,
      {status: 401, error: {message: `Incorrect key ${KEY}, given as Bearer ${KEY}`}},
      {headers: {'x-extra': 'another-secret'}},
    );
    expect(said.message).toMatch(/^127\.0\.0\.1:\d+\/v1\/[a-z/]+ answered 401: Incorrect key …/);
    expect(JSON.stringify(said)).not.toContain(KEY);
  });

  test('the wait that the provider asks for is passed on', async () => {
    expect(await failure(protocol, {status: 429, headers: {'retry-after': '7'}})).toMatchObject({retry_after_ms: 7000});
    expect(await failure(protocol, {status: 503, headers: {'retry-after-ms': '1500', 'retry-after': '9'}})).toMatchObject({
      retry_after_ms: 1500,
    });
    expect(await failure(protocol, {status: 500, headers: {'x-should-retry': 'false'}})).toMatchObject({retryable: false});
  });

  test('a stream on which nothing comes any more is cut', async () => {
    const start = performance.now();
    expect(await failure(protocol, {text: 'slow', hold: 60}, {idle_ms: 50})).toMatchObject({code: 'stream-cut', retryable: true});
    expect(performance.now() - start).toBeLessThan(4000);
  });

  test('comments and pings are life: a slow stream is not idle', () =>
    withProvider({}, [{text: 'slow', comments: true, between_ms: 20}], async provider => {
      expect((await ask(modelAt(protocol, provider.url, {idle_ms: 400}))).reply.kind).toBe('replied');
    }));

  test.each<[string, ServerReply]>([
    ['before the head', {text: 'x', hold: 'head'}],
    ['in the stream', {text: 'x', hold: 60}],
  ])('an abort %s ends it at once, and the connection with it', (_, reply) =>
    withProvider({}, [reply], async provider => {
      const abort = new AbortController();
      const answer = ask(modelAt(protocol, provider.url), PROMPT, abort.signal);
      await until(() => provider.requests.length === 1);
      abort.abort();
      expect((await answer).reply).toMatchObject({kind: 'failed', failure: {code: 'interrupted', retryable: false}});
      await until(() => provider.requests[0]?.closed === true);
    }),
  );

  test('nobody listens', async () => {
    const {reply} = await ask(modelAt(protocol, `http://127.0.0.1:${await freePort()}`));
    expect(reply).toMatchObject({kind: 'failed', failure: {code: 'network', retryable: true}});
    expect(JSON.stringify(reply)).toMatch(/ECONNREFUSED.*Is the server on 127/);
  });

  test('a URL that is none', async () => {
    expect((await ask(modelAt(protocol, 'nonsense'))).reply).toMatchObject({kind: 'failed', failure: {retryable: false}});
  });

  test('cut by the output limit: what came is kept', () =>
    withProvider({}, [{text: 'half', stop: protocol === 'anthropic' ? 'max_tokens' : 'length'}], async provider => {
      expect((await ask(modelAt(protocol, provider.url))).reply).toMatchObject({
        kind: 'replied',
        stop: 'length',
        content: [{type: 'text', text: 'half'}],
      });
    }));
});

test('retry-after as seconds, milliseconds, date or nonsense', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const check = (headers: Record<string, string>, expected: number | null) => expect(retryAfter(new Headers(headers), now)).toBe(expected);
  check({'retry-after': '2'}, 2000);
  check({'retry-after': '0.5'}, 500);
  check({'retry-after-ms': '20'}, 20);
  check({'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT'}, 30_000);
  check({'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT'}, 0);
  check({'retry-after': 'soon'}, null);
  check({}, null);
  expect(retryAfter(undefined, now)).toBe(null);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
