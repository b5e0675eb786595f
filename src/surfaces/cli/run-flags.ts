import type {ConfigValues} from '../../ports/config.ts';
import type {RunOptions} from './options.ts';

/** The flags of a run as settings: only what was said. */
export function runFlags({model, mode, limits}: Pick<RunOptions, 'model' | 'mode' | 'limits'>): Partial<ConfigValues> {
  const {steps, tokens, usd, ms} = limits;
  const said = steps !== null || tokens !== null || usd !== null || ms !== null;
  return {
    ...(model === null ? {} : {model}),
    ...(mode === null ? {} : {mode}),
    ...(said ? {limits: {steps, tokens, usd, minutes: ms === null ? null : ms / 60_000}} : {}),
  };
}
