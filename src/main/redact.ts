import {systemClock} from '../adapters/clock/clock.ts';
import {homeKey} from '../adapters/secrets/home-key.ts';
import {logRewriting} from '../adapters/session/log-rewriting.ts';
import {redact, type Redacted, type RedactRequest} from '../agent/erase/redact.ts';
import type {Parts} from './parts.ts';

/** Takes a value out of the past of sessions of this home. */
export async function composeRedact(request: RedactRequest, {home, catalogue, blobs, index}: Parts): Promise<Redacted> {
  const ports = {
    catalogue: await catalogue(),
    blobs: await blobs(),
    rewriting: logRewriting(home),
    now: systemClock.now,
    key: homeKey(home),
  };
  const cache = await index();
  const confirm: RedactRequest['confirm'] = async found => {
    const isWanted = await request.confirm(found);
    // Before anything is changed: a crash leaves no copy of what was taken out.
    if (isWanted) await cache.drop();
    return isWanted;
  };
  const redacted = await redact({...request, confirm}, ports);
  // What another process has read meanwhile it may have kept.
  await cache.drop();
  return redacted;
}
