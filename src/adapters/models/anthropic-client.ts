import {BaseAnthropic} from '@anthropic-ai/sdk/client';
import type {AnthropicBody} from './anthropic-body.ts';
import type {Connection, ModelOptions, Send} from './wire-model.ts';

/**
 * Posts through the Anthropic SDK. Loaded only when a request is made, and only the base client, so that a bundle leaves out the resources:
 * a quarter of the code is left.
 */
export function anthropicClient(options: ModelOptions, connection: Connection): Send<AnthropicBody> {
  const {baseURL, headers} = options;
  const hasToken = Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'authorization');
  // A bearer token among the headers takes the place of a key; a gateway may want neither, but the SDK insists.
  const credential = hasToken ? {apiKey: null, authToken: null} : {apiKey: options.apiKey || 'none'};
  const client = new BaseAnthropic({...connection, baseURL, ...credential, defaultHeaders: {...headers}, openTelemetry: false});
  return (body, signal) => client.post<AsyncIterable<unknown>>('/v1/messages', {body, signal, stream: true});
}
