import type {Model} from '../../ports/model.ts';
import {anthropicBody, relaxAnthropic, withoutThoughts} from './anthropic-body.ts';
import type {AnthropicBody} from './anthropic-body.ts';
import {gatherAnthropic} from './anthropic-gather.ts';
import type {Connection, ModelOptions, Send} from './wire-model.ts';
import {wireModel} from './wire-model.ts';

export const ANTHROPIC_URL = 'https://api.anthropic.com';

/** Anthropic Messages, with cache breakpoints; thinking goes back as it came, in its order. */
export function anthropic(options: ModelOptions): Model {
  // Both forms are in use, with and without the version that the path has already.
  const baseURL = (options.baseURL ?? ANTHROPIC_URL).replace(/\/+$/, '').replace(/\/v1$/, '');
  const provider = options.name.split('/')[0] ?? '';
  const forgotten = new Set<string>();
  return wireModel(options, {
    url: `${baseURL}/v1/messages`,
    connect: connection => connect({...options, baseURL}, connection),
    body: prompt => withoutThoughts(anthropicBody(prompt, options.model, provider), forgotten),
    relax: (body, refusal) => relaxAnthropic(body, refusal, forgotten),
    gather: (step, show) => gatherAnthropic({step, show, model: options.model, provider}),
  });
}

/** The base client without the resources: a third of the code to load. A bearer token in the headers takes the place of a key. */
async function connect(options: ModelOptions, connection: Connection): Promise<Send<AnthropicBody>> {
  const {BaseAnthropic} = await import('@anthropic-ai/sdk/client');
  const {baseURL, headers} = options;
  const hasToken = Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'authorization');
  const credential = hasToken ? {apiKey: null, authToken: null} : {apiKey: options.apiKey || 'none'};
  const client = new BaseAnthropic({...connection, baseURL, ...credential, defaultHeaders: {...headers}, openTelemetry: false});
  return (body, signal) => client.post<AsyncIterable<unknown>>('/v1/messages', {body, signal, stream: true});
}
