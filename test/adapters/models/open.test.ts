import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {describe, expect, test} from 'vitest';
import {discover} from '../../../src/adapters/models/discover.ts';
import type {LocalKind} from '../../../src/adapters/models/local-servers.ts';
import {localServers} from '../../../src/adapters/models/local-servers.ts';
import {nearest} from '../../../src/adapters/models/nearest.ts';
import type {OpenOptions} from '../../../src/adapters/models/open.ts';
import {openModel} from '../../../src/adapters/models/open.ts';
import {knownModels, knownWindow, listPrice} from '../../../src/adapters/models/prices.ts';
import type {ProviderConfig} from '../../../src/ports/config.ts';
import {ask} from '../../contracts/model.ts';
import type {ProviderOptions} from '../../support/provider-server.ts';
import {startProvider} from '../../support/provider-server.ts';

/** Ports where nothing answers: the discard service's and its neighbours. */
const NOWHERE: Record<LocalKind, string> = {
  ollama: 'http://127.0.0.1:9',
  lmstudio: 'http://127.0.0.1:9',
  llamacpp: 'http://127.0.0.1:9',
  vllm: 'http://127.0.0.1:9',
};

async function opened(name: string | null, options: Partial<OpenOptions> = {}): Promise<unknown> {
  const model = await openModel(name, {env: {}, servers: NOWHERE, ...options});
  return 'failure' in model ? model.failure.code : [model.name, model.window, model.price?.input ?? null];
}

async function withServers(
  paths: Partial<Record<LocalKind, ProviderOptions>>,
  run: (servers: Record<LocalKind, string>) => Promise<void>,
): Promise<void> {
  const started = await Promise.all(Object.entries(paths).map(async ([kind, options]) => [kind, await startProvider(options)] as const));
  try {
    await run({...NOWHERE, ...Object.fromEntries(started.map(([kind, {url}]) => [kind, url]))});
  } finally {
    await Promise.all(started.map(([, {close}]) => close()));
  }
}

describe('names', () => {
  const openai = {OPENAI_API_KEY: 'k'};
  const own: Record<string, ProviderConfig> = {
    mine: {protocol: 'chat', url: 'http://127.0.0.1:9/v1', key_env: null, window: 5000, headers: {}},
  };
  test.each<[string | null, Partial<OpenOptions>, unknown]>([
    ['openai/gpt-6.1-sol', {env: openai}, ['openai/gpt-6.1-sol', 272_000, 2]],
    ['openai/gpt-unknown', {env: openai}, ['openai/gpt-unknown', 128_000, null]],
    ['openai/gpt-6.1-sol', {}, 'auth'],
    ['openai/mock-model', {env: {OPENAI_BASE_URL: 'http://127.0.0.1:9/v1'}}, ['openai/mock-model', 128_000, null]],
    ['mock-model', {env: {OPENAI_BASE_URL: 'http://127.0.0.1:9/v1'}}, ['openai/mock-model', 128_000, null]],
    ['meta/llama', {env: {OPENAI_BASE_URL: 'http://127.0.0.1:9/v1'}}, ['openai/meta/llama', 128_000, null]],
    ['anthropic/claude-opus-4-5-20251101', {env: {ANTHROPIC_API_KEY: 'k'}}, ['anthropic/claude-opus-4-5-20251101', 200_000, 5]],
    ['claude-sonnet-5-5', {env: {ANTHROPIC_API_KEY: 'k'}}, ['anthropic/claude-sonnet-5-5', 1_000_000, 2]],
    ['claude-sonnet-5-5', {}, 'auth'],
    ['gpt-5', {env: openai}, ['openai/gpt-5', 272_000, 1.25]],
    ['gpt-5', {}, 'unknown-model'],
    ['ollama/qwen3:8b', {}, ['ollama/qwen3:8b', 8192, 0]],
    ['ollama/qwen3:8b', {window: 40_000}, ['ollama/qwen3:8b', 40_000, 0]],
    ['mine/anything/at:all', {providers: own}, ['mine/anything/at:all', 5000, null]],
    ['mine/x', {providers: own, prices: {'mine/x': {input: 7, output: 8, cached: null, cache_written: null}}}, ['mine/x', 5000, 7]],
    ['mine/x', {providers: {mine: {...own['mine']!, key_env: 'MY_KEY'}}}, 'auth'],
    [null, {env: {ANTHROPIC_API_KEY: 'k'}}, ['anthropic/claude-sonnet-5-5', 1_000_000, 2]],
    [null, {env: openai}, ['openai/gpt-6.1-sol', 272_000, 2]],
    [null, {}, 'no-model'],
    ['no-such-model', {}, 'unknown-model'],
    ['toString/x', {}, 'unknown-model'],
  ])('%s with %o', async (name, options, expected) => {
    expect(await opened(name, options)).toEqual(expected);
  });

  test('a mistyped name names its neighbours', async () => {
    const model = await openModel('gtp-6.1-sol', {env: {}, servers: NOWHERE});
    expect(model).toMatchObject({failure: {code: 'unknown-model', hint: expect.stringContaining('openai/gpt-6.1-sol') as string}});
    expect(nearest('claude-sonet-5-5', knownModels('anthropic'))[0]).toBe('anthropic/claude-sonnet-5-5');
    expect(nearest('zzzzzzzz', knownModels('anthropic'))).toEqual([]);
  });
});

