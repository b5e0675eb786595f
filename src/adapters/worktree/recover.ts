import {rm} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import {readStanding, same, type Content} from './checkout.ts';
import {closeJournal, leftJournals, type Journal} from './journal.ts';
import type {StartTimeOf} from './process.ts';
import {differences, reading, readObjects} from './trees.ts';
import {putContent} from './write.ts';

/**
 * Leads every checkout back to where it stood before an apply or a restore that a crash ended in the middle. A file that the user changed since stays.
 * `roots` are the folders that the caller is about to read or to write.
 */
export async function recoverApplies(store: string, roots: readonly string[], startTimeOf: StartTimeOf): Promise<void> {
  for (const {file, journal} of await leftJournals(store, roots, startTimeOf)) {
    if (existsSync(journal.repo)) await takeBack(store, journal);
    closeJournal(file);
  }
}

async function takeBack(store: string, {repo, before, after, files}: Journal): Promise<void> {
  for (const {temporary} of files) if (temporary !== null) await rm(join(repo, temporary), {force: true});
  const permissions = new Map(files.map(file => [file.path, file.permissions]));
  const sides = await bothSides(store, before, after);
  // What came goes first, so that a folder can be a file again.
  const inOrder = [...sides.filter(side => side.was === null), ...sides.filter(side => side.was !== null)];
  for (const {path, was, is} of inOrder) {
    const {content} = await readStanding(repo, path);
    if (same(content, was) || !(same(content, is) || content === null)) continue;
    await putContent(repo, path, was, {temporary: `.agent-back-${process.pid}.tmp`, permissions: permissions.get(path) ?? null});
  }
}

async function bothSides(store: string, before: GitTree, after: GitTree): Promise<{path: string; was: Content; is: Content}[]> {
  const changed = await differences(store, before, after);
  const objects = await readObjects(
    reading(store),
    changed.flatMap(({from, to}) => [from, to].flatMap(entry => (entry === null ? [] : [entry.object]))),
  );
  const content = (entry: {mode: string; object: string} | null): Content =>
    entry === null ? null : {mode: entry.mode, bytes: objects.get(entry.object) ?? Buffer.alloc(0)};
  return changed.map(({path, from, to}) => ({path, was: content(from), is: content(to)}));
}
