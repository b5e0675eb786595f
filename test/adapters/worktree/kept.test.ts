import {chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import type {LeftOut} from '../../../src/core/vocabulary/event.ts';
import type {GitTree} from '../../../src/core/vocabulary/ids.ts';
import {bytesOf, git, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
let repo: string;
const open = () => gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1000, dependencies: false});
beforeEach(() => {
  folder = temporaryFolder();
  repo = join(folder, 'repo');
});
afterEach(() => remove(folder));

/** Without what no checkpoint holds. */
const filesOf = (session: WorktreeSession) =>
  bytesOf(session.place.root, path => path === '.git' || path === 'large.bin' || path.endsWith('.log'));

/** What commands of a shell do to files, a step each; the names of what a step leaves out. */
const steps: readonly {does: (file: (path: string) => string) => void; leaves?: readonly LeftOut[]}[] = [
  {does: file => renameSync(file('a.txt'), file('renamed.txt'))},
  {does: file => renameSync(file('deep'), file('elsewhere'))},
  {does: file => chmodSync(file('tool.sh'), 0o755)},
  {does: file => chmodSync(file('tool.sh'), 0o644)},
  {does: file => symlinkSync('renamed.txt', file('link'))},
  {
    does: file => {
      rmSync(file('link'));
      symlinkSync('/nowhere/at all', file('link'));
    },
  },
  {does: file => writeFileSync(file('binary.dat'), Buffer.from(Array.from({length: 999}, (_, n) => (n * 7) % 256)))},
  {does: file => writeFileSync(file('crlf.txt'), 'one\r\ntwo\r\n')},
  {does: file => rmSync(file('elsewhere'), {recursive: true})},
  {does: file => writeFileSync(file('large.bin'), 'x'.repeat(1001)), leaves: [{path: 'large.bin', why: 'too-large', changed: true}]},
  {
    does: file => {
      mkdirSync(file('new folder/ünï'), {recursive: true});
      writeFileSync(file('new folder/ünï/"quoted"\tname'), '');
    },
    leaves: [{path: 'large.bin', why: 'too-large', changed: true}],
  },
  {
    does: file => {
      rmSync(file('large.bin'));
      writeFileSync(file('ignored.log'), 'not kept\n');
      writeFileSync(file('.gitattributes'), '*.txt text eol=crlf\n');
    },
  },
];

test('every step restores after the user’s branches, reflogs and objects are gone, and the user’s own git gc and fsck keep working', async () => {
  makeRepository(repo, {'a.txt': 'a\n', 'deep/er/b.txt': 'b\n', 'tool.sh': '#!/bin/sh\n', '.gitignore': '*.log\n'});
  git(repo, 'checkout', '-q', '-b', 'doomed');
  put(repo, {'deep/only-there.txt': 'only on the branch\n'});
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', 'doomed');
  put(repo, {'untracked.txt': 'never committed\n'});
  const session = await WorktreeSession.start(open(), repo);
  const before = gitFolderOf(repo);
  const states: [GitTree, Record<string, string>][] = [[session.base, filesOf(session)]];
  for (const [n, {does, leaves}] of steps.entries()) {
    // The middle of them while the user's repository collects its garbage.
    if (n === 6) await session.worktrees.settle(session.id);
    if (n === 7) git(repo, 'gc', '-q', '--prune=now');
    does(path => session.file(path));
    const made = await session.checkpoint();
    if (leaves !== undefined) expect([n, made?.left_out]).toEqual([n, leaves]);
    states.push([await session.tree(), filesOf(session)]);
    if (n < 7) expect([n, gitFolderOf(repo)]).toEqual([n, before]);
  }
  await session.worktrees.leave(session.id);
  git(repo, 'checkout', '-q', 'main', '--force');
  git(repo, 'branch', '-q', '-D', 'doomed');
  git(repo, 'reflog', 'expire', '--expire=now', '--all');
  git(repo, 'gc', '-q', '--prune=now');
  expect(git(repo, 'fsck', '--full', '--strict')).toBe('');
  expect(git(session.place.root, 'status', '--short')).not.toBe('');
  const settled = gitFolderOf(repo);
  const again = open();
  await again.open(repo, session.place, session.id, states.at(-1)?.[0] ?? null);
  for (const [n, [tree, files]] of [...states.entries(), ...[...states.entries()].toReversed()]) {
    await again.restore(session.place, session.id, tree);
    expect([n, filesOf(session)]).toEqual([n, files]);
  }
  expect(gitFolderOf(repo)).toEqual(settled);
  git(repo, 'gc', '-q', '--prune=now', '--aggressive');
  expect(git(repo, 'fsck', '--full', '--strict')).toBe('');
  await again.discard(repo, session.place, session.id);
  expect(git(repo, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
});
