import type {ConfigFlags} from '../../ports/config.ts';
import type {RunOptions} from './options.ts';

/** The flags of a run as settings: only what was said, so that every other limit stays as it is configured. */
export function runFlags({model, mode, limits}: Pick<RunOptions, 'model' | 'mode' | 'limits'>): ConfigFlags {
  const {steps, tokens, usd, ms} = limits;
  const said = {
    ...(steps === null ? {} : {steps}),
    ...(tokens === null ? {} : {tokens}),
    ...(usd === null ? {} : {usd}),
    ...(ms === null ? {} : {minutes: ms / 60_000}),
  };
  return {...(model === null ? {} : {model}), ...(mode === null ? {} : {mode}), ...(Object.keys(said).length === 0 ? {} : {limits: said})};
}