test('a named model is opened without a single connection', async () => {
  let connections = 0;
  const server = createServer().on('connection', () => (connections += 1));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {OPENAI_BASE_URL: `${url}/v1`, ANTHROPIC_BASE_URL: url, OLLAMA_HOST: url, OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k'};
  for (const name of ['openai/x', 'x', 'anthropic/claude-x', 'ollama/x']) await openModel(name, {env});
  await new Promise(resolve => setTimeout(resolve, 20));
  server.close();
  expect(connections).toBe(0);
});

test('a model that the provider does not know: its own answer, with the nearest names', async () => {
  const provider = await startProvider({models: ['gpt-6.1-sol']});
  const model = await openModel('openai/gpt-6.1-soll', {env: {OPENAI_BASE_URL: `${provider.url}/v1`}});
  const answer = 'failure' in model ? model : (await ask(model)).reply;
  await provider.close();
  expect(answer).toMatchObject({failure: {code: 'unknown-model', hint: expect.stringContaining('openai/gpt-6.1-sol') as string}});
});

test('a base URL alone is asked for its first model', async () => {
  const provider = await startProvider({models: ['first', 'second']});
  expect(await opened(null, {env: {OPENAI_BASE_URL: `${provider.url}/v1/`}})).toEqual(['openai/first', 128_000, null]);
  await provider.close();
  expect(await opened(null, {env: {OPENAI_BASE_URL: `${provider.url}/v1/`}})).toBe('network');
});

test('local servers are found with the window that each serves, and what is found can be talked to', () =>
  withServers(
    {
      ollama: {
        models: ['qwen3:8b', 'embedder', 'plain:latest'],
        paths: {'/api/ps': {models: [{name: 'plain:latest', context_length: 4096}]}},
      },
      lmstudio: {
        paths: {
          '/api/v0/models': {
            data: [
              {id: 'cold', type: 'llm', max_context_length: 9000},
              {id: 'hot', type: 'llm', state: 'loaded', loaded_context_length: 7000},
              {id: 'e', type: 'embeddings'},
            ],
          },
        },
      },
      llamacpp: {models: ['gguf'], paths: {'/props': {default_generation_settings: {n_ctx: 6000}}}},
      vllm: {paths: {'/v1/models': {data: [{id: 'org/served', max_model_len: 12_000}]}}},
    },
    async servers => {
      const found = await discover({env: {}, servers, timeout_ms: 3000});
      expect(found.map(({provider, kind}) => [provider, kind])).toEqual(
        ['ollama', 'lmstudio', 'llamacpp', 'vllm'].map(each => [each, 'local']),
      );
      expect(found.flatMap(({models}) => models.map(({name, window}) => [name, window]))).toEqual([
        ['ollama/qwen3:8b', 16_384],
        ['ollama/embedder', 16_384],
        ['ollama/plain:latest', 4096],
        ['lmstudio/hot', 7000],
        ['lmstudio/cold', null],
        ['llamacpp/gguf', 6000],
        ['vllm/org/served', 12_000],
      ]);
      expect(await opened(null, {servers})).toEqual(['ollama/qwen3:8b', 16_384, 0]);
      expect(await opened('plain', {servers})).toEqual(['ollama/plain:latest', 4096, 0]);
      expect(await opened('org/served', {servers})).toEqual(['vllm/org/served', 12_000, 0]);
    },
  ));

test('a server that hangs is given up, others are still found, keys and own providers are listed', () =>
  withServers({vllm: {}}, async servers => {
    const silent = createServer(() => undefined);
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const hanging = {...servers, ollama: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`};
    const providers: Record<string, ProviderConfig> = {
      mine: {protocol: 'chat', url: 'http://x/v1', key_env: null, window: null, headers: {}},
      keyless: {protocol: 'chat', url: 'http://y/v1', key_env: 'ABSENT', window: null, headers: {}},
    };
    const found = await discover({env: {OPENAI_API_KEY: 'k'}, servers: hanging, providers});
    silent.closeAllConnections();
    silent.close();
    expect(found.map(({provider, kind}) => [provider, kind])).toEqual([
      ['vllm', 'local'],
      ['mine', 'configured'],
      ['openai', 'keyed'],
    ]);
  }));

test('OLLAMA_HOST in all its forms', () => {
  const check = (host: string, expected: string) => expect(localServers({OLLAMA_HOST: host})[0]?.url, host).toBe(expected);
  check('', 'http://127.0.0.1:11434');
  check('box', 'http://box:11434');
  check('box:80', 'http://box:80');
  check(':9999', 'http://127.0.0.1:9999');
  check('0.0.0.0:11500', 'http://127.0.0.1:11500');
  check('https://box', 'https://box:443');
  check('http://box:1/', 'http://box:1');
  check('::::', 'http://127.0.0.1:11434');
});

test('every price is a price, and every window can hold a conversation', () => {
  for (const name of [...knownModels('openai'), ...knownModels('anthropic')]) {
    const price = listPrice(name);
    expect(price, name).not.toBe(null);
    expect([price!.cached <= price!.input, price!.input <= price!.cache_written, price!.input < price!.output], name).toEqual([
      true,
      true,
      true,
    ]);
    expect(knownWindow(name)).toBeGreaterThanOrEqual(100_000);
  }
  expect(listPrice('openai/gpt-unknown')).toBe(null);
});
