import {mkdir, rm, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {workspaceFiles} from '../../../src/adapters/files/workspace-files.ts';
import {filesContract} from '../../contracts/files.ts';
import {putFiles, temporaryFolder} from '../../support/world.ts';

filesContract('workspaceFiles', workspaceFiles);

test('a root that is made only after the adapter is found', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'later');
  const files = workspaceFiles({root, cwd: root, granted: []});
  expect(await files.read('a.txt')).toMatchObject({failure: {code: 'not-found'}});
  await putFiles(root, {'a.txt': 'a'});
  expect(await files.read('a.txt')).toMatchObject({at: {shown: 'a.txt'}});
});

test('a root named through a symlink is one place with two names', async () => {
  const folder = await temporaryFolder();
  await putFiles(join(folder, 'real'), {'a.txt': 'a'});
  await symlink('real', join(folder, 'named'));
  const files = workspaceFiles({root: join(folder, 'named'), cwd: join(folder, 'named'), granted: []});
  for (const path of ['a.txt', join(folder, 'named/a.txt'), join(folder, 'real/a.txt')])
    expect(await files.resolve(path)).toMatchObject({shown: 'a.txt', name: 'a.txt'});
});

test('a missing granted folder grants nothing else', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'root'));
  const files = workspaceFiles({root: join(folder, 'root'), cwd: join(folder, 'root'), granted: [join(folder, 'gone')]});
  expect(await files.resolve('x')).toMatchObject({exists: 'no'});
  expect(await files.resolve(folder)).toMatchObject({failure: {code: 'outside'}});
});

test('a working folder that was deleted meanwhile is no crash', async () => {
  const folder = await temporaryFolder();
  await putFiles(folder, {'sub/a.txt': 'a', 'b.txt': 'b'});
  await rm(join(folder, 'sub'), {recursive: true});
  const files = workspaceFiles({root: folder, cwd: join(folder, 'sub'), granted: []});
  expect(await files.resolve('../b.txt')).toMatchObject({exists: 'file'});
  expect(await files.write('a.txt', Buffer.from('new'))).toMatchObject({at: {shown: 'sub/a.txt'}});
});
