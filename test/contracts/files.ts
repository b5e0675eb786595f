import {execFileSync} from 'node:child_process';
import {chmod, link, lstat, mkdir, readFile, readdir, readlink, stat, symlink, writeFile} from 'node:fs/promises';
import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Sha256} from '../../src/core/vocabulary/ids.ts';
import type {Files} from '../../src/ports/files.ts';
import {putFiles, temporaryFolder} from '../support/world.ts';

type Make = (bounds: {root: string; cwd: string; granted: string[]}) => Files;
type Place = {files: Files; root: string; outside: string; granted: string};

const sha256 = (bytes: string): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const codeOf = (answer: object): string => ('failure' in answer ? (answer.failure as {code: string}).code : 'ok');

/** What every adapter of the Files port keeps. `make` opens one on real folders. */
export function filesContract(name: string, make: Make): void {
  async function place(cwd = ''): Promise<Place> {
    const folder = await temporaryFolder();
    const [root, outside, granted] = [join(folder, 'root'), join(folder, 'outside'), join(folder, 'granted')];
    await putFiles(root, {'a.txt': 'inside\n', 'dir/b.txt': 'b\n', '.git/config': '[core]\n', 'name with space': ''});
    await putFiles(outside, {'secret.txt': 'secret\n', 'dir/x.txt': ''});
    await putFiles(granted, {'g.txt': 'granted\n'});
    await symlink('../outside', join(root, 'link-dir'));
    await symlink(outside, join(root, 'link-absolute'));
    await symlink('../outside/secret.txt', join(root, 'link-file'));
    await symlink('../../outside', join(root, 'dir/link-up'));
    await symlink('link-dir', join(root, 'link-to-link'));
    await symlink('../outside/new.txt', join(root, 'link-new'));
    await symlink('nowhere', join(root, 'dangling'));
    await symlink('loop-b', join(root, 'loop-a'));
    await symlink('loop-a', join(root, 'loop-b'));
    await symlink('a.txt', join(root, 'link-inside'));
    await symlink('dir', join(root, 'link-inner-dir'));
    await symlink('.git', join(root, 'link-git'));
    return {files: make({root, cwd: join(root, cwd), granted: [granted]}), root, outside, granted};
  }

  const escapes: [path: string, code: string][] = [
    ['..', 'outside'],
    ['../outside/secret.txt', 'outside'],
    ['dir/../../outside/secret.txt', 'outside'],
    ['dir/./.././../outside/secret.txt', 'outside'],
    ['../root-twin', 'outside'],
    ['link-dir', 'outside'],
    ['link-dir/secret.txt', 'outside'],
    ['link-dir/new.txt', 'outside'],
    ['link-dir/new/deep.txt', 'outside'],
    ['link-absolute/secret.txt', 'outside'],
    ['link-to-link/secret.txt', 'outside'],
    ['dir/link-up/secret.txt', 'outside'],
    ['link-file', 'outside'],
    ['link-inner-dir/link-up/secret.txt', 'outside'],
    ['link-inner-dir/../link-dir/secret.txt', 'outside'],
    ['link-new', 'dangling-symlink'],
    ['dangling', 'dangling-symlink'],
    ['dangling/deep.txt', 'dangling-symlink'],
    ['loop-a', 'symlink-loop'],
    ['loop-a/x', 'symlink-loop'],
    ['/etc/passwd', 'outside'],
    ['/', 'outside'],
    ['/proc/self/cwd/package.json', 'outside'],
    ['/proc/self/root/etc/passwd', 'outside'],
    ['/dev/stdin', 'outside'],
    ['', 'bad-path'],
    ['a.txt\0.md', 'bad-path'],
    ['a.txt/', 'not-a-folder'],
    ['a.txt/.', 'not-a-folder'],
    ['a.txt/deep', 'not-a-folder'],
    [`${'x'.repeat(300)}/a`, 'name-too-long'],
    ['x'.repeat(300), 'name-too-long'],
    ['x/'.repeat(5_000), 'name-too-long'],
  ];

  describe(`${name}: paths that lead out`, () => {
    test.each(escapes)('%s is refused', async (path, code) => {
      const {files, outside} = await place();
      const answers = [
        await files.resolve(path),
        await files.read(path),
        await files.scan(path, () => 'stop'),
        await files.list(path),
        await files.write(path, bytes('x')),
      ];
      expect(answers.map(codeOf)).toEqual([code, code, code, code, code]);
      expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
      expect((await readdir(outside)).toSorted()).toEqual(['dir', 'secret.txt']);
    });

    test('an absolute path outside is refused whether or not it exists', async () => {
      const {files, outside} = await place();
      expect(codeOf(await files.resolve(join(outside, 'secret.txt')))).toBe('outside');
      expect(codeOf(await files.resolve(join(outside, 'none.txt')))).toBe('outside');
      expect(codeOf(await files.resolve(`${join(outside, '..')}/root-twin`))).toBe('outside');
    });

    test('remove takes a symlink away, never what it points to', async () => {
      const {files, root, outside} = await place();
      expect(codeOf(await files.remove('link-file'))).toBe('ok');
      expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
      expect(codeOf(await files.remove('link-dir/secret.txt'))).toBe('outside');
      expect(codeOf(await files.remove('link-inside'))).toBe('ok');
      expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('inside\n');
      expect(codeOf(await files.remove('dangling'))).toBe('ok');
    });

    test.each([
      '.git/config',
      '.git/hooks/pre-commit',
      '.GIT/config',
      '.Git/new',
      'dir/.git/config',
      'link-git/config',
      '.git',
      '.g\u200cit/config',
      'git~1/config',
    ])('writing to %s is refused', async path => {
      const {files, root} = await place();
      expect([codeOf(await files.write(path, bytes('x'))), codeOf(await files.remove(path))]).toEqual(['git-folder', 'git-folder']);
      expect(await readFile(join(root, '.git/config'), 'utf8')).toBe('[core]\n');
    });

    test('a folder swapped for a symlink while files are written never lets one out', async () => {
      const {files, root, outside} = await place();
      await mkdir(join(root, 'swap'));
      const script = `const fs=require('fs');for(let i=0;i<4000;i++){try{fs.renameSync('swap','away');fs.symlinkSync('../outside/dir','swap');fs.unlinkSync('swap');fs.renameSync('away','swap')}catch(e){}}`;
      const {spawn} = await import('node:child_process');
      const swapper = spawn(process.execPath, ['-e', script], {cwd: root, stdio: 'ignore'});
      const ended = new Promise(resolve => swapper.once('close', resolve));
      for (let i = 0; swapper.exitCode === null && i < 300; i++) await files.write(`swap/${i}.txt`, bytes('x'));
      swapper.kill();
      await ended;
      expect(await readdir(join(outside, 'dir'))).toEqual(['x.txt']);
    });
  });

  describe(`${name}: reading`, () => {
    test('a file comes with its sha256, mode and names', async () => {
      const {files, root} = await place();
      expect(await files.read('dir/../a.txt')).toEqual({
        at: {absolute: join(root, 'a.txt'), shown: 'a.txt', name: 'a.txt', exists: 'file'},
        bytes: Buffer.from('inside\n'),
        sha256: sha256('inside\n'),
        mode: expect.any(Number),
      });
    });

    test.each([
      ['a.txt', 'file', 'a.txt'],
      ['./dir//b.txt', 'file', 'dir/b.txt'],
      ['link-inside', 'file', 'a.txt'],
      ['link-inner-dir/b.txt', 'file', 'dir/b.txt'],
      ['link-inner-dir/new.txt', 'no', 'dir/new.txt'],
      ['none/deep/x', 'no', 'none/deep/x'],
      ['.', 'folder', '.'],
      ['dir/', 'folder', 'dir'],
      ['~/x', 'no', '~/x'],
    ])('%s is a %s, %s', async (path, exists, shown) => {
      const {files} = await place();
      expect(await files.resolve(path)).toMatchObject({exists, shown, name: shown});
    });

    test('from a subfolder, paths are relative to it', async () => {
      const {files} = await place('dir');
      expect(await files.resolve('b.txt')).toMatchObject({shown: 'dir/b.txt', name: 'b.txt', exists: 'file'});
      expect(await files.resolve('../a.txt')).toMatchObject({shown: 'a.txt', name: '../a.txt', exists: 'file'});
    });

    test('absolute paths inside and granted folders are taken', async () => {
      const {files, root, granted} = await place();
      expect(await files.resolve(join(root, 'a.txt'))).toMatchObject({shown: 'a.txt'});
      expect(await files.read(join(granted, 'g.txt'))).toMatchObject({at: {shown: join(granted, 'g.txt'), name: join(granted, 'g.txt')}});
      expect(codeOf(await files.write(join(granted, 'new.txt'), bytes('x')))).toBe('ok');
    });

    test('missing files, folders and pipes are told apart', async () => {
      const {files, root} = await place();
      execFileSync('mkfifo', [join(root, 'pipe')]);
      const paths = ['none', 'dir', 'pipe'];
      expect(await Promise.all(paths.map(async path => codeOf(await files.read(path))))).toEqual(['not-found', 'is-folder', 'not-a-file']);
      expect(codeOf(await files.write('pipe', bytes('x')))).toBe('not-a-file');
      expect(codeOf(await files.write('dir', bytes('x')))).toBe('is-folder');
      expect(codeOf(await files.list('a.txt'))).toBe('not-a-folder');
    });

    test('scan gives all bytes and their sha256, or stops', async () => {
      const {files, root} = await place();
      const content = '0123456789'.repeat(100_000);
      await writeFile(join(root, 'big'), content);
      const parts: string[] = [];
      const scanned = await files.scan('big', part => (parts.push(Buffer.from(part).toString()), 'go-on'));
      expect([parts.join('') === content, scanned]).toMatchObject([true, {size: content.length, sha256: sha256(content)}]);
      let calls = 0;
      expect(await files.scan('big', () => (calls++, 'stop'))).toMatchObject({sha256: null});
      expect(calls).toBe(1);
    });

    test('list is sorted and tells kinds', async () => {
      const {files} = await place();
      const listed = await files.list('.');
      if ('failure' in listed) throw new Error(listed.failure.message);
      const names = listed.entries.map(entry => entry.name);
      expect(names).toEqual(names.toSorted());
      expect(listed.entries.filter(({name}) => ['.git', 'a.txt', 'link-file'].includes(name)).map(({kind}) => kind)).toEqual([
        'folder',
        'file',
        'link',
      ]);
    });
  });

  describe(`${name}: writing`, () => {
    test('a new file makes its folders and leaves nothing else behind', async () => {
      const {files, root} = await place();
      const written = await files.write('new/deep/c.txt', bytes('c\n'));
      expect(written).toEqual({
        at: {absolute: join(root, 'new/deep/c.txt'), shown: 'new/deep/c.txt', name: 'new/deep/c.txt', exists: 'file'},
        sha256: sha256('c\n'),
      });
      expect(await readdir(join(root, 'new/deep'))).toEqual(['c.txt']);
    });

    test.each([0o644, 0o755, 0o600, 0o700])('mode %o is kept', async mode => {
      const {files, root} = await place();
      await chmod(join(root, 'a.txt'), mode);
      await files.write('a.txt', bytes('new'));
      expect((await stat(join(root, 'a.txt'))).mode & 0o777).toBe(mode);
    });

    test('a symlink inside that points inside is written through', async () => {
      const {files, root} = await place();
      await files.write('link-inside', bytes('new'));
      expect([await readlink(join(root, 'link-inside')), await readFile(join(root, 'a.txt'), 'utf8')]).toEqual(['a.txt', 'new']);
    });

    test('another hard link to the file keeps the old content', async () => {
      const {files, root, outside} = await place();
      await link(join(root, 'a.txt'), join(outside, 'twin.txt'));
      await files.write('a.txt', bytes('new'));
      expect(await readFile(join(outside, 'twin.txt'), 'utf8')).toBe('inside\n');
    });

    test('a file marked read-only is refused', async () => {
      const {files, root} = await place();
      await chmod(join(root, 'a.txt'), 0o444);
      expect(codeOf(await files.write('a.txt', bytes('new')))).toBe('read-only');
    });

    test('what is not expected is not overwritten, nor removed', async () => {
      const {files, root} = await place();
      const wrong = sha256('something else');
      const codes = [
        await files.write('a.txt', bytes('new'), {expect: wrong}),
        await files.write('a.txt', bytes('new'), {expect: null}),
        await files.write('none.txt', bytes('new'), {expect: wrong}),
        await files.remove('a.txt', {expect: wrong}),
      ].map(codeOf);
      expect(codes).toEqual(['changed', 'changed', 'changed', 'changed']);
      expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('inside\n');
      expect((await readdir(root)).filter(entry => entry.endsWith('.tmp') || entry === 'none.txt')).toEqual([]);
      expect(codeOf(await files.write('a.txt', bytes('new'), {expect: sha256('inside\n')}))).toBe('ok');
      expect(codeOf(await files.write('fresh.txt', bytes('new'), {expect: null}))).toBe('ok');
      expect(codeOf(await files.remove('a.txt', {expect: sha256('new')}))).toBe('ok');
    });

    test('what a killed program left beside a file is taken away, and nothing else', async () => {
      const {files, root, outside} = await place();
      const [dead = '', own = '', living = ''] = [999_999_999, process.pid, process.ppid].map(pid => `.agent-${pid}-0123456789ab.tmp`);
      const [theirs, other] = ['.agent-notes.tmp', 'x.tmp'];
      for (const folder of [root, join(root, 'dir'), outside])
        for (const name of [dead, own, living, theirs, other]) await writeFile(join(folder, name), '');
      await files.tidy('a.txt');
      await files.tidy('../outside/secret.txt');
      await files.tidy('no/such/folder.txt');
      const left = async (folder: string) => new Set((await readdir(folder)).filter(name => name.endsWith('.tmp')));
      expect(await left(root)).toEqual(new Set([living, theirs, other]));
      expect((await left(join(root, 'dir'))).size).toBe(5);
      expect((await left(outside)).size).toBe(5);
    });

    test('of many writers of a new file that expect none, one succeeds', async () => {
      const {files} = await place();
      const answers = await Promise.all(Array.from({length: 8}, (_, index) => files.write('raced.txt', bytes(`${index}`), {expect: null})));
      expect(answers.map(codeOf).toSorted()).toEqual([...Array.from({length: 7}, () => 'changed'), 'ok']);
    });

    test('removing tells missing files and folders', async () => {
      const {files, root} = await place();
      expect([codeOf(await files.remove('none')), codeOf(await files.remove('dir')), codeOf(await files.remove('a.txt'))]).toEqual([
        'not-found',
        'is-folder',
        'ok',
      ]);
      await expect(lstat(join(root, 'a.txt'))).rejects.toThrow('ENOENT');
    });

    test('names with spaces, quotes and umlauts', async () => {
      const {files, root} = await place();
      for (const odd of ['name with space', `it's "quoted"`, 'grün 🌳.txt', '-dash', 'line\nbreak']) {
        expect(codeOf(await files.write(odd, bytes(odd)))).toBe('ok');
        expect(await readFile(join(root, odd), 'utf8')).toBe(odd);
      }
    });
  });
}
