import {randomBytes} from 'node:crypto';
import type {RunId, SessionId} from '../../core/vocabulary/ids.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Ids} from '../../ports/ids.ts';

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    }),
  chance: () => Math.random(),
};

/** Crockford's base 32 in lower case: no letter that reads like a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const random = (length: number): string => [...randomBytes(length)].map(byte => alphabet[byte % 32]).join('');

export const randomIds: Ids = {session: () => random(10) as SessionId, run: () => random(8) as RunId};
