import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import type {Assemblers} from '../../src/agent/replay/assemblers.ts';
import type {ReplayProof} from '../../src/agent/replay/replay-proof.ts';
import {verifyReplay} from '../../src/agent/replay/verify-replay.ts';
import {chainStart} from '../../src/core/log/chain.ts';
import {encode} from '../../src/core/log/codec.ts';
import type {Recorded, SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';

/** Runs a session of this home again, from its files alone. */
export const verifyReplayIn = (home: string, id: string, assemblers?: Assemblers): Promise<ReplayProof> =>
  verifyReplay(id as SessionId, {
    catalogue: sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: () => null}),
    blobs: blobStore(join(home, 'blobs')),
    ...(assemblers === undefined ? {} : {assemblers}),
  });

/** What a session's requests and moves do not come out again as. Files that a test damaged are another matter. */
export async function notAgain(home: string, id: string): Promise<readonly string[]> {
  const {divergences} = await verifyReplayIn(home, id);
  return divergences.filter(({what}) => what === 'request' || what === 'order').map(({seq, why}) => `${id}, record ${seq}: ${why}`);
}

export const logIn = (home: string, id: string): string => join(home, 'sessions', id, 'log.jsonl');

export const recordsIn = (home: string, id: string): readonly Recorded[] =>
  readFileSync(logIn(home, id), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Recorded);

/** The log as somebody would leave it who writes it anew with a chain that holds: numbers follow what is left. */
export function rewriteLog(home: string, id: string, change: (events: readonly SessionEvent[]) => readonly SessionEvent[]): void {
  const [first] = recordsIn(home, id);
  let prev = first?.prev ?? chainStart(id);
  const lines = change(recordsIn(home, id).map(({event}) => event)).map((event, seq) => {
    const {line, hash} = encode({v: 1, seq, at: '2026-01-01T00:00:00.000Z', prev, event});
    prev = hash;
    return line;
  });
  writeFileSync(logIn(home, id), lines.join(''));
}
