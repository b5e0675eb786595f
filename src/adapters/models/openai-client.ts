import type {Connection, ModelOptions, Send} from './wire-model.ts';

export const OPENAI_URL = 'https://api.openai.com/v1';

/** Posts through the OpenAI SDK, which is loaded here and nowhere else. Organisation and project ids stay at OpenAI's own host. */
export async function openaiClient<Body extends object>(options: ModelOptions, connection: Connection, path: string): Promise<Send<Body>> {
  const {OpenAI} = await import('openai/client');
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
