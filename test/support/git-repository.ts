import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** A folder of its own, taken away by the caller. */
export function temporaryFolder(name = 'agent-test-'): string {
  return realpathSync(mkdtempSync(join(tmpdir(), name)));
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {cwd, env: testEnvironment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

/** No configuration of the machine, and somebody to commit as. */
export function testEnvironment(): Record<string, string> {
  const env = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('GIT_'),
  );
  const who = {GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.org'};
  return {...Object.fromEntries(env), ...who, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null'};
}

export function makeRepository(root: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(root, {recursive: true});
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'config', 'user.name', 'A');
  git(root, 'config', 'user.email', 'a@example.org');
  put(root, files);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'first');
  return root;
}

export function put(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), content);
  }
}

/** Every file below a folder with what it holds: the whole of it, since byte for byte is what is promised. */
export function bytesOf(root: string, skip: (path: string) => boolean = () => false): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).toSorted()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (skip(path)) continue;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) found[path] = `-> ${readlinkSync(join(root, path))}`;
      else if (stat.isFile())
        found[path] = `${(stat.mode & 0o777).toString(8)} ${createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex')}`;
      else found[path] = 'special';
    }
  };
  walk('');
  return found;
}

/** The user's git folder without what a session may add to it. */
export function gitFolderOf(repo: string): Record<string, string> {
  return bytesOf(join(repo, '.git'), path => path.startsWith('worktrees/'));
}

export function remove(folder: string): void {
  rmSync(folder, {recursive: true, force: true, maxRetries: 3});
}
