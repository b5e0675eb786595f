import {closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import type {StartTimeOf} from './process.ts';
import {namesIn} from './store.ts';

/** On the disk before the first file of the checkout is touched, and gone after the last: what is found at a start is a crash's. */
export type Journal = {
  repo: string;
  session: SessionId;
  pid: number;
  /** Tells that process from a later one with its pid. */
  started?: string | null;
  before: GitTree;
  after: GitTree;
  files: readonly {path: string; temporary: string | null; permissions: number | null}[];
};

export function writeJournal(store: string, journal: Journal): string {
  const file = join(store, 'agent', `apply-${journal.session}.json`);
  const handle = openSync(`${file}.new`, 'w', 0o600);
  writeSync(handle, JSON.stringify(journal));
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
  return file;
}

/** The journals that crashed runs left. One of a run that still goes on is refused: two must not write the same checkout. */
export function leftJournals(store: string, startTimeOf: StartTimeOf): {file: string; journal: Journal}[] {
  const names = namesIn(join(store, 'agent')).filter(name => /^apply-.*\.json$/.test(name));
  return names.map(name => {
    const file = join(store, 'agent', name);
    const journal = JSON.parse(readFileSync(file, 'utf8')) as Journal;
    if (journal.pid !== process.pid && goesOn(journal, startTimeOf))
      throw new WorktreeRefused('busy', `process ${journal.pid} is just writing to ${journal.repo}`);
    return {file, journal};
  });
}

function goesOn({pid, started}: Journal, startTimeOf: StartTimeOf): boolean {
  const now = startTimeOf(pid);
  return now !== null && (started === undefined || started === null || started === now);
}

export function closeJournal(file: string): void {
  rmSync(file, {force: true});
}
