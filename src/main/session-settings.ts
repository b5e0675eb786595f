import type {Models, OpenRequest} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import type {SessionSettings} from '../core/vocabulary/settings.ts';
import type {StormExemption} from '../core/vocabulary/storm.ts';
import type {LoadedConfig} from '../ports/config.ts';
import type {Model} from '../ports/model.ts';
import type {Parts} from './parts.ts';

type Wanted = {request: Pick<OpenRequest, 'add_dirs' | 'headless'>; loaded: LoadedConfig; repo: string | null; parts: Parts};

/** What a run works under: the configuration, the grants for always in this repository, and a model that really can be opened. */
export async function sessionSettings({
  request,
  loaded,
  repo,
  parts,
}: Wanted): Promise<{settings: SessionSettings; model: Model; models: Models}> {
  const {values, rules} = loaded;
  const models = await parts.models(values);
  const model = await openModel(values.model, models);
  if (values.limits.usd !== null && model.price === null) {
    throw new Stop(
      3,
      `The price of ${model.name} is not known, so a limit in dollars cannot be kept.\nSet its price (agent config set prices."${model.name}".input 1.25, and .output), or limit tokens instead: --max-tokens`,
    );
  }
  const granted = repo === null ? [] : ((await parts.grants()).rules.get(repo) ?? []);
  const settings: SessionSettings = {
    mode: values.mode,
    model: model.name,
    rules: [...rules.map(({effect, tool, pattern}) => ({effect, tool, ...(pattern === undefined ? {} : {pattern})})), ...granted],
    add_dirs: request.add_dirs,
    headless: request.headless,
    context: values.context,
    output: values.output,
    shell: {timeout_ms: values.shell.timeout_s * 1_000, environment: values.shell.environment},
    limits: {
      steps: values.limits.steps,
      tokens: values.limits.tokens,
      usd: values.limits.usd,
      ms: values.limits.minutes === null ? null : Math.round(values.limits.minutes * 60_000),
    },
    retries: values.retries,
    redaction: values.redaction,
    storms: {...values.storms, exempt: values.storms.exempt.map(asExemption)},
  };
  return {settings, model, models};
}

/** As rules are written: `shell until curl *`. */
function asExemption(text: string): StormExemption {
  const space = text.indexOf(' ');
  return space < 0 ? {tool: text} : {tool: text.slice(0, space), pattern: text.slice(space + 1)};
}

async function openModel(name: string | null, models: Models): Promise<Model> {
  const opened = await (name === null ? models.usual() : models.open(name));
  if (!('failure' in opened)) return opened;
  const {code, message, hint} = opened.failure;
  throw new Stop(3, name === null && code === 'no-model' ? howToGetOne : [message, hint].filter(Boolean).join('\n'));
}

const howToGetOne = `No model was found: no local server answers, and no key is set.
  On this machine:  start Ollama (ollama pull qwen3-coder), LM Studio, llama.cpp or vLLM; it is found by itself
  Your own server:  export OPENAI_BASE_URL=http://host:port/v1
  With a key:       export ANTHROPIC_API_KEY=…   or: export OPENAI_API_KEY=…
  With none:        agent demo   shows the whole loop with a scripted model`;
