import type {Model} from '../../ports/model.ts';
import {chatBody, relaxChat} from './chat-body.ts';
import {gatherChat} from './chat-gather.ts';
import {OPENAI_URL} from './openai-url.ts';
import type {ModelOptions} from './wire-model.ts';
import {wireModel} from './wire-model.ts';

/** Chat completions: OpenAI's older protocol, and the one of Ollama, LM Studio, llama.cpp, vLLM and nearly every gateway. */
export function openaiCompatible(options: ModelOptions): Model {
  const url = `${(options.baseURL ?? OPENAI_URL).replace(/\/+$/, '')}/chat/completions`;
  return wireModel(options, {
    url,
    connect: async connection => (await import('./openai-client.ts')).openaiClient(options, connection, '/chat/completions'),
    body: prompt => chatBody(prompt, options.model, url.startsWith(OPENAI_URL)),
    relax: relaxChat,
    gather: (step, show) => gatherChat({step, show, model: options.model, provider: options.name.split('/')[0] ?? ''}),
  });
}
