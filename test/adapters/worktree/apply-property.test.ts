import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {gitWorktrees} from '../../../src/adapters/worktree/git-worktrees.ts';
import {mergeFile} from '../../../src/adapters/worktree/merge.ts';
import {bytesOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';
import {WorktreeSession} from '../../support/worktree-session.ts';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => remove(folder));

const line = fc.constantFrom('a', 'b', 'c', 'd', '');
const text = fc.array(line, {maxLength: 8}).map(all => all.map(one => `${one}\n`).join(''));
const edited = fc.record({base: text, ours: text, theirs: text});

/** What `git merge-file` itself says of three texts. */
function gitMerges(base: string, ours: string, theirs: string): {text: string; clean: boolean} {
  for (const [name, content] of Object.entries({base, ours, theirs})) writeFileSync(join(folder, name), content);
  try {
    return {text: execFileSync('git', ['merge-file', '-p', '-q', 'ours', 'base', 'theirs'], {cwd: folder, encoding: 'utf8'}), clean: true};
  } catch {
    return {text: '', clean: false};
  }
}

test('one file of three sides: what git merges, or a conflict', async () => {
  const asFile = (content: string) => ({mode: '100644', bytes: Buffer.from(content)});
  await fc.assert(
    fc.asyncProperty(edited, async ({base, ours, theirs}) => {
      const merged = await mergeFile({base: asFile(base), ours: asFile(ours), theirs: asFile(theirs)});
      const expected = gitMerges(base, ours, theirs);
      expect(merged.kind === 'conflict').toBe(!expected.clean);
      if (merged.kind === 'take') expect(merged.content?.bytes.toString()).toBe(expected.text);
      if (merged.kind === 'unchanged') expect(ours).toBe(expected.text);
    }),
    {numRuns: 60},
  );
});

const paths = ['a', 'b', 'c', 'dir/d', 'dir/e', 'dir'];
const edits = fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(fc.constantFrom('x\n', 'y\n', 'z\nz\n'))), {maxLength: 5});

function edit(root: string, all: readonly (readonly [string, string | null])[]): void {
  for (const [path, content] of all) {
    rmSync(join(root, path), {recursive: true, force: true});
    if (content === null) continue;
    if (path.startsWith('dir/')) removeIfFile(join(root, 'dir'));
    put(root, {[path]: content});
  }
}

function removeIfFile(path: string): void {
  try {
    readFileSync(path);
    rmSync(path);
  } catch (error) {
    if (!['EISDIR', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

test('whole folders, edited on both sides: all of it or none of it, and nothing of the user’s is lost', async () => {
  const worktrees = gitWorktrees({home: join(folder, 'home'), maxFileBytes: 1_000_000, dependencies: false});
  let run = 0;
  await fc.assert(
    fc.asyncProperty(edits, edits, async (mine, its) => {
      const repo = makeRepository(join(folder, `repo${run}`), {a: 'a\n', b: 'b\n', 'dir/d': 'd\n'});
      const session = await WorktreeSession.start(worktrees, repo, `run${run++}`);
      const files = (root: string) => bytesOf(root, path => path === '.git');
      const base = files(repo);
      edit(repo, mine);
      edit(session.place.root, its);
      const [ours, theirs] = [files(repo), files(session.place.root)];
      const applied = await session.apply();
      const now = files(repo);
      if (applied.kind !== 'applied') expect(now).toEqual(ours);
      if (applied.kind !== 'applied') return;
      for (const path of new Set([...Object.keys(base), ...Object.keys(ours), ...Object.keys(theirs)])) {
        // Every text here is replaced as a whole, so that a side which did not change a file must yield to the one which did.
        const allowed =
          ours[path] === base[path] ? [theirs[path]] : theirs[path] === base[path] ? [ours[path]] : [ours[path], theirs[path]];
        if (ours[path] === base[path] || theirs[path] === base[path] || ours[path] === theirs[path])
          expect([path, allowed]).toEqual([path, expect.arrayContaining([now[path]])]);
      }
      await worktrees.undo({repo, id: session.id, before: applied.before, after: applied.after});
      expect(files(repo)).toEqual(ours);
    }),
    {numRuns: 12},
  );
});
