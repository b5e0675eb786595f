import type {Model} from '../../ports/model.ts';
import {chatBody, relaxChat} from './chat-body.ts';
import {gatherChat} from './chat-gather.ts';
import {openaiClient, OPENAI_URL} from './openai-client.ts';
import type {ModelOptions} from './wire-model.ts';
import {wireModel} from './wire-model.ts';

/** Chat completions: OpenAI's older protocol, and the one of Ollama, LM Studio, llama.cpp, vLLM and nearly every gateway. */
export function openaiCompatible(options: ModelOptions): Model {
  const url = `${(options.baseURL ?? OPENAI_URL).replace(/\/+$/, '')}/chat/completions`;
  return wireModel(options, {
    url,
    connect: connection => openaiClient(options, connection, '/chat/completions'),
    body: prompt => chatBody(prompt, options.model, url.startsWith(OPENAI_URL)),
    relax: relaxChat,
    gather: (step, show) => gatherChat({step, show, model: options.model, provider: options.name.split('/')[0] ?? ''}),
  });
}
