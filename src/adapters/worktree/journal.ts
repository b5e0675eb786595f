import {closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import type {StartTimeOf} from './process.ts';
import {namesIn} from './store.ts';

/** On the disk before the first file of the checkout is touched, and gone after the last: what is found at a start is a crash's. */
export type Journal = {
  /** The root that is written: a checkout, or for a restore the session's place. */
  repo: string;
  session: SessionId;
  kind?: 'restore';
  pid: number;
  /** Tells that process from a later one with its pid. */
  started?: string | null;
  before: GitTree;
  after: GitTree;
  files: readonly {path: string; temporary: string | null; permissions: number | null}[];
};

export function writeJournal(store: string, journal: Journal): string {
  const name = journal.kind === undefined ? journal.session : `${journal.kind}-${journal.session}`;
  const file = join(store, 'agent', `apply-${name}.json`);
  const handle = openSync(`${file}.new`, 'w', 0o600);
  writeSync(handle, JSON.stringify(journal));
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
  return file;
}

/**
 * The journals that crashed runs left. A run that still writes to one of `roots` is waited for, since to write the changes takes a moment only; one that takes longer
 * is refused: two must not write the same checkout. One that writes elsewhere is none of our business.
 */
export async function leftJournals(store: string, roots: readonly string[], startTimeOf: StartTimeOf): Promise<readonly Left[]> {
  for (let waited = 0; ; waited += pause_ms) {
    const left = journalsIn(store).filter(({journal}) => roots.includes(journal.repo) || !goesOn(journal, startTimeOf));
    const other = left.find(({journal}) => journal.pid !== process.pid && goesOn(journal, startTimeOf))?.journal;
    if (other === undefined) return left;
    if (waited >= patience_ms) throw new WorktreeRefused('busy', `process ${other.pid} is just writing to ${other.repo}`);
    await sleep(pause_ms);
  }
}

export type Left = {file: string; journal: Journal};

const pause_ms = 20;
const patience_ms = 2_000;

function journalsIn(store: string): readonly Left[] {
  const names = namesIn(join(store, 'agent')).filter(name => /^apply-.*\.json$/.test(name));
  return names.flatMap(name => {
    const file = join(store, 'agent', name);
    const text = textOf(file);
    return text === null ? [] : [{file, journal: JSON.parse(text) as Journal}];
  });
}

/** Null where the run that wrote it is done with it by now. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function goesOn({pid, started}: Journal, startTimeOf: StartTimeOf): boolean {
  const now = startTimeOf(pid);
  return now !== null && (started === undefined || started === null || started === now);
}

export function closeJournal(file: string): void {
  rmSync(file, {force: true});
}
