import type {Models} from '../agent/program.ts';
import type {ConfigValues} from '../ports/config.ts';
import type {Start} from './parts.ts';

/** The models of this environment and configuration. A named one opens without asking any server. */
export async function composeModels({env, values}: {env: Start['env']; values: ConfigValues}): Promise<Models> {
  const {openModel} = await import('../adapters/models/open.ts');
  const options = {env, providers: values.providers, prices: values.prices, window: takenWindow(env)};
  return {
    open: name => openModel(name, options),
    usual: () => openModel(null, options),
    found: async () => {
      const {discover} = await import('../adapters/models/discover.ts');
      return discover({env, providers: values.providers});
    },
  };
}

/** AGENT_CONTEXT_WINDOW: what the model takes, where neither it nor our table says so. */
function takenWindow({AGENT_CONTEXT_WINDOW: text}: Start['env']): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
