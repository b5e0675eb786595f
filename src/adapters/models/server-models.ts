import {unreachable} from '../../core/log/fold.ts';
import type {LocalServer} from './local-servers.ts';
import {isObject} from './wire-call.ts';

/** `window` is what the server says that it serves; null where it does not say. */
export type FoundModel = {name: string; window: number | null; note: string | null};
/** The JSON at a URL (posted to, where a body is given), or null where there is none. */
export type Get = (url: string, body?: object) => Promise<unknown>;
type Env = Readonly<Record<string, string | undefined>>;

/** The models of a server that can talk, or null where no such server answers. */
export function listModels(server: LocalServer, get: Get, env: Env): Promise<FoundModel[] | null> {
  switch (server.kind) {
    case 'ollama':
      return ollama(server.url, get, env);
    case 'lmstudio':
      return lmstudio(server.url, get);
    case 'llamacpp':
      return llamacpp(server.url, get);
    case 'vllm':
      return vllm(server.url, get);
    default:
      return unreachable(server.kind);
  }
}

async function ollama(url: string, get: Get, env: Env): Promise<FoundModel[] | null> {
  const tags = await get(`${url}/api/tags`);
  if (!isObject(tags) || !Array.isArray(tags['models'])) return null;
  const loaded = list(await get(`${url}/api/ps`), 'models');
  const names = list(tags, 'models').flatMap(model => text(model['name']) ?? []);
  const models = await Promise.all(
    names.map(async name => ollamaModel({name, shown: await get(`${url}/api/show`, {model: name}), loaded, env})),
  );
  return models.flatMap(model => model ?? []);
}

/** What a model was trained for is not what Ollama serves: without `num_ctx` it cuts requests silently at its default. */
function ollamaModel({
  name,
  shown,
  loaded,
  env,
}: {
  name: string;
  shown: unknown;
  loaded: readonly Record<string, unknown>[];
  env: Env;
}): FoundModel | null {
  const about = isObject(shown) ? shown : {};
  const abilities = about['capabilities'];
  if (Array.isArray(abilities) && !abilities.includes('completion')) return null;
  const set = /^num_ctx\s+(\d+)/m.exec(text(about['parameters']) ?? '')?.[1];
  const running = loaded.find(model => model['name'] === name)?.['context_length'];
  const served = number(running) ?? number(Number(set)) ?? number(Number(env['OLLAMA_CONTEXT_LENGTH']));
  const info = isObject(about['model_info']) ? about['model_info'] : {};
  const trained = number(Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]);
  const note = `it can take ${trained ?? 'more'} tokens, but Ollama serves its default length: set OLLAMA_CONTEXT_LENGTH for the server`;
  return {name: `ollama/${name}`, window: served, note: served === null ? note : null};
}

async function lmstudio(url: string, get: Get): Promise<FoundModel[] | null> {
  const models = await get(`${url}/api/v0/models`);
  if (!isObject(models) || !Array.isArray(models['data'])) return null;
  return list(models, 'data')
    .filter(({type}) => type === undefined || type === 'llm' || type === 'vlm')
    .toSorted((a, b) => Number(b['state'] === 'loaded') - Number(a['state'] === 'loaded'))
    .flatMap(model => {
      const id = text(model['id']);
      const most = number(model['max_context_length']);
      const note = most === null ? null : `it can take ${most} tokens: the length is chosen when LM Studio loads it`;
      const window = number(model['loaded_context_length']);
      return id === null ? [] : [{name: `lmstudio/${id}`, window, note: window === null ? note : null}];
    });
}

async function llamacpp(url: string, get: Get): Promise<FoundModel[] | null> {
  const [props, models] = await Promise.all([get(`${url}/props`), get(`${url}/v1/models`)]);
  if (!isObject(props)) return null;
  const settings = isObject(props['default_generation_settings']) ? props['default_generation_settings'] : {};
  const window = number(settings['n_ctx']) ?? number(props['n_ctx']);
  const ids = list(models, 'data').flatMap(model => text(model['id']) ?? []);
  return (ids.length === 0 ? ['default'] : ids).map(id => ({name: `llamacpp/${id}`, window, note: null}));
}

async function vllm(url: string, get: Get): Promise<FoundModel[] | null> {
  const models = await get(`${url}/v1/models`);
  if (!isObject(models) || !Array.isArray(models['data'])) return null;
  return list(models, 'data').flatMap(model => {
    const id = text(model['id']);
    return id === null ? [] : [{name: `vllm/${id}`, window: number(model['max_model_len']), note: null}];
  });
}

function list(value: unknown, key: string): Record<string, unknown>[] {
  const inner = isObject(value) ? value[key] : null;
  return Array.isArray(inner) ? inner.filter(isObject) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}
