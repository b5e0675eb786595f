import {accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import {git} from './git.ts';
import {noteFile, refsFolder} from './layout.ts';
import {isAlive} from './process.ts';
import {configured, gitFolder, textOf} from './repository.ts';

/** What is remembered of a session: `leansOn` is the user's object folder while the checkpoints are not complete in themselves, `pid` who opened it last. */
export type Note = {
  session: SessionId;
  repo: string | null;
  root: string;
  kind: 'worktree' | 'in-place';
  leansOn: string | null;
  pid: number;
  /** Files over the limit that were there at the start, with what they were then. */
  large?: Readonly<Record<string, string>>;
  /** The worktree is being made again from a checkpoint: half of it may be there. */
  making?: true;
};

/** Makes the private store of a repository where it is missing. Two sessions may do so at once. `format` is that of objects that come from elsewhere. */
export async function ensureStore(store: string, repo: string | null, format = objectFormat(repo)): Promise<void> {
  if (existsSync(join(store, 'agent'))) return;
  // One that may not be looked into is there all the same.
  if (existsSync(store)) accessSync(store, constants.R_OK | constants.X_OK);
  mkdirSync(dirname(store), {recursive: true, mode: 0o700});
  sweep(store);
  const fresh = `${store}.${process.pid}.${Date.now()}`;
  await git(['-c', 'init.defaultRefFormat=files', 'init', '-q', '--bare', '--template=', `--object-format=${format}`, fresh], {
    cwd: dirname(store),
  });
  chmodSync(fresh, 0o700);
  mkdirSync(join(fresh, 'info'), {recursive: true});
  // Checkpoints hold the bytes of the files as they lie there: no line ending, keyword, filter or encoding of the repository changes them.
  writeFileSync(join(fresh, 'info', 'attributes'), '* -text -filter -ident !working-tree-encoding\n');
  mkdirSync(join(fresh, 'agent'), {mode: 0o700});
  moveInto(fresh, store);
}

/** The user's object folder; null where there is none. */
export function objectsOf(repo: string | null): string | null {
  const folder = repo === null ? null : gitFolder(repo);
  return folder === null || 'why' in folder ? null : join(folder.common, 'objects');
}

/** For commands on the store. `leansOn` lets them read the user's objects as well. */
export function storeEnvironment(store: string, leansOn: string | null): Record<string, string> {
  const env: Record<string, string> = {GIT_DIR: store};
  if (leansOn !== null && existsSync(leansOn)) env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] = quotedPath(leansOn);
  return env;
}

/** A ref on the tree itself, so that no collection in the store drops it. Written as the one small file that it is. */
export function keepTree(store: string, id: SessionId, tree: GitTree): void {
  const folder = refsFolder(store, id);
  mkdirSync(folder, {recursive: true});
  const temporary = join(store, 'agent', `${id}.ref`);
  writeFileSync(temporary, `${tree}\n`);
  renameSync(temporary, join(folder, tree));
}

export function keptTrees(store: string, id: SessionId): GitTree[] {
  return namesIn(refsFolder(store, id)) as GitTree[];
}

export function writeNote(store: string, note: Note): void {
  const file = noteFile(store, note.session);
  writeFileSync(`${file}.new`, `${JSON.stringify(note)}\n`, {mode: 0o600});
  renameSync(`${file}.new`, file);
}

export function readNote(store: string, id: SessionId): Note | null {
  const text = textOf(noteFile(store, id));
  return text === null ? null : (JSON.parse(text) as Note);
}

/** Every object folder that some session of this store still leans on. */
export function leaningOn(store: string): string | null {
  const notes = namesIn(join(store, 'agent')).filter(name => name.endsWith('.json') && !name.startsWith('apply-'));
  for (const name of notes) {
    const note = readNote(store, name.slice(0, -'.json'.length) as SessionId);
    if (note !== null && note.leansOn !== null) return note.leansOn;
  }
  return null;
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function objectFormat(repo: string | null): string {
  const folder = repo === null ? null : gitFolder(repo);
  return (folder !== null && 'common' in folder && configured(folder.common, 'extensions', 'objectformat')) || 'sha1';
}

/** Stores that were being made when a program was killed. */
function sweep(store: string): void {
  for (const name of namesIn(dirname(store))) {
    const pid = name.startsWith(`${basename(store)}.`) ? /\.(\d+)\.\d+$/.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(store), name), {recursive: true, force: true});
  }
}

function moveInto(fresh: string, store: string): void {
  try {
    renameSync(fresh, store);
  } catch (error) {
    rmSync(fresh, {recursive: true});
    // Another session made it in the meantime.
    if (!existsSync(join(store, 'agent'))) throw error;
  }
}

function quotedPath(path: string): string {
  return /[:"\\\n]/.test(path) ? `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"` : path;
}
