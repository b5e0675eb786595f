import type {Failure} from '../../core/vocabulary/block.ts';
import {unreachable} from '../../core/log/fold.ts';
import type {ConfigValues, ProviderConfig} from '../../ports/config.ts';
import type {Model, Price} from '../../ports/model.ts';
import type {Choice, Surroundings} from './choose.ts';
import {choose} from './choose.ts';
import {isLocalKind, localServers} from './local-servers.ts';
import {nearest} from './nearest.ts';
import {configuredPrice, FREE, knownModels, knownWindow, listPrice} from './prices.ts';
import {useProxy} from './proxy.ts';
import type {ModelOptions} from './wire-model.ts';

export type OpenOptions = Surroundings & {
  /** What the model takes, where the user says so. */
  window?: number | null | undefined;
  prices?: ConfigValues['prices'] | undefined;
};

/**
 * A model by its name: `provider/model`, a bare model name, `scripted:FILE`, or null for the default. A name with its provider opens
 * nothing but memory: no server is asked anything before the first request.
 */
export async function openModel(name: string | null, options: OpenOptions): Promise<Model | {failure: Failure}> {
  if (name?.startsWith('scripted:')) {
    const {openScript} = await import('./open-script.ts');
    return openScript(name.slice('scripted:'.length));
  }
  await useProxy(options.env);
  const choice = await choose(name, options);
  if ('failure' in choice) return choice;
  const provider = endpoint(choice.provider, options);
  return 'failure' in provider ? provider : adapter(provider.protocol, modelOptions(choice, provider, options));
}

type Endpoint = {
  protocol: ProviderConfig['protocol'];
  baseURL: string;
  apiKey?: string | undefined;
  headers?: Readonly<Record<string, string>>;
  window?: number | null;
  price: Price | null;
};

function endpoint(provider: string, options: OpenOptions): Endpoint | {failure: Failure} {
  const {env, providers = {}} = options;
  const own = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (own !== undefined) return configured(provider, own, env);
  if (isLocalKind(provider)) {
    const server = localServers(env, options.servers).find(({kind}) => kind === provider);
    return {protocol: 'chat', baseURL: `${server?.url ?? ''}/v1`, price: FREE};
  }
  return provider === 'anthropic' ? anthropicEndpoint(env) : openaiEndpoint(env);
}

function configured(
  provider: string,
  {protocol, url, key_env, headers, window}: ProviderConfig,
  env: OpenOptions['env'],
): Endpoint | {failure: Failure} {
  const apiKey = key_env === null ? undefined : env[key_env];
  if (key_env !== null && !apiKey) return {failure: noKey(provider, key_env)};
  return {protocol, baseURL: url, apiKey, headers, window, price: null};
}

function anthropicEndpoint(env: OpenOptions['env']): Endpoint | {failure: Failure} {
  const {ANTHROPIC_API_KEY: apiKey, ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_BASE_URL: baseURL} = env;
  if (!apiKey && !token && !baseURL) return {failure: noKey('anthropic', 'ANTHROPIC_API_KEY')};
  const headers = !apiKey && token ? {authorization: `Bearer ${token}`} : {};
  return {protocol: 'anthropic', baseURL: baseURL || 'https://api.anthropic.com', apiKey, headers, price: null};
}

/** OpenAI's own host speaks Responses; whoever sets another host has a server that speaks chat completions. */
function openaiEndpoint(env: OpenOptions['env']): Endpoint | {failure: Failure} {
  const {OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: given} = env;
  const baseURL = given || 'https://api.openai.com/v1';
  const isOfficial = URL.canParse(baseURL) && /(^|\.)openai\.com$/.test(new URL(baseURL).hostname);
  if (!URL.canParse(baseURL))
    return {failure: {code: 'bad-request', message: `OPENAI_BASE_URL is not a URL: ${baseURL}`, retryable: false}};
  if (isOfficial && !apiKey) return {failure: noKey('openai', 'OPENAI_API_KEY')};
  return {protocol: isOfficial ? 'responses' : 'chat', baseURL, apiKey, price: null};
}

function noKey(provider: string, variable: string): Failure {
  return {
    code: 'auth',
    message: `The provider ${provider} needs a key, and ${variable} is not set.`,
    retryable: false,
    hint: `Set ${variable}.`,
  };
}

function modelOptions(choice: Choice, {baseURL, apiKey, headers, window, price}: Endpoint, options: OpenOptions): ModelOptions {
  const name = `${choice.provider}/${choice.model}`;
  const own = options.prices?.[name] ?? options.prices?.[choice.model];
  const near = nearest(name, knownModels(choice.provider)).filter(each => each !== name);
  return {
    name,
    model: choice.model,
    baseURL,
    apiKey,
    headers,
    window: options.window ?? window ?? choice.window ?? knownWindow(name),
    price: own === undefined ? (price ?? listPrice(name)) : configuredPrice(own),
    unknown_hint: near.length === 0 ? '`agent models` lists what is there.' : `Did you mean ${near.join(', ')}?`,
  };
}

/** Each protocol's code is loaded only where it is used. */
async function adapter(protocol: ProviderConfig['protocol'], options: ModelOptions): Promise<Model> {
  switch (protocol) {
    case 'chat':
      return (await import('./openai-compatible.ts')).openaiCompatible(options);
    case 'responses':
      return (await import('./openai-responses.ts')).openaiResponses(options);
    case 'anthropic':
      return (await import('./anthropic.ts')).anthropic(options);
    default:
      return unreachable(protocol);
  }
}
