import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {Content} from '../../../src/adapters/worktree/checkout.ts';
import type {Change} from '../../../src/adapters/worktree/plan-apply.ts';
import {writeChanges} from '../../../src/adapters/worktree/write.ts';
import type {GitTree, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {bytesOf, put, remove, temporaryFolder} from '../../support/git-repository.ts';

let folder: string;
let repo: string;
let store: string;
beforeEach(() => {
  folder = temporaryFolder();
  [repo, store] = [join(folder, 'repo'), join(folder, 'store')];
  mkdirSync(join(store, 'agent'), {recursive: true});
});
afterEach(() => remove(folder));

const file = (text: string): Content => ({mode: '100644', bytes: Buffer.from(text)});
const change = (path: string, from: Content, to: Content): Change => ({
  path,
  from,
  to,
  permissions: from === null ? null : 0o644,
  base: from,
  theirs: to,
});
const write = async (...changes: Change[]) => {
  const trees = {before: '0' as GitTree, after: '1' as GitTree};
  return await writeChanges({store, repo, session: 'session000' as SessionId, ...trees, changes});
};

test('a file that changed since it was compared stops everything', async () => {
  put(repo, {a: 'a', b: 'saved just now', c: 'c'});
  const before = bytesOf(folder);
  expect(await write(change('a', file('a'), file('A')), change('b', file('b'), file('B')), change('c', file('c'), null))).toMatchObject({
    path: 'b',
  });
  expect(bytesOf(folder)).toEqual(before);
});

test('one that came where none was stops everything too', async () => {
  put(repo, {a: 'a', 'new/b': 'mine'});
  const before = bytesOf(folder);
  expect(await write(change('a', file('a'), null), change('new/b', null, file('its')))).toMatchObject({path: 'new/b'});
  expect(bytesOf(folder)).toEqual(before);
});

test('a failure in the middle is led back, whatever came before it', async () => {
  // `c` cannot become a folder: nobody takes the file away. All the others are done by then.
  put(repo, {a: 'a', 'deep/gone': 'g', c: 'c'});
  const before = bytesOf(folder);
  const changes = [
    change('a', file('a'), file('A')),
    change('deep/gone', file('g'), null),
    change('fresh/x', null, file('x')),
    change('c/in', null, file('i')),
    change('z', null, file('z')),
  ];
  expect(await write(...changes)).toMatchObject({path: 'c/in'});
  expect(bytesOf(folder)).toEqual(before);
});

test('all of it otherwise, and nothing else is left behind', async () => {
  put(repo, {a: 'a', 'deep/gone': 'g'});
  expect(
    await write(change('a', file('a'), file('A')), change('deep/gone', file('g'), null), change('fresh/x', null, file('x'))),
  ).toBeNull();
  expect(Object.keys(bytesOf(folder))).toEqual(['repo/a', 'repo/fresh/x']);
});
