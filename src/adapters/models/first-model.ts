import type {Failure} from '../../core/vocabulary/block.ts';
import {failureOf} from './failures.ts';
import {isObject} from './wire-call.ts';

/** The first model that a server of the OpenAI kind lists. */
export async function firstModel(baseURL: string, key: string | undefined): Promise<string | Failure> {
  const url = `${baseURL.replace(/\/+$/, '')}/models`;
  try {
    const response = await fetch(url, {
      headers: key === undefined ? {} : {authorization: `Bearer ${key}`},
      signal: AbortSignal.timeout(5000),
    });
    const body: unknown = await response.json();
    const models = isObject(body) && Array.isArray(body['data']) ? body['data'].filter(isObject) : [];
    const id = models.map(model => model['id']).find(each => typeof each === 'string');
    if (typeof id === 'string') return id;
    return {code: 'no-model', message: `${new URL(url).host} lists no model (status ${response.status}).`, retryable: false};
  } catch (thrown) {
    return failureOf(thrown, {phase: 'request', url, secrets: [key ?? '']});
  }
}
