import type {Failure} from '../../core/vocabulary/block.ts';
import type {ProviderConfig} from '../../ports/config.ts';
import type {Found, FoundModel} from './discover.ts';
import {discover} from './discover.ts';
import type {LocalKind} from './local-servers.ts';
import {isLocalKind} from './local-servers.ts';
import {nearest} from './nearest.ts';
import {knownModels} from './prices.ts';

/** What is known of the user's surroundings when a model is chosen. */
export type Surroundings = {
  env: Readonly<Record<string, string | undefined>>;
  providers?: Readonly<Record<string, ProviderConfig>> | undefined;
  /** Base URLs of local servers in place of the usual ports. */
  servers?: Partial<Record<LocalKind, string>> | undefined;
};
/** `window` where a server said it. */
export type Choice = {provider: string; model: string; window: number | null};

/** Which provider's model a name means. Only a name that nothing explains, or none at all, makes it ask the local servers. */
export async function choose(name: string | null, around: Surroundings): Promise<Choice | {failure: Failure}> {
  if (name === null) return chooseDefault(around);
  return named(name, around) ?? guessed(name, around) ?? (await foundLocally(name, around));
}

function named(name: string, {providers = {}}: Surroundings): Choice | null {
  const slash = name.indexOf('/');
  const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
  const isKnown = Object.hasOwn(providers, provider) || provider === 'openai' || provider === 'anthropic' || isLocalKind(provider);
  return slash > 0 && model !== '' && isKnown ? {provider, model, window: null} : null;
}

/** A bare name: the family tells the provider. A base URL of the user's own is asked for anything, since it was set to be asked. */
function guessed(name: string, {env}: Surroundings): Choice | null {
  if (name.startsWith('claude-')) return {provider: 'anthropic', model: name, window: null};
  if (env['OPENAI_BASE_URL']) return {provider: 'openai', model: name, window: null};
  const isOpenAi = /^(gpt-(?!oss)|o\d|chatgpt|codex)/.test(name);
  return isOpenAi && env['OPENAI_API_KEY'] ? {provider: 'openai', model: name, window: null} : null;
}

async function foundLocally(name: string, around: Surroundings): Promise<Choice | {failure: Failure}> {
  const found = await look(around);
  const models = found.flatMap(({models: each}) => each);
  const match = models.find(model => [name, `${name}:latest`].includes(bare(model)));
  return match === undefined ? {failure: unknownModel(name, found)} : choice(match);
}

/** A key that is set is a choice already made; without one, what runs on this machine. */
async function chooseDefault(around: Surroundings): Promise<Choice | {failure: Failure}> {
  const {env} = around;
  if (env['OPENAI_BASE_URL']) return firstOf(env['OPENAI_BASE_URL'], env['OPENAI_API_KEY']);
  if (env['ANTHROPIC_API_KEY'] || env['ANTHROPIC_AUTH_TOKEN']) return {provider: 'anthropic', model: DEFAULT.anthropic, window: null};
  if (env['OPENAI_API_KEY']) return {provider: 'openai', model: DEFAULT.openai, window: null};
  const first = (await look(around)).find(({kind, models}) => kind === 'local' && models.length > 0)?.models[0];
  return first === undefined ? {failure: NOTHING} : choice(first);
}

/** The middle of each provider's range: good at code, a fifth of the price of the largest. */
const DEFAULT = {anthropic: 'claude-sonnet-5-5', openai: 'gpt-6.1-sol'};

const NOTHING: Failure = {
  code: 'no-model',
  message: 'No model was found: no local server answers and no key is set.',
  retryable: false,
  hint: 'Start Ollama (or LM Studio, llama.cpp, vLLM), or set ANTHROPIC_API_KEY or OPENAI_API_KEY.',
};

/** A server named by URL only: it is asked what it has. */
async function firstOf(url: string, key: string | undefined): Promise<Choice | {failure: Failure}> {
  const {firstModel} = await import('./first-model.ts');
  const model = await firstModel(url, key);
  if (typeof model === 'string') return {provider: 'openai', model, window: null};
  return {failure: {...model, hint: 'Name a model: --model NAME or AGENT_MODEL.'}};
}

function look({env, providers, servers}: Surroundings): Promise<Found[]> {
  return discover({env, ...(providers === undefined ? {} : {providers}), ...(servers === undefined ? {} : {servers})});
}

function choice(found: FoundModel): Choice {
  const provider = found.name.slice(0, found.name.indexOf('/'));
  return {provider, model: bare(found), window: found.window};
}

function bare({name}: FoundModel): string {
  return name.slice(name.indexOf('/') + 1);
}

function unknownModel(name: string, found: readonly Found[]): Failure {
  const names = [...found.flatMap(({models}) => models.map(model => model.name)), ...knownModels('anthropic'), ...knownModels('openai')];
  const near = nearest(name, [...new Set(names)]);
  const hint =
    near.length > 0 ? `Did you mean ${near.join(', ')}? \`agent models\` lists what is there.` : '`agent models` lists what is there.';
  return {code: 'unknown-model', message: `No model ${JSON.stringify(name)} was found.`, retryable: false, hint};
}
