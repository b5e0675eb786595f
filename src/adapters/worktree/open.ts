import {accessSync, constants, existsSync, opendirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Prepared} from '../../ports/worktree.ts';
import {addWorktree, fillIndex, isLinked, makeFolders, relink, repositoryOf} from './create.ts';
import {whileCollected} from './collecting.ts';
import {removeWorktree} from './discard.ts';
import {withLinkedFolders} from './dependencies.ts';
import {askGit, git} from './git.ts';
import {storeOf} from './layout.ts';
import {listCheckout} from './listing.ts';
import {submodulePaths} from './locate.ts';
import {isHomeOrRoot, startDependencies, startInPlace, workplaceOf, type Setup} from './prepare.ts';
import {recoverApplies} from './recover.ts';
import {ensureStore, readNote, writeNote} from './store.ts';
import {overFiles, type Workplace} from './workplace.ts';

type Opened = {at: Workplace; prepared: Prepared & {state: 'as-left' | 'recreated'}};
type Opening = {repo: string | null; place: Place; id: SessionId; last: GitTree | null};

/** Opens a place that is there already; a worktree whose folder is gone comes back as the last checkpoint has it. */
export async function openPlace(setup: Setup, opening: Opening): Promise<Opened> {
  const store = storeOf(setup.home, opening.place);
  await ensureStore(store, opening.repo);
  await recoverApplies(store, [opening.place.root, opening.repo ?? opening.place.root], setup.startTimeOf);
  const at = workplaceOf(setup, opening);
  await whileCollected(store, setup.startTimeOf);
  return opening.place.kind === 'in-place' ? await openInPlace(at, opening.last) : await openWorktree(setup, at, opening.last);
}

async function openInPlace(at: Workplace, last: GitTree | null): Promise<Opened> {
  const head = at.place.head;
  at.off = at.repo === null ? tooMuch(at.place.root) : null;
  if (at.off !== null) {
    const base = (await git(['mktree'], {...overFiles(at), input: ''})).toString().trim() as GitTree;
    return {at, prepared: {base: last ?? base, head, left_out: [{path: '.', why: 'too-large'}], dependencies: [], state: 'as-left'}};
  }
  if (last !== null) {
    await resumeFrom(at, last);
    return {at, prepared: {base: last, head, left_out: [], dependencies: [], state: 'as-left'}};
  }
  rmSync(at.index, {force: true});
  return {at, prepared: {...(await startInPlace(at)), head, dependencies: [], state: 'as-left'}};
}

async function openWorktree(setup: Setup, at: Workplace, last: GitTree | null): Promise<Opened> {
  const {repo, place} = at;
  if (repo === null) throw new Error('a worktree belongs to a repository');
  repositoryOf(repo);
  // What may not be looked into would pass for a folder that lost its link.
  if (existsSync(place.root)) accessSync(place.root, constants.R_OK | constants.X_OK);
  const there = existsSync(place.root) && readNote(at.store, at.id)?.making !== true;
  if (!there) await recreate(setup, at, last);
  else if (!isLinked(repo, place)) await relink(repo, place);
  if (last !== null) await resumeFrom(at, last);
  const {ignored} = setup.dependencies ? await withLinkedFolders(repo, await listCheckout(repo, true)) : {ignored: []};
  const dependencies = await startDependencies(setup, at, {ignored});
  const base = last ?? ((await git(['write-tree'], overFiles(at))).toString().trim() as GitTree);
  return {at, prepared: {base, head: place.head, left_out: [], dependencies, state: there ? 'as-left' : 'recreated'}};
}

/** The private index goes on where it stands; a lost or broken one starts again from the last tree. */
async function resumeFrom(at: Workplace, last: GitTree): Promise<void> {
  if (at.alone) rmSync(`${at.index}.lock`, {force: true});
  const sound = existsSync(at.index) && (await askGit(['write-tree'], overFiles(at))).code === 0;
  if (!sound) {
    rmSync(at.index, {force: true});
    await git(['read-tree', last], overFiles(at));
  }
  at.tree = last;
  at.snapshot = Promise.resolve(null);
}

/** What a crash leaves of it is noted as that, and made once more: its missing files would pass for deleted ones. */
async function recreate(setup: Setup, at: Workplace, last: GitTree | null): Promise<void> {
  const {place, repo} = at;
  if (repo === null) return;
  noteMaking(at, true);
  await removeWorktree({home: setup.home, repo, root: place.root});
  await addWorktree(repo, place);
  if (last !== null) {
    rmSync(at.index, {force: true});
    // A git that was killed as it made the worktree the last time left it.
    if (at.alone) rmSync(`${at.index}.lock`, {force: true});
    await git(['read-tree', last], overFiles(at));
    await git(['checkout-index', '--all', '--force', '--index'], overFiles(at));
    await makeFolders(place.root, submodulePaths(place.root));
  }
  // What a sparse checkout leaves out, and the session did not make, is no deleted file.
  const {absent} = await listCheckout(repo, false);
  await fillIndex(
    place,
    absent.filter(path => !existsSync(join(place.root, path))),
  );
  noteMaking(at, false);
}

function noteMaking(at: Workplace, making: boolean): void {
  const note = readNote(at.store, at.id);
  if (note === null) return;
  const {making: _, ...rest} = note;
  writeNote(at.store, making ? {...rest, making} : rest);
}

/** Outside a repository nothing bounds what would be kept, so the size of the folder does. */
function tooMuch(root: string): string | null {
  if (isHomeOrRoot(root)) return `${root} is no project folder`;
  let seen = 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = opendirSync(folder);
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (++seen > 20_000) {
        entries.closeSync();
        return `${root} holds more than 20,000 files`;
      }
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') folders.push(join(folder, entry.name));
    }
    entries.closeSync();
  }
  return null;
}
