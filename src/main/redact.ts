import {systemClock} from '../adapters/clock/clock.ts';
import {homeKey} from '../adapters/secrets/home-key.ts';
import {logRewriting} from '../adapters/session/log-rewriting.ts';
import {redact, type Redacted, type RedactRequest} from '../agent/erase/redact.ts';
import type {Parts} from './parts.ts';

/** Takes a value out of the past of sessions of this home. */
export async function composeRedact(request: RedactRequest, {home, catalogue, blobs}: Parts): Promise<Redacted> {
  const ports = {
    catalogue: await catalogue(),
    blobs: await blobs(),
    rewriting: logRewriting(home),
    now: systemClock.now,
    key: homeKey(home),
  };
  return redact(request, ports);
}
