import type {Model} from '../../ports/model.ts';
import {OPENAI_URL} from './openai-url.ts';
import {relaxResponses, responsesBody} from './responses-body.ts';
import {gatherResponses} from './responses-gather.ts';
import type {ModelOptions} from './wire-model.ts';
import {wireModel} from './wire-model.ts';

/** OpenAI's Responses protocol, without storage on their side: reasoning travels encrypted, and comes back with the next request. */
export function openaiResponses(options: ModelOptions): Model {
  const provider = options.name.split('/')[0] ?? '';
  return wireModel(options, {
    url: `${(options.baseURL ?? OPENAI_URL).replace(/\/+$/, '')}/responses`,
    connect: async connection => (await import('./openai-client.ts')).openaiClient(options, connection, '/responses'),
    body: prompt => responsesBody(prompt, options.model, provider),
    relax: relaxResponses,
    gather: (step, show) => gatherResponses({step, show, model: options.model, provider}),
  });
}
