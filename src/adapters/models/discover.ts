import type {ProviderConfig} from '../../ports/config.ts';
import type {LocalKind, LocalServer} from './local-servers.ts';
import {localServers} from './local-servers.ts';
import {knownModels, knownWindow} from './prices.ts';
import type {FoundModel, Get} from './server-models.ts';
import {listModels} from './server-models.ts';

export type {FoundModel} from './server-models.ts';

/** A provider that can be used now: a server that answered, or one whose key is set. Local ones come first. */
export type Found = {provider: string; kind: 'local' | 'configured' | 'keyed'; url: string; models: readonly FoundModel[]};

export type DiscoverOptions = {
  env: Readonly<Record<string, string | undefined>>;
  providers?: Readonly<Record<string, ProviderConfig>>;
  /** Base URLs in place of the usual ports. */
  servers?: Partial<Record<LocalKind, string>>;
  timeout_ms?: number;
};

/** Asks the local servers, all at once, and looks at the keys in the environment. Only loopback (or what the user named) is asked. */
export async function discover(options: DiscoverOptions): Promise<Found[]> {
  const {env, providers = {}, servers = {}, timeout_ms = 300} = options;
  const get = getter(timeout_ms);
  const locals = await Promise.all(localServers(env, servers).map(server => askLocal(server, get, env)));
  return [...locals.flatMap(found => found ?? []), ...configured(providers, env), ...keyed(env)];
}

async function askLocal(server: LocalServer, get: Get, env: DiscoverOptions['env']): Promise<Found | null> {
  const models = await listModels(server, get, env);
  return models === null ? null : {provider: server.kind, kind: 'local', url: server.url, models};
}

function configured(providers: Readonly<Record<string, ProviderConfig>>, env: DiscoverOptions['env']): Found[] {
  return Object.entries(providers)
    .filter(([, {key_env}]) => key_env === null || Boolean(env[key_env]))
    .map(([provider, {url}]) => ({provider, kind: 'configured', url, models: []}));
}

function keyed(env: DiscoverOptions['env']): Found[] {
  const found = (provider: string, url: string): Found => ({
    provider,
    kind: 'keyed',
    url,
    models: knownModels(provider).map(name => ({name, window: knownWindow(name), note: null})),
  });
  return [
    ...(env['ANTHROPIC_API_KEY'] || env['ANTHROPIC_AUTH_TOKEN']
      ? [found('anthropic', env['ANTHROPIC_BASE_URL'] || 'https://api.anthropic.com')]
      : []),
    ...(env['OPENAI_API_KEY'] ? [found('openai', env['OPENAI_BASE_URL'] || 'https://api.openai.com/v1')] : []),
  ];
}

/** JSON of an answer, or null: a port where nothing or something else listens is no failure when one only looks around. */
function getter(timeout_ms: number): Get {
  return async (url, body) => {
    const init = body === undefined ? {} : {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)};
    try {
      const response = await fetch(url, {...init, signal: AbortSignal.timeout(timeout_ms), redirect: 'error'});
      return response.ok ? await response.json() : null;
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException) return null;
      throw error;
    }
  };
}
