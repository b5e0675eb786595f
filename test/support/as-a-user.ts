import type {AgentOptions} from './agent-process.ts';

/** How to run the program so that the rights on files count: root is kept out by none, unless it gives up what lets it pass them by. */
export const asAUser = (): Partial<AgentOptions> =>
  process.getuid?.() === 0 ? {after: `set -- setpriv --bounding-set=${passingBy} --inh-caps=${passingBy} "$@"`} : {};

const passingBy = '-dac_override,-dac_read_search';
