import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {Sha256} from '../vocabulary/ids.ts';
import {chainStart} from './chain.ts';
import {unseal} from './codec.ts';

/**
 * Whose log it is, told record by record. A fork's log begins with its parent's records, byte for byte, so its chain begins where the parent's does, and `session.forked`
 * says from where on it is its own.
 */
export class Lineage {
  owner: string | null = null;

  /** What is wrong with a record that names a session, or null. */
  take({seq, prev, event}: Recorded<{type: string}>): string | null {
    if (event.type === 'session.opened') this.owner = (event as Opened).session;
    if (event.type === 'session.repaired') this.owner = (event as Repaired).session;
    if (event.type !== 'session.forked') return null;
    const {session, from} = event as Forked;
    const parent = this.owner;
    this.owner = session;
    if (from.seq !== seq - 1 || from.hash !== prev) return 'it forks from another record than the one before it';
    return parent === null || from.session === parent
      ? null
      : `it forks from session ${from.session}, and the records before it are those of ${parent}`;
  }
}

/** What the first record of a log follows: the hash of the id that the record says, or else of the name that the log goes by. */
export function startOf(line: Uint8Array, name: string): Sha256 {
  const unsealed = unseal(line);
  if ('why' in unsealed) return chainStart(name);
  const {event} = unsealed.value as {event?: Partial<Opened> | null};
  return chainStart(event?.type === 'session.opened' && typeof event.session === 'string' ? event.session : name);
}

type Opened = Extract<SessionEvent, {type: 'session.opened'}>;
type Repaired = Extract<SessionEvent, {type: 'session.repaired'}>;
type Forked = Extract<SessionEvent, {type: 'session.forked'}>;
