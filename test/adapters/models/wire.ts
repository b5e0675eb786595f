import {anthropic} from '../../../src/adapters/models/anthropic.ts';
import {openaiCompatible} from '../../../src/adapters/models/openai-compatible.ts';
import {openaiResponses} from '../../../src/adapters/models/openai-responses.ts';
import type {ModelOptions} from '../../../src/adapters/models/wire-model.ts';
import type {Model} from '../../../src/ports/model.ts';
import type {Protocol, Provider, ProviderOptions, ServerReply} from '../../support/provider-server.ts';
import {startProvider} from '../../support/provider-server.ts';

export const PROTOCOLS: readonly Protocol[] = ['chat', 'responses', 'anthropic'];
export const KEY = 'sk-test-0123456789abcdef';

export function modelAt(protocol: Protocol, url: string, options: Partial<ModelOptions> = {}): Model {
  const given = {name: `${protocol}/test-model`, model: 'test-model', apiKey: KEY, window: 100_000, price: null, ...options};
  if (protocol === 'anthropic') return anthropic({baseURL: url, ...given});
  const at = {baseURL: `${url}/v1`, ...given};
  return protocol === 'chat' ? openaiCompatible(at) : openaiResponses(at);
}

/** Runs with a server of its own, which goes away whatever happens. */
export async function withProvider(
  options: ProviderOptions,
  replies: readonly ServerReply[],
  run: (provider: Provider) => Promise<void>,
): Promise<void> {
  const provider = await startProvider({key: KEY, ...options});
  provider.script(...replies);
  try {
    await run(provider);
  } finally {
    await provider.close();
  }
}
