import {join} from 'node:path';
import type {Place} from '../../core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {CheckpointBundles} from '../../ports/archive.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import {readBundleHeader, type BundleHeader} from './bundle-header.ts';
import {askGit, git, type GitOptions} from './git.ts';
import {storeOf} from './layout.ts';
import {ensureStore, keepTree, storeEnvironment} from './store.ts';

/** Unpacks a bundle in a repository of its own, where git looks at every object of it; from there its trees go into a store. */
export const checkBundle =
  (home: string): CheckpointBundles['check'] =>
  async (file, trees, scratch) => {
    const header = await readBundleHeader(file);
    if ('why' in header) return header;
    const stray = [...header.commits.keys()].find(tree => !trees.includes(tree));
    const missing = trees.find(tree => !header.commits.has(tree));
    if (stray !== undefined) return {why: `it holds the tree ${stray}, which the log does not name`};
    if (missing !== undefined) return {why: `the tree ${missing} is missing in it`};
    const options = await quarantine(join(scratch, 'quarantine.git'), header.format);
    const wrong = await unpack(file, header, options);
    return wrong === null ? {take: (place, id) => take({home, options, format: header.format, trees}, place, id)} : {why: wrong};
  };

async function quarantine(folder: string, format: string): Promise<GitOptions & {env: Record<string, string>}> {
  const env = {GIT_DIR: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1'};
  await git(['-c', 'init.defaultRefFormat=files', 'init', '-q', '--bare', '--template=', `--object-format=${format}`, folder], {
    cwd: join(folder, '..'),
    env,
  });
  return {cwd: folder, env};
}

/** What is wrong, in git's words; null where every object is there, is what its name says, and every commit carries its tree. */
async function unpack(file: string, {commits}: BundleHeader, options: GitOptions): Promise<string | null> {
  const unbundled = await askGit(['bundle', 'unbundle', file], options);
  if (unbundled.code !== 0) return said(unbundled.err);
  const created = [...commits].map(([tree, commit]) => `create refs/agent/trees/${tree} ${commit}\n`).join('');
  const named = await askGit(['update-ref', '--stdin'], {...options, input: created});
  if (named.code !== 0) return said(named.err);
  const asked = [...commits.values()].map(commit => `${commit}^{tree}\n`).join('');
  const carried = (await git(['cat-file', '--batch-check=%(objectname)'], {...options, input: asked})).toString().trimEnd().split('\n');
  const other = [...commits.keys()].findIndex((tree, at) => carried[at] !== tree);
  if (other !== -1) return `what it calls the tree ${[...commits.keys()][other]} is another`;
  const checked = await askGit([...strict, 'fsck', '--full', '--no-dangling', '--no-progress'], options);
  return checked.code === 0 ? null : said(`${checked.out.toString()}${checked.err}`);
}

/** Names that lead out of a folder, or into `.git`, git itself only warns of. What it says of submodules is about a clone, and none is made. */
const strict = [
  ...['hasDot', 'hasDotdot', 'hasDotgit', 'fullPathname', 'nullSha1'].map(id => `fsck.${id}=error`),
  ...['gitmodulesName', 'gitmodulesPath', 'gitmodulesUrl', 'gitmodulesUpdate', 'gitmodulesSymlink'].map(id => `fsck.${id}=warn`),
].flatMap(setting => ['-c', setting]);

const said = (text: string): string => text.trim().split('\n').slice(0, 3).join('; ') || 'git refuses it without a word';

type Taking = {home: string; options: GitOptions & {env: Record<string, string>}; format: string; trees: readonly GitTree[]};

async function take({home, options, format, trees}: Taking, place: Place, id: SessionId): Promise<void> {
  const store = storeOf(home, place);
  await ensureStore(store, null, format);
  const alone = {cwd: store, env: storeEnvironment(store, null)};
  const own = (await git(['rev-parse', '--show-object-format'], alone)).toString().trim();
  if (own !== format)
    throw new WorktreeRefused(
      'object-format',
      `the checkpoints are named by ${format}, and those of this repository's store ${store} by ${own}`,
    );
  const input = trees.map(tree => `${tree}\n`).join('');
  const objects = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {...options, input});
  const have = (await git(['cat-file', '--batch-check=%(objectname)'], {...alone, input: objects})).toString();
  const missing = have.split('\n').flatMap(line => (line.endsWith(' missing') ? [`${line.slice(0, -' missing'.length)}\n`] : []));
  if (missing.length > 0)
    await git(['pack-objects', '-q', '--window=0', '--delta-base-offset', join(store, 'objects', 'pack', 'pack')], {
      ...options,
      input: missing.join(''),
    });
  for (const tree of trees) keepTree(store, id, tree);
}
