import {doctor} from '../adapters/doctor/doctor.ts';
import {startTimeOf} from '../adapters/processes/process-table.ts';
import type {Doctor} from '../ports/doctor.ts';
import {Stop} from '../agent/stop.ts';
import type {Parts} from './parts.ts';

export function composeDoctor({home, env, cwd, catalogue, index, settings}: Parts): Doctor {
  return async () => {
    return doctor({home, env, ...(await configured({cwd, settings})), catalogue, index, startTimeOf})();
  };
}

/** An invalid configuration is a finding of its own, and no reason not to look at the machine. */
async function configured({cwd, settings}: Pick<Parts, 'cwd' | 'settings'>): Promise<{minFree: number; redaction: boolean}> {
  try {
    const {output, redaction} = (await settings({dir: cwd, file: null, flags: {}})).values;
    return {minFree: output.min_free, redaction: redaction.enabled};
  } catch (error) {
    if (error instanceof Stop) return usual;
    throw error;
  }
}

const usual = {minFree: 2e9, redaction: true};
