import {doctor} from '../adapters/doctor/doctor.ts';
import {startTimeOf} from '../adapters/processes/process-table.ts';
import type {Doctor} from '../ports/doctor.ts';
import {Stop} from '../agent/stop.ts';
import type {Parts} from './parts.ts';

export function composeDoctor({home, env, cwd, catalogue, settings}: Parts): Doctor {
  return async () => {
    return doctor({home, env, minFree: await minFree({cwd, settings}), catalogue, startTimeOf})();
  };
}

/** An invalid configuration is a finding of its own, and no reason not to look at the machine. */
async function minFree({cwd, settings}: Pick<Parts, 'cwd' | 'settings'>): Promise<number> {
  try {
    return (await settings({dir: cwd, file: null, flags: {}})).values.output.min_free;
  } catch (error) {
    if (error instanceof Stop) return usualMinFree;
    throw error;
  }
}

const usualMinFree = 2e9;
