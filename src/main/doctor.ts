import {doctor} from '../adapters/doctor/doctor.ts';
import {startTimeOf} from '../adapters/processes/process-table.ts';
import type {Doctor} from '../ports/doctor.ts';
import type {Parts} from './compose.ts';

export function composeDoctor({home, env, cwd, catalogue, settings}: Parts): Doctor {
  return async () => {
    const {values} = await settings({dir: cwd, file: null, flags: {}});
    return doctor({home, env, minFree: values.output.min_free, catalogue, startTimeOf})();
  };
}
