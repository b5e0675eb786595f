import {scoreOf, type Score} from '../agent/rerun/score.ts';
import {settingsAgain} from '../agent/rerun/recorded-settings.ts';
import {relocated} from '../agent/rerun/relocate.ts';
import {Stop} from '../agent/stop.ts';
import {recorded} from '../adapters/models/recorded.ts';
import {replay} from '../core/log/fold.ts';
import {isSessionEvent} from '../core/log/event-types.ts';
import {sessionState, type Opened} from '../core/projections/session-state.ts';
import type {LeftOut, Place, Recorded} from '../core/vocabulary/event.ts';
import type {BlobRef, GitTree, SessionId} from '../core/vocabulary/ids.ts';
import type {SessionSettings} from '../core/vocabulary/settings.ts';
import type {Model} from '../ports/model.ts';
import {WorktreeRefused, type Location, type Worktrees} from '../ports/worktree.ts';
import {stopIfDamaged} from './damaged-session.ts';
import type {Parts} from './parts.ts';
import {fromElsewhere, isElsewhere} from './whereabouts.ts';

/** A recorded session, with all that is needed to play it again in a place of its own. */
export type RerunSource = {
  id: SessionId;
  title: string;
  score: Score;
  opened: Opened;
  repo: string;
  /** Where it is played, and the tree that it begins with. */
  place: Place;
  base: GitTree;
  /** The checkout's own commit, for where the recorded one is gone. */
  head: string | null;
  /** Where the recorded session worked, and its parents did, and their ids. */
  roots: readonly string[];
  ids: readonly string[];
  settings: SessionSettings;
  /** The recorded replies, whose calls name the new place; `outputs` are the new session's own. */
  model: (outputs: () => ReadonlyMap<BlobRef, BlobRef>) => Model;
  notes: readonly string[];
};

export async function rerunSource(id: SessionId, again: SessionId, parts: Parts): Promise<RerunSource> {
  const {records, cut} = upToDamage(await recordsOf(id, parts));
  const {opened, changes, card} = replay(sessionState, records);
  const first = records.find(({event}) => event.type === 'session.opened')?.event;
  if (opened === null || changes.place === null || first?.type !== 'session.opened')
    throw new Stop(1, `Session ${id} was never opened: its log has no first record. Remove it with: agent sessions rm ${id}`);
  if (await isElsewhere(changes, id, parts)) throw new Stop(2, fromElsewhere(id));
  const {repo} = changes;
  const base = firstTree(records);
  if (base === null) throw new Stop(2, `Session ${id} has no step yet that could be run again.\nSee it: agent replay ${id}`);
  if (repo === null)
    throw new Stop(
      2,
      `Session ${id} worked in a folder outside of any git repository: there is nothing to make a fresh worktree from.\nSee it: agent replay ${id}`,
    );
  const worktrees = await parts.worktrees();
  const at = await repositoryAt(repo, id, worktrees);
  const place: Place = {...worktrees.plan(at, again), cwd: first.place.cwd, head: first.place.head ?? at.head};
  await mustHave(base, {id, place, worktrees});
  const begun = records.flatMap(({event}) => (event.type === 'session.opened' || event.type === 'session.forked' ? [event] : []));
  const moves = records.flatMap(({event}) => (event.type === 'session.resumed' && event.moved !== undefined ? [event.moved] : []));
  const roots = distinct([...begun, ...moves].map(({place: {root}}) => root));
  const model = await recorded(each(records));
  return {
    id,
    title: card.title,
    score: scoreOf(records),
    opened,
    repo,
    place,
    base,
    head: at.head,
    roots,
    ids: distinct(begun.map(({session}) => session)),
    settings: settingsAgain(model.name)(first.settings),
    model: outputs => ({
      ...model,
      // What it took then is not known here; what was used of it stands in the settings.
      window: Number.MAX_SAFE_INTEGER,
      reply: async (prompt, show, signal) => {
        const reply = await model.reply(prompt, show, signal);
        const moved = {roots: roots.map(from => ({from, to: place.root})), outputs};
        return reply.kind === 'replied' ? {...reply, content: relocated(reply.content, moved)} : reply;
      },
    }),
    notes: [...cut, ...notKept(records)],
  };
}

async function recordsOf(id: SessionId, parts: Parts): Promise<readonly Recorded[]> {
  const records: Recorded[] = [];
  try {
    for await (const record of (await parts.catalogue()).read(id)) if (isSessionEvent(record.event)) records.push(record as Recorded);
  } catch (error) {
    return stopIfDamaged(id, parts.home)(error);
  }
  return records;
}

/** What a damaged log lost changed files, too: the steps behind cannot be run without it. */
function upToDamage(records: readonly Recorded[]): {records: readonly Recorded[]; cut: readonly string[]} {
  const index = records.findIndex(({event}) => event.type === 'session.repaired');
  if (index === -1) return {records, cut: []};
  return {
    records: records.slice(0, index),
    cut: [
      `Run again is what came before record ${records[index]!.seq}: there the log was damaged, and the files of what it lost are not known.`,
    ],
  };
}

function firstTree(records: readonly Recorded[]): GitTree | null {
  for (const {event} of records) {
    if (event.type === 'worktree.prepared') return event.base;
    if (event.type === 'session.forked' && event.tree !== null) return event.tree;
  }
  return null;
}

async function repositoryAt(repo: string, id: SessionId, worktrees: Worktrees): Promise<Extract<Location, {kind: 'repository'}>> {
  const at = await worktrees.locate(repo).catch((error: unknown) => {
    if (error instanceof WorktreeRefused) return null;
    throw error;
  });
  if (at?.kind === 'repository' && at.root === repo) return at;
  if (at?.kind === 'no-commits')
    throw new Stop(
      2,
      `${repo} is a git repository without commits, so there is nothing to make a worktree from.\nCommit once: git commit --allow-empty -m start`,
    );
  throw new Stop(1, `The repository of session ${id} is not there any more: ${repo}\nPut it back where it was, and type it again.`);
}

async function mustHave(tree: GitTree, {id, place, worktrees}: {id: SessionId; place: Place; worktrees: Worktrees}): Promise<void> {
  try {
    await worktrees.changed(place, tree, tree);
  } catch (error) {
    if (!(error instanceof WorktreeRefused) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Stop(
      1,
      `The files that session ${id} began with are not among the checkpoints any more (tree ${tree}).\nWhat it did can still be seen: agent replay ${id}`,
      {cause: error},
    );
  }
}

/** What no tree holds is not in the fresh worktree either. */
function notKept(records: readonly Recorded[]): readonly string[] {
  const left: readonly LeftOut[] = records.flatMap(({event}) => (event.type === 'worktree.prepared' ? event.left_out : []));
  if (left.length === 0) return [];
  const named = left.slice(0, mostNamed).map(({path}) => path);
  return [
    `Not kept by any checkpoint, so not in the fresh worktree: ${named.join(', ')}${left.length > named.length ? ` and ${left.length - named.length} more` : ''}.`,
  ];
}

const mostNamed = 5;

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted((a, b) => b.length - a.length);

async function* each(records: readonly Recorded[]): AsyncGenerator<Recorded> {
  yield* records;
}
