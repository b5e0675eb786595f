import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {locate} from '../../../src/adapters/worktree/locate.ts';
import {git, gitFolderOf, makeRepository, put, remove, temporaryFolder} from '../../support/git-repository.ts';

let folder: string;
let repo: string;
let head: string;
beforeAll(() => {
  folder = temporaryFolder();
  repo = makeRepository(join(folder, 'repo'), {'a/b/c.txt': 'x\n'});
  head = git(repo, 'rev-parse', 'HEAD').trim();
});
afterAll(() => remove(folder));

const repository = (more: object = {}) => ({
  kind: 'repository',
  root: repo,
  cwd: '',
  head,
  branch: 'main',
  submodules: [],
  shallow: false,
  ...more,
});

test('the root, a folder below it, and a link to it', async () => {
  const before = gitFolderOf(repo);
  symlinkSync(join(repo, 'a'), join(folder, 'link'));
  expect(await locate(repo)).toEqual(repository());
  expect(await locate(join(repo, 'a/b'))).toEqual(repository({cwd: 'a/b'}));
  expect(await locate(join(folder, 'link'))).toEqual(repository({cwd: 'a'}));
  expect(gitFolderOf(repo)).toEqual(before);
});

test('variables of the environment lead nowhere else', async () => {
  process.env['GIT_DIR'] = '/nowhere';
  try {
    expect(await locate(repo)).toEqual(repository());
  } finally {
    delete process.env['GIT_DIR'];
  }
});

test('packed refs, a detached head, a linked worktree', async () => {
  const packed = makeRepository(join(folder, 'packed'), {x: '1'});
  const commit = git(packed, 'rev-parse', 'HEAD').trim();
  git(packed, 'branch', 'other/main');
  git(packed, 'pack-refs', '--all');
  expect(await locate(packed)).toMatchObject({head: commit, branch: 'main'});
  git(packed, 'worktree', 'add', '-q', join(folder, 'linked'), 'other/main');
  expect(await locate(join(folder, 'linked'))).toMatchObject({
    kind: 'repository',
    root: join(folder, 'linked'),
    head: commit,
    branch: 'other/main',
  });
  git(packed, 'checkout', '-q', '--detach');
  expect(await locate(packed)).toMatchObject({head: commit, branch: null});
});

test('none, bare, without commits, broken', async () => {
  const none = join(folder, 'none');
  mkdirSync(none);
  expect(await locate(none)).toEqual({kind: 'none'});
  git(folder, 'init', '-q', '--bare', 'bare.git');
  expect(await locate(join(folder, 'bare.git'))).toEqual({kind: 'bare', root: join(folder, 'bare.git')});
  expect(await locate(join(folder, 'bare.git/objects'))).toEqual({kind: 'bare', root: join(folder, 'bare.git')});
  const fresh = join(folder, 'fresh');
  git(folder, 'init', '-q', 'fresh');
  expect(await locate(fresh)).toEqual({kind: 'no-commits', root: fresh, cwd: ''});
  git(fresh, 'config', 'core.bare', 'true');
  expect(await locate(fresh)).toEqual({kind: 'bare', root: fresh});
  const broken = join(folder, 'broken');
  mkdirSync(join(broken, '.git'), {recursive: true});
  expect(await locate(broken)).toMatchObject({kind: 'broken', root: broken});
  rmSync(join(broken, '.git'), {recursive: true});
  writeFileSync(join(broken, '.git'), 'gitdir: ../gone\n');
  expect(await locate(broken)).toMatchObject({kind: 'broken', why: expect.stringContaining('gone') as unknown});
  writeFileSync(join(broken, '.git'), 'nonsense');
  expect(await locate(broken)).toMatchObject({kind: 'broken'});
});

test('a repository with submodules, and inside one', async () => {
  const outer = makeRepository(join(folder, 'outer'), {x: '1'});
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo, 'libs/sub');
  git(outer, 'commit', '-qm', 'sub');
  expect(await locate(outer)).toMatchObject({kind: 'repository', root: outer, submodules: ['libs/sub']});
  expect(await locate(join(outer, 'libs/sub/a'))).toMatchObject({kind: 'repository', root: join(outer, 'libs/sub'), cwd: 'a', head});
});

test('a folder that is not there is refused', async () => {
  await expect(locate(join(folder, 'not-there'))).rejects.toMatchObject({code: 'no-folder'});
});

test('a head that names no branch and no commit', async () => {
  const odd = makeRepository(join(folder, 'odd'), {x: '1'});
  put(odd, {'.git/HEAD': 'what is this\n'});
  expect(await locate(odd)).toMatchObject({kind: 'broken', root: odd});
});
