import {verdictOf, type Fault, type Verdict} from '../../core/audit/fault.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import {anchorFaultOfNothing} from './anchor-fault.ts';
import {BlobChecks} from './blob-checks.ts';
import {verifyHome, type HomeProof} from './verify-home.ts';
import {unreadable} from './read-log.ts';
import {verifySession, type SessionProof} from './verify-session.ts';

/** What was proven of sessions, the home log, and what else is in the store. */
export type Proof = {
  verdict: Verdict;
  home: HomeProof;
  sessions: readonly SessionProof[];
  /** Sessions that the home log knows, and that have no log. */
  lost: readonly Fault[];
  /** What is wrong with the store's own folders. */
  store: readonly Fault[];
  /** Blobs that none of the sessions names; null where not all sessions were looked at, or the store cannot be listed. */
  unnamed: {blobs: number; stored: number} | null;
};

/** `passed`: bytes that were read of blobs. `done`: each session, as soon as it is. */
export type Watching = {passed: (bytes: number) => void; done: (proof: SessionProof) => void};

/** Proves some sessions, or all of them, from the files on the disk. Takes no lock, and changes nothing. */
export async function verifyStore(
  which: readonly SessionId[] | 'all',
  {catalogue, blobs}: {catalogue: Catalogue; blobs: Blobs},
  {passed, done}: Watching,
): Promise<Proof> {
  const checks = new BlobChecks(blobs, passed);
  // Before the sessions' logs: these may grow meanwhile, and then hold more than was known of them.
  const {proof: home, known} = await verifyHome(catalogue);
  const ids = which === 'all' ? await everySession(catalogue) : which;
  const sessions: SessionProof[] = [];
  for (const id of ids) {
    const proof = await verifySession(id, {catalogue, checks, home: known});
    done(proof);
    sessions.push(proof);
  }
  const there = new Set(ids);
  const gone = which === 'all' ? [...known.anchors.keys()].filter(id => !there.has(id)) : [];
  const lost = gone.map(id => anchorFaultOfNothing(id, known));
  const {unnamed, store} = which === 'all' ? await unnamedIn(blobs, checks) : {unnamed: null, store: []};
  const parts = [home, ...sessions];
  const faults = [...lost, ...store, ...parts.flatMap(part => part.faults)];
  const verdict = verdictOf({faults, unproven: parts.flatMap(({unproven}) => unproven)});
  return {verdict, home, sessions, lost, store, unnamed};
}

/** Also those that have no record and that nobody is just beginning. */
async function everySession(catalogue: Catalogue): Promise<readonly SessionId[]> {
  const empty = (await catalogue.empty()).filter(({busy}) => !busy);
  return [...new Set([...(await catalogue.list()), ...empty].map(({id}) => id))];
}

/** What the store cannot be listed for is its fault: each blob that a session names was looked for by itself. */
async function unnamedIn(blobs: Blobs, checks: BlobChecks): Promise<Pick<Proof, 'unnamed' | 'store'>> {
  const unnamed = {blobs: 0, stored: 0};
  try {
    for await (const {ref, stored} of blobs.list()) {
      if (checks.has(ref)) continue;
      unnamed.blobs++;
      unnamed.stored += stored;
    }
    return {unnamed, store: []};
  } catch (error) {
    const why = unreadable(error);
    const file = (error as NodeJS.ErrnoException).path ?? 'blobs';
    const next = `Put it back as it was, from a backup. What each session misses of it is told with the session.`;
    return {unnamed: null, store: [{what: 'blob', file, line: null, seq: null, bytes: null, why, next}]};
  }
}
