import {mkdir, rename, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {holdFolder, openRegular, Swapped} from '../../../src/adapters/files/open-inside.ts';
import {putFiles, temporaryFolder} from '../../support/world.ts';

/** As things stand when a folder was swapped for a symlink after the guard had allowed the path. */
async function swapped(): Promise<{root: string}> {
  const folder = await temporaryFolder();
  await putFiles(folder, {'root/kept/dir/a.txt': 'a', 'outside/dir/a.txt': 'secret', 'outside/a.txt': 'secret'});
  const root = join(folder, 'root');
  await symlink('../outside', join(root, 'swapped'));
  await symlink('../outside/a.txt', join(root, 'link.txt'));
  return {root};
}

// Where the system does not name open files, the folder is compared before it is used.
for (const handles of ['/proc/self/fd', '/no/such/folder']) {
  test(`a folder is held only under its real path (${handles})`, async () => {
    const {root} = await swapped();
    const held = await holdFolder(join(root, 'kept/dir'), handles);
    await writeFile(held.path('b.txt'), 'b');
    await held.close();
    await expect(holdFolder(join(root, 'swapped/dir'), handles)).rejects.toThrow(Swapped);
    await expect(holdFolder(join(root, 'swapped'), handles)).rejects.toThrow(/ELOOP|ENOTDIR/);
  });
}

test('a file is opened only under its real path, and no link at its end is followed', async () => {
  const {root} = await swapped();
  await expect(openRegular(join(root, 'swapped/dir/a.txt'))).rejects.toThrow(Swapped);
  await expect(openRegular(join(root, 'link.txt'))).rejects.toThrow('ELOOP');
});

if (process.platform === 'linux')
  test('what is written through a held folder stays in it, wherever it is moved', async () => {
    const {root} = await swapped();
    const held = await holdFolder(join(root, 'kept/dir'));
    await rename(join(root, 'kept'), join(root, 'away'));
    await mkdir(join(root, 'kept'));
    await symlink('../../outside', join(root, 'kept/dir'));
    await writeFile(held.path('b.txt'), 'b');
    await held.close();
    const opened = await openRegular(join(root, 'away/dir/b.txt'));
    expect(typeof opened).toBe('object');
    if (typeof opened === 'object') await opened.file.close();
  });
