import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** A folder of its own with a git repository and an AGENT_HOME, and an environment that names nothing of the machine's user. */
export type Sandbox = {
  root: string;
  repo: string;
  home: string;
  env: Record<string, string>;
  script: (replies: readonly object[], more?: object) => string;
  git: (...args: string[]) => string;
};

export function sandbox(files: Readonly<Record<string, string>> = {'readme.md': '# A project\n'}): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'agent-test-')));
  const repo = join(root, 'project');
  const home = join(root, 'home');
  writeFiles(repo, files);
  const env = environment(root, home);
  const git = (...args: string[]) => execFileSync('git', args, {cwd: repo, env, encoding: 'utf8'});
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'Begin');
  let scripts = 0;
  const script = (replies: readonly object[], more: object = {}) => {
    const file = join(root, `script-${++scripts}.json`);
    writeFileSync(file, JSON.stringify({name: 'test', replies, ...more}));
    return `scripted:${file}`;
  };
  return {root, repo, home, env, script, git};
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, {recursive: true});
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), text);
  }
}

const environment = (root: string, home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: join(root, 'user'),
  XDG_CONFIG_HOME: join(root, 'config'),
  XDG_CACHE_HOME: join(tmpdir(), 'agent-test-cache'),
  AGENT_HOME: home,
  LANG: 'C.UTF-8',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@localhost',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@localhost',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
});
