import {join} from 'node:path';
import {setImmediate as soon} from 'node:timers/promises';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {streamGit} from '../../../src/adapters/worktree/git.ts';
import {remove, temporaryFolder} from '../../support/git-repository.ts';

let folder: string;
const unhandled: unknown[] = [];
const note = (why: unknown): void => void unhandled.push(why);
beforeEach(() => {
  folder = temporaryFolder();
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  remove(folder);
});

test('a git that cannot be started is told to whoever reads its output, and to nobody else', async () => {
  await expect(Array.fromAsync(streamGit(['version'], {cwd: join(folder, 'gone')}))).rejects.toMatchObject({code: 'no-git'});
  await soon();
  expect(unhandled).toEqual([]);
});

test('a refusal comes with git’s own words', async () => {
  await expect(Array.fromAsync(streamGit(['no-such-verb'], {cwd: folder}))).rejects.toThrow(/git no-such-verb failed .*not a git command/);
});
