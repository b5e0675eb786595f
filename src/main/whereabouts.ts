import {realpathSync} from 'node:fs';
import {join} from 'node:path';
import {carryCheckpoints, hasCommit, isOfHome} from '../adapters/worktree/carry-checkpoints.ts';
import {Stop} from '../agent/stop.ts';
import type {Changes, Moved} from '../core/projections/changes.ts';
import type {Environment} from '../core/vocabulary/environment.ts';
import type {Place} from '../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../core/vocabulary/ids.ts';
import {LogDamaged, type Catalogue} from '../ports/catalogue.ts';
import {locatedRepo} from './located-repo.ts';
import type {Parts} from './parts.ts';

type Asked = {id: SessionId; repo: string | null; environment: BlobRef};

/**
 * Brings a session to where its repository is on this machine: as `repo` says, or as it was said when the session was imported. Null where its own log says it rightly.
 */
export async function broughtHere(
  changes: Changes,
  {id, repo, environment}: Asked,
  parts: Parts,
): Promise<{moved: Moved; notice: string | null} | null> {
  const {place} = changes;
  const known = await locatedIn(await parts.catalogue(), id);
  if (place === null || (repo === null && known === undefined)) return null;
  if (repo === null && known === null) throw new Stop(2, fromElsewhere(id));
  const found = await locatedRepo(repo ?? known ?? '', parts);
  const here = found.at === null && place.kind === 'in-place' && changes.repo === null ? null : found.root;
  if (here === changes.repo && isHere(place, parts.home) && (place.kind === 'worktree' || place.root === found.root)) return null;
  const to = await placeIn(found, {id, place}, parts);
  await carryCheckpoints(parts.home, {id, repo: here, from: place, to});
  // A later word on where it is takes the place of an earlier one.
  await (await parts.catalogue()).note({type: 'session.located', session: id, repo: found.root});
  const moved = {repo: here, place: to, environment: await environmentIn(environment, to, parts), clone: known !== undefined};
  return {moved, notice: to.head === place.head ? null : otherHead(found.root, place.head)};
}

/** Whether a session came from another home, or stands in one, and nothing of its own places is to be opened here. */
export async function isElsewhere(
  {repo, place}: Pick<Changes, 'repo' | 'place'>,
  id: SessionId,
  {catalogue, home}: Pick<Parts, 'catalogue' | 'home'>,
): Promise<boolean> {
  const known = await locatedIn(await catalogue(), id);
  return (known !== undefined && known !== (repo ?? place?.root)) || (place !== null && !isHere(place, home));
}

export const fromElsewhere = (id: SessionId): string =>
  `Session ${id} came from another machine, and does not stand in a repository of this one yet.\nGo on with it in a clone of its repository: agent resume ${id} --repo DIR`;

type Found = Awaited<ReturnType<typeof locatedRepo>>;

async function placeIn({root, at}: Found, {id, place}: {id: SessionId; place: Place}, {worktrees}: Parts): Promise<Place> {
  if (place.kind === 'in-place') return {...place, root, head: at?.head ?? null};
  if (at === null)
    throw new Stop(
      2,
      `${root} is no git repository with a commit, and session ${id} works in a worktree of one.\nName a clone of its repository: agent resume ${id} --repo DIR`,
    );
  const head = place.head !== null && (await hasCommit(root, place.head)) ? place.head : at.head;
  return {...(await worktrees()).plan(at, id), cwd: place.cwd, head};
}

const otherHead = (root: string, head: string | null): string =>
  `${root} does not have the commit that the session began from (${head ?? 'none'}): its worktree stands at the newest commit there, with the session's own files over it.`;

/** What the model was told of the machine, with the folder that it works in now. */
async function environmentIn(ref: BlobRef, {root, cwd}: Place, {blobs}: Parts): Promise<BlobRef> {
  const store = await blobs();
  const environment = JSON.parse(new TextDecoder().decode(await store.get(ref))) as Environment;
  return store.put(Buffer.from(JSON.stringify({...environment, cwd: join(root, cwd)})), {durable: true});
}

/** What was said of it last; null where it was imported and nothing was said, undefined where it is of this home. */
async function locatedIn(catalogue: Catalogue, id: SessionId): Promise<string | null | undefined> {
  let found: string | null | undefined;
  try {
    for await (const {event} of catalogue.home()) {
      if (!('session' in event) || event.session !== id) continue;
      if (event.type === 'session.located' && 'repo' in event) found = event.repo;
      if (event.type === 'session.removed') found = undefined;
    }
  } catch (error) {
    // What stands behind a bad line of the home log is not known here; `agent doctor` names the line.
    if (!(error instanceof LogDamaged)) throw error;
  }
  return found;
}

function isHere(place: Place, home: string): boolean {
  return place.kind === 'in-place' || isOfHome(home, place.root) || isOfHome(real(home), real(place.root));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return path;
    throw error;
  }
}
