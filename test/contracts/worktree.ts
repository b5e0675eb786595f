import {existsSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Worktrees} from '../../src/ports/worktree.ts';
import {bytesOf, git, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../support/git-repository.ts';
import {WorktreeSession} from '../support/worktree-session.ts';

/** What every adapter of the worktree port keeps. `make` gets a fresh AGENT_HOME. */
export function worktreeContract(name: string, make: (home: string) => Worktrees): void {
  describe(`worktree contract: ${name}`, () => {
    let folder: string;
    let repo: string;
    let worktrees: Worktrees;
    beforeEach(() => {
      folder = temporaryFolder();
      repo = makeRepository(join(folder, 'repo'), {'a.txt': 'one\n', 'src/b.txt': 'two\n'});
      worktrees = make(join(folder, 'home'));
    });
    afterEach(() => remove(folder));

    test('the whole way leaves the user’s git folder byte for byte as it was', async () => {
      put(repo, {'a.txt': 'one, changed\n', 'new.txt': 'new\n'});
      git(repo, 'add', 'a.txt');
      const before = gitFolderOf(repo);
      const same = () => expect(gitFolderOf(repo)).toEqual(before);
      const session = await WorktreeSession.start(worktrees, join(repo, 'src'));
      same();
      expect(session.place.cwd).toBe('src');
      put(session.place.root, {'src/b.txt': 'three\n', 'src/c.txt': 'four\n'});
      git(session.place.root, 'status');
      const made = await session.checkpoint();
      same();
      expect(made?.changed).toEqual(['src/b.txt', 'src/c.txt']);
      expect(await session.checkpoint()).toBeNull();
      expect(await worktrees.changed(session.place, session.prepared.base, await session.tree())).toEqual([
        {path: 'src/b.txt', change: 'modified', added: 1, removed: 1},
        {path: 'src/c.txt', change: 'added', added: 1, removed: 0},
      ]);
      expect(await session.diff(await session.tree())).toContain('-two\n+three\n');
      await worktrees.ready(session.id);
      await worktrees.settle(session.id);
      same();
      const applied = await session.apply();
      same();
      expect(applied.kind).toBe('applied');
      expect(readFileSync(join(repo, 'src/b.txt'), 'utf8')).toBe('three\n');
      if (applied.kind === 'applied') await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after});
      same();
      expect(readFileSync(join(repo, 'src/b.txt'), 'utf8')).toBe('two\n');
      expect(existsSync(join(repo, 'src/c.txt'))).toBe(false);
      expect(await worktrees.list()).toMatchObject([{session: session.id, repo, root: session.place.root, orphan: false}]);
      await worktrees.discard(repo, session.place, session.id);
      same();
      expect(existsSync(join(repo, '.git/worktrees'))).toBe(false);
      expect(await worktrees.list()).toEqual([]);
    });

    test('a checkpoint restores after the worktree is gone', async () => {
      const session = await WorktreeSession.start(worktrees, repo);
      put(session.place.root, {'a.txt': 'changed\n', 'deep/er/x': '\0\x01'});
      rmSync(session.file('src/b.txt'));
      const last = await session.tree();
      const files = bytesOf(session.place.root, path => path === '.git');
      rmSync(session.place.root, {recursive: true});
      const opened = await make(join(folder, 'home')).open(repo, session.place, session.id, last);
      expect(opened).toMatchObject({state: 'recreated', base: last});
      expect(bytesOf(session.place.root, path => path === '.git')).toEqual(files);
      expect(git(session.place.root, 'status', '--short')).toBe(' M a.txt\n D src/b.txt\n?? deep/\n');
    });

    test('two sessions of one repository do not see each other', async () => {
      const [one, two] = await Promise.all([
        WorktreeSession.start(worktrees, repo, 'sessionone'),
        WorktreeSession.start(worktrees, repo, 'sessiontwo'),
      ]);
      put(one.place.root, {'one.txt': '1\n'});
      put(two.place.root, {'two.txt': '2\n'});
      expect((await worktrees.changed(one.place, one.base, await one.tree())).map(file => file.path)).toEqual(['one.txt']);
      expect((await worktrees.changed(two.place, two.base, await two.tree())).map(file => file.path)).toEqual(['two.txt']);
      expect(one.base).toBe(two.base);
    });
  });
}
