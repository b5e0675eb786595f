import {OpenAI} from 'openai/client';
import {OPENAI_URL} from './openai-url.ts';
import type {Connection, ModelOptions, Send} from './wire-model.ts';

/** Posts through the OpenAI SDK. Loaded only when a request is made: the SDK is most of the start-up time. Organisation and project ids stay at OpenAI's own host. */
export function openaiClient<Body extends object>(options: ModelOptions, connection: Connection, path: string): Send<Body> {
  const baseURL = (options.baseURL ?? OPENAI_URL).replace(/\/+$/, '');
  const client = new OpenAI({
    ...connection,
    baseURL,
    // Local servers take any key, but the SDK insists on one.
    apiKey: options.apiKey || 'none',
    defaultHeaders: {...options.headers},
    ...(baseURL === OPENAI_URL ? {} : {organization: null, project: null}),
  });
  return (body, signal) => client.post<AsyncIterable<unknown>>(path, {body, signal, stream: true});
}
