import type {Model} from '../../ports/model.ts';
import {anthropicBody, relaxAnthropic, withoutThoughts} from './anthropic-body.ts';
import {gatherAnthropic} from './anthropic-gather.ts';
import type {ModelOptions} from './wire-model.ts';
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
    connect: async connection => (await import('./anthropic-client.ts')).anthropicClient({...options, baseURL}, connection),
    body: prompt => withoutThoughts(anthropicBody(prompt, options.model, provider), forgotten),
    relax: (body, refusal) => relaxAnthropic(body, refusal, forgotten),
    gather: (step, show) => gatherAnthropic({step, show, model: options.model, provider}),
  });
}
