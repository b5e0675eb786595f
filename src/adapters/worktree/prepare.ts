import {existsSync, rmSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {LeftOut, Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Prepared} from '../../ports/worktree.ts';
import {record, snapshotNow} from './checkpoint.ts';
import {addWorktree, fillIndex, makeFolders, repositoryOf} from './create.ts';
import {bringDependencies, dependenciesAmong, withLinkedFolders} from './dependencies.ts';
import {whileCollected} from './collecting.ts';
import {removeWorktree} from './discard.ts';
import {storeOf} from './layout.ts';
import {listCheckout, listSubmodules, type Listing} from './listing.ts';
import {overlay} from './overlay.ts';
import {recoverApplies} from './recover.ts';
import {scan, sift, sorted, stampOf} from './scan.ts';
import {specialFiles, stampNow} from './snapshot.ts';
import type {StartTimeOf} from './process.ts';
import {ensureStore, objectsOf, readNote, writeNote} from './store.ts';
import {openWorkplace, type Workplace} from './workplace.ts';

/** What the adapter was made with. */
export type Setup = {home: string; maxFileBytes: number; dependencies: boolean; startTimeOf: StartTimeOf};

/** The linked worktree with the checkout's files in it, and its base tree. */
export async function prepareWorktree(
  setup: Setup,
  repo: string,
  place: Place,
  id: SessionId,
): Promise<{at: Workplace; prepared: Prepared}> {
  // What a crash in the middle of an earlier attempt left: no step has worked in it yet.
  await removeWorktree({home: setup.home, repo, root: place.root});
  await recoverApplies(storeOf(setup.home, place), [repo], setup.startTimeOf);
  const [listed] = await Promise.all([
    listCheckout(repo, setup.dependencies),
    ensureStore(storeOf(setup.home, place), repo),
    addWorktree(repo, place),
  ]);
  const listing = await withLinkedFolders(repo, listed);
  const at = workplaceOf(setup, {repo, place, id});
  await whileCollected(at.store, setup.startTimeOf);
  // The checkout may have lost files since then, which must not come back in the base.
  rmSync(at.index, {force: true});
  const paths = [...listing.tracked, ...listing.untracked, ...(await listSubmodules(repo, listing.submodules))];
  const [laid] = await Promise.all([
    overlay(repo, place.root, {paths, tracked: new Set(listing.tracked), maxFileBytes: setup.maxFileBytes}),
    fillIndex(place, listing.absent),
  ]);
  await makeFolders(place.root, listing.submodules);
  const since = stampNow(at.place.root, `${at.index}.clock`);
  const kept = await record(at, laid.copied);
  noteLarge(at, laid.large);
  const dependencies = await startDependencies(setup, at, listing);
  at.snapshot = at.dependencies.then(() => snapshotNow(at, since));
  const left_out = sorted([...leftOutOf(listing, laid.large), ...laid.left_out, ...kept.left_out, ...specials(repo, listing)]);
  at.left_out = sorted([...leftOutOf({nested: [], unnamed: []}, laid.large), ...kept.left_out]);
  return {at, prepared: {base: kept.tree, head: place.head, left_out, dependencies}};
}

/** The checkout itself, or a folder outside any repository, with its first checkpoint. */
export async function startInPlace(at: Workplace): Promise<{base: GitTree; left_out: LeftOut[]}> {
  const since = stampNow(at.place.root, `${at.index}.clock`);
  const listing = await listingOf(at);
  const fitting = await sift(at, [...listing.tracked, ...listing.untracked]);
  noteLarge(
    at,
    fitting.left_out.filter(({why}) => why === 'too-large').map(({path}) => path),
  );
  const kept = await record(at, fitting.paths);
  at.snapshot = snapshotNow(at, since);
  at.left_out = sorted([...leftOutOf(listing, []), ...fitting.left_out.map(({path, why}) => ({path, why})), ...kept.left_out]);
  return {base: kept.tree, left_out: [...at.left_out]};
}

export function workplaceOf(setup: Setup, {repo, place, id}: {repo: string | null; place: Place; id: SessionId}): Workplace {
  const exclude = repo === null ? null : join(repositoryOf(repo).common, 'info', 'exclude');
  const ignored = exclude !== null && existsSync(exclude) ? [`--exclude-from=${exclude}`] : repo === null ? heavy : [];
  const ignoring = [...ignored, unfinished];
  const store = storeOf(setup.home, place);
  const note = readNote(store, id);
  const alone = note === null || note.pid === process.pid || setup.startTimeOf(note.pid) === null;
  const leansOn = note?.leansOn === null ? null : objectsOf(repo);
  const large = note?.large ?? {};
  const making = note?.making === true ? {making: true as const} : {};
  writeNote(store, {session: id, repo, root: place.root, kind: place.kind, leansOn, pid: process.pid, large, ...making});
  return openWorkplace({home: setup.home, id, repo, place, maxFileBytes: setup.maxFileBytes, ignoring, leansOn, alone, knownLarge: large});
}

/** What the files over the limit are at the start, to tell later which of them the session changed. */
function noteLarge(at: Workplace, paths: readonly string[]): void {
  at.knownLarge = Object.fromEntries(paths.map(path => [path, stampOf(join(at.place.root, path))]));
  const note = readNote(at.store, at.id);
  if (note !== null) writeNote(at.store, {...note, large: at.knownLarge});
}

/** Starts to bring them and answers which they are. */
export async function startDependencies(setup: Setup, at: Workplace, listing: Pick<Listing, 'ignored'>): Promise<string[]> {
  if (!setup.dependencies || at.repo === null) return [];
  const names = await dependenciesAmong(at.repo, listing.ignored);
  at.dependencies = bringDependencies(at.repo, at.place.root, names, at.stopping.signal);
  return names;
}

export function isHomeOrRoot(folder: string): boolean {
  return folder === '/' || folder === homedir();
}

/** Files that a tool was just writing when the program was stopped. */
const unfinished = '--exclude=.agent-*.tmp';

// Outside a repository nothing says what need not be kept.
const heavy = ['node_modules', '.venv', 'venv', '__pycache__', 'target', '.cache', '.DS_Store'].map(name => `--exclude=${name}`);

async function listingOf(at: Workplace): Promise<Pick<Listing, 'tracked' | 'untracked' | 'nested' | 'unnamed' | 'submodules'>> {
  if (at.repo !== null) return await listCheckout(at.repo, false);
  const found = await scan(at);
  return {
    tracked: found.paths,
    untracked: [],
    nested: found.left_out.filter(entry => entry.why === 'nested-repository').map(entry => entry.path),
    unnamed: found.left_out.filter(entry => entry.why === 'name').map(entry => entry.path),
    submodules: [],
  };
}

function leftOutOf(listing: Pick<Listing, 'nested' | 'unnamed'>, large: readonly string[]): LeftOut[] {
  return [
    ...listing.nested.map((path): LeftOut => ({path, why: 'nested-repository'})),
    ...listing.unnamed.map((path): LeftOut => ({path, why: 'name'})),
    ...large.map((path): LeftOut => ({path, why: 'too-large'})),
  ];
}

function specials(repo: string, listing: Listing): LeftOut[] {
  return specialFiles(repo, new Set(listing.ignored));
}
