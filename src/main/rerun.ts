import {join} from 'node:path';
import {randomIds} from '../adapters/clock/clock.ts';
import {callTitle} from '../core/projections/call-title.ts';
import {compareRuns, type Rerun, type RerunAnswer, type RerunRequest} from '../agent/rerun/rerun.ts';
import type {Played} from '../agent/rerun/player.ts';
import type {Volatile} from '../core/compare/mask-volatile.ts';
import type {Environment} from '../core/vocabulary/environment.ts';
import type {Recorded, SessionEvent} from '../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../core/vocabulary/ids.ts';
import type {Log} from '../ports/log.ts';
import type {Parts} from './parts.ts';
import {playedAgain} from './rerun-ports.ts';
import {rerunSource, type RerunSource} from './rerun-source.ts';
import {removeSession} from './session-changes.ts';
import {versionsOf} from './versions.ts';

/**
 * Runs the tools of a session again, in a new session of the same home: so its leftovers are found after a crash, its secrets have the same placeholders, and its trees lie beside
 * the recorded ones. Where nothing differs it is taken away again.
 */
export async function rerunSession(id: SessionId, request: RerunRequest, parts: Parts): Promise<RerunAnswer> {
  const again = randomIds.session();
  const source = await rerunSource(id, again, parts);
  const ran = [...source.score.calls.values()].filter(({started, read_only}) => started !== null && !read_only);
  if (ran.length > 0 && !(await request.approve(ran.map(({call}) => callTitle(call))))) return {kind: 'declined'};
  const opening = await openingEvents(source, again, parts);
  const log = await (await parts.catalogue()).create(again);
  let differs = false;
  try {
    const compared = await run(source, {again, log, opening, request}, parts).finally(() => log.close());
    const interrupted = request.stop.aborted;
    differs = !interrupted && compared.likeness === 'different';
    const rerun = differs || request.keep ? again : null;
    return interrupted ? {kind: 'interrupted', rerun} : {kind: 'ran', rerun: {session: id, rerun, ...compared}};
  } finally {
    if (!differs && !request.keep) await removeSession(again, parts);
  }
}

type Running = {again: SessionId; log: Log; opening: readonly SessionEvent[]; request: RerunRequest};

async function run(source: RerunSource, {again, log, opening, request}: Running, parts: Parts): Promise<Omit<Rerun, 'session' | 'rerun'>> {
  const [blobs, worktrees] = await Promise.all([parts.blobs(), parts.worktrees()]);
  const played = await playedAgain(source, {again, log, stop: request.stop, opening}, parts);
  const records: Recorded[] = [];
  for await (const record of log.read()) records.push(record as Recorded);
  const compared = await compareRuns(
    {score: source.score, played, again: records},
    {ports: {blobs, worktrees}, places: placesOf(source, again, played)},
  );
  return {...compared, notes: [...source.notes, ...compared.notes, ...degraded(records)]};
}

async function openingEvents(
  {id, place, repo, opened, settings, title}: RerunSource,
  again: SessionId,
  parts: Parts,
): Promise<SessionEvent[]> {
  const blobs = await parts.blobs();
  const recorded = JSON.parse(new TextDecoder().decode(await blobs.get(opened.environment))) as Environment;
  const here: Environment = {...recorded, cwd: join(place.root, place.cwd), kind: place.kind};
  const environment: BlobRef = await blobs.put(Buffer.from(JSON.stringify(here)), {durable: true});
  const versions = await versionsOf(blobs);
  return [
    {type: 'session.opened', session: again, run: randomIds.run(), repo, place, settings, versions, environment},
    ...opened.instructions.map((read): SessionEvent => ({type: 'instructions.read', ...read})),
    {type: 'session.titled', title: `Rerun of ${id}: ${title}`},
  ];
}

/** What each of the two calls its own: longer names first, since one may begin another. */
function placesOf(
  {roots, ids, place}: RerunSource,
  again: SessionId,
  {state}: Played,
): {was: readonly Volatile[]; now: readonly Volatile[]} {
  const volatile = (folders: readonly string[], sessions: readonly string[]) => [
    ...folders.toSorted((a, b) => b.length - a.length).map(text => ({text: latin1(text), as: '<worktree>'})),
    ...sessions.map(text => ({text, as: '<session>'})),
  ];
  return {was: volatile(roots, ids), now: volatile([state.changes.place?.root ?? place.root], [again])};
}

/** Outputs are compared by their bytes. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

const degraded = (records: readonly Recorded[]): readonly string[] =>
  records.flatMap(({event}) => (event.type === 'degraded' ? [event.why] : []));
