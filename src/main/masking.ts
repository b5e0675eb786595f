import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {homeKey} from '../adapters/secrets/home-key.ts';
import {secretsOfUser} from '../adapters/secrets/secrets.ts';
import {makeFolder} from '../adapters/session/make-folder.ts';
import {LogRefused} from '../ports/log.ts';
import {SecretsRefused, type KnownSecret} from '../ports/secrets.ts';
import type {Start} from './parts.ts';

/**
 * What is masked in an output that is of no session: the secrets of the environment and of the `.env` files where it runs. Where the home has
 * no key, and none has to be made, the placeholders are of a key of this run alone.
 */
export function masking(keep: boolean, {home, env, cwd}: Place): Masking {
  const {key: own, refused} = keep ? keyOf(home) : {key: keyIn(home), refused: null};
  const key = own ?? randomBytes(32);
  return {key, known: secretsOfUser(key, env).known(cwd === null ? [] : [cwd]), refused};
}

/** `cwd` is null where the folder that the program was started in is gone. */
type Place = Omit<Start, 'cwd'> & {home: string; cwd: string | null};

/** `refused`: why the home has no key for what is to be kept there. */
type Masking = {key: Uint8Array; known: readonly KnownSecret[]; refused: string | null};

function keyIn(home: string): Uint8Array | null {
  try {
    return existsSync(join(home, 'redaction.key')) ? homeKey(home) : null;
  } catch (error) {
    if (error instanceof SecretsRefused) return null;
    throw error;
  }
}

/** No key where the home takes nothing: then it does not take what is to be kept, and that is told of in its place. */
function keyOf(home: string): {key: Uint8Array | null; refused: string | null} {
  try {
    makeFolder(home);
    return {key: homeKey(home), refused: null};
  } catch (error) {
    if (error instanceof LogRefused) return {key: null, refused: null};
    if (!(error instanceof SecretsRefused)) throw error;
    const why =
      error.cause === undefined ? error.message : 'its key for masking secrets can neither be read nor be made. See: agent doctor';
    const next = 'Or name another folder: AGENT_HOME=<folder> agent excerpt --keep';
    return {key: null, refused: `The original cannot be kept in ${home}: ${why}\n${next}`};
  }
}
