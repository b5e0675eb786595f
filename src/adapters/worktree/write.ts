import {chmod, mkdir, open, readdir, rename, rm, rmdir, symlink, unlink} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {nameOnDisk, readStanding, same, type Content} from './checkout.ts';
import {removeIfEmpty} from './discard.ts';
import {closeJournal, writeJournal, type Journal} from './journal.ts';
import {eachOf, lstatOrGone} from './overlay.ts';
import type {Change} from './plan-apply.ts';

export type WriteFailure = {path: string; why: string};
type Writing = Omit<Journal, 'files' | 'pid'> & {store: string; changes: readonly Change[]};

/**
 * Writes all of the changes or none: every new file is complete beside its place before the first is moved there, and a journal on the disk
 * leads back from the middle. Null when all is written.
 */
export async function writeChanges({store, changes, ...trees}: Writing): Promise<WriteFailure | null> {
  const staged = await Promise.all(
    changes.map(async (change, n) => ({change, temporary: await temporaryFor(trees.repo, change, `${trees.session}-${n}`)})),
  );
  const files = staged.map(({change, temporary}) => ({path: change.path, temporary, permissions: change.permissions}));
  const journal = writeJournal(store, {...trees, pid: process.pid, files});
  const failure = (await stage(trees.repo, staged)) ?? (await recheck(trees.repo, changes)) ?? (await moveAll(trees.repo, staged));
  for (const {temporary} of staged) if (temporary !== null) await rm(join(trees.repo, temporary), {force: true});
  closeJournal(journal);
  return failure;
}

/** Puts one content at a path, by way of a temporary file beside it. */
export async function putContent(
  root: string,
  path: string,
  content: Content,
  {temporary, permissions}: {temporary: string; permissions: number | null},
) {
  if (content === null) return await removeContent(root, path);
  await makeTemporary(root, temporary, content, permissions);
  await moveIn(root, path, temporary);
}

type Staged = {change: Change; temporary: string | null};

// In the nearest folder that is there already: on the same file system, and without making folders before all is ready. A link on the way may lead out.
async function temporaryFor(root: string, {path, to}: Change, name: string): Promise<string | null> {
  if (to === null) return null;
  let nearest = '';
  for (const part of path.split('/').slice(0, -1)) {
    const standing = await lstatOrGone(join(root, nearest, part));
    if (!standing?.isDirectory()) break;
    nearest += `${part}/`;
  }
  return `${nearest}.agent-${name}.tmp`;
}

async function stage(root: string, staged: readonly Staged[]): Promise<WriteFailure | null> {
  return await firstFailure(staged, async ({change, temporary}) => {
    if (temporary !== null && change.to !== null) await makeTemporary(root, temporary, change.to, change.permissions);
  });
}

async function makeTemporary(root: string, temporary: string, content: NonNullable<Content>, permissions: number | null): Promise<void> {
  const file = join(root, temporary);
  await rm(file, {force: true});
  if (content.mode === '120000') return await symlink(content.bytes, file);
  const handle = await open(file, 'wx', content.mode === '100755' ? 0o777 : 0o666);
  try {
    await handle.writeFile(content.bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (permissions !== null) await chmod(file, withExecution(permissions, content.mode === '100755'));
}

/** Who may run it: whoever may read it. */
function withExecution(permissions: number, executable: boolean): number {
  if (((permissions & 0o100) !== 0) === executable) return permissions;
  return executable ? permissions | ((permissions & 0o444) >> 2) : permissions & ~0o111;
}

/** The user, an editor or a watcher may have written while the merge was made. */
async function recheck(root: string, changes: readonly Change[]): Promise<WriteFailure | null> {
  let failure: WriteFailure | null = null;
  const going = new Set(changes.filter(change => change.to === null).map(change => change.path));
  await eachOf(changes, async ({path, from}) => {
    const {content} = await readStanding(root, path);
    // On a disk that folds case, the file that is going answers to the new name as well.
    if (!same(content, from) && !(from === null && going.has(await nameOnDisk(root, path))))
      failure ??= {path, why: 'it changed in the checkout while the changes were brought'};
  });
  return failure;
}

async function moveAll(root: string, staged: readonly Staged[]): Promise<WriteFailure | null> {
  const done: Change[] = [];
  const inOrder = [...staged.filter(one => one.temporary === null), ...staged.filter(one => one.temporary !== null)];
  for (const {change, temporary} of inOrder) {
    try {
      done.push(change);
      if (temporary === null) await removeContent(root, change.path);
      else await moveIn(root, change.path, temporary);
    } catch (error) {
      await takeBack(root, done);
      return {path: change.path, why: wordsFor(error)};
    }
  }
  return null;
}

async function takeBack(root: string, done: readonly Change[]): Promise<void> {
  const backwards = done.toReversed();
  for (const {path, to, from, permissions} of [
    ...backwards.filter(one => one.from === null),
    ...backwards.filter(one => one.from !== null),
  ]) {
    const {content} = await readStanding(root, path);
    if (same(content, from) || !(same(content, to) || content === null)) continue;
    await putContent(root, path, from, {temporary: `.agent-back-${process.pid}.tmp`, permissions});
  }
}

async function moveIn(root: string, path: string, temporary: string): Promise<void> {
  await mkdir(join(root, dirname(path)), {recursive: true});
  await removeEmptyFolders(join(root, path));
  await rename(join(root, temporary), join(root, path));
}

/** As git does it, a folder goes with its last file. */
async function removeContent(root: string, path: string): Promise<void> {
  await unlink(join(root, path));
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) if (!(await removeIfEmpty(join(root, folder)))) return;
}

// Only empty folders can still stand where a file goes: the plan made sure of it, and `rmdir` refuses any other.
async function removeEmptyFolders(folder: string): Promise<void> {
  if (!(await lstatOrGone(folder))?.isDirectory()) return;
  for (const name of await readdir(folder)) await removeEmptyFolders(join(folder, name));
  await rmdir(folder);
}

async function firstFailure(staged: readonly Staged[], work: (one: Staged) => Promise<void>): Promise<WriteFailure | null> {
  let failure: WriteFailure | null = null;
  await eachOf(staged, async one => {
    try {
      await work(one);
    } catch (error) {
      failure ??= {path: one.change.path, why: wordsFor(error)};
    }
  });
  return failure;
}

function wordsFor(error: unknown): string {
  const {code, message} = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it may not be written';
  return message;
}
