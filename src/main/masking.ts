import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {homeKey} from '../adapters/secrets/home-key.ts';
import {secretsOfUser} from '../adapters/secrets/secrets.ts';
import {makeFolder} from '../adapters/session/make-folder.ts';
import {Stop} from '../agent/stop.ts';
import {LogRefused} from '../ports/log.ts';
import {SecretsRefused, type KnownSecret} from '../ports/secrets.ts';
import type {Start} from './parts.ts';

/**
 * What is masked in an output that is of no session: the secrets of the environment and of the `.env` files where it runs. Where the home has
 * no key, and none has to be made, the placeholders are of a key of this run alone.
 */
export function masking(keep: boolean, {home, env, cwd}: Start & {home: string}): {key: Uint8Array; known: readonly KnownSecret[]} {
  const key = (keep ? keyOf(home) : keyIn(home)) ?? randomBytes(32);
  return {key, known: secretsOfUser(key, env).known([cwd])};
}

function keyIn(home: string): Uint8Array | null {
  try {
    return existsSync(join(home, 'redaction.key')) ? homeKey(home) : null;
  } catch (error) {
    if (error instanceof SecretsRefused) return null;
    throw error;
  }
}

/** Null where the home takes nothing: then it does not take what is to be kept, and that is told of in its place. */
function keyOf(home: string): Uint8Array | null {
  try {
    makeFolder(home);
    return homeKey(home);
  } catch (error) {
    if (error instanceof SecretsRefused) throw new Stop(3, error.message, {cause: error});
    if (error instanceof LogRefused) return null;
    throw error;
  }
}
