import {homeKey} from '../adapters/secrets/home-key.ts';
import {secretsOfUser} from '../adapters/secrets/secrets.ts';
import {Stop} from '../agent/stop.ts';
import {SecretsRefused, type Secrets} from '../ports/secrets.ts';
import type {Start} from './parts.ts';

/** Without its key nothing can be masked, and nothing runs. */
export function composeSecrets(home: string, env: Start['env']): Secrets {
  try {
    return secretsOfUser(homeKey(home), env, {nested: true});
  } catch (error) {
    if (error instanceof SecretsRefused) throw new Stop(3, error.message, {cause: error});
    throw error;
  }
}
