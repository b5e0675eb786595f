import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {GitTree} from '../../core/vocabulary/ids.ts';
import {filesBelow, foldsCase, same, type Content, type Standing} from './checkout.ts';
import {askGit, git, nulTerminated} from './git.ts';
import {eachOf} from './overlay.ts';
import {standingOf, type Change} from './plan-apply.ts';
import {differences, reading, readObjects, type Difference, type Entry} from './trees.ts';
import {overFiles, type Workplace} from './workplace.ts';

/**
 * `changes` are to be written, `differing` are all paths that the two trees differ in. `ignored` are those that the wanted tree has not because its own rules
 * ignored them: they stay on the disk. What is in `problems` would be lost or cannot be written.
 */
export type RestorePlan = {
  changes: readonly Change[];
  differing: readonly string[];
  ignored: readonly string[];
  problems: readonly Problem[];
};
export type Problem = {path: string; why: string};

/** Compares what stands in the place with what `from`, the checkpoint of a moment ago, and the wanted tree `to` have. Reads only. */
export async function planRestore(at: Workplace, from: GitTree, to: GitTree): Promise<RestorePlan> {
  const {root} = at.place;
  const differing = (await differences(at.store, from, to)).filter(isOfFiles);
  const ignored = await ignoredThen(at, differing, to);
  const wanted = [...differing.filter(({path}) => !ignored.has(path)), ...(await unkept(at, differing, to))];
  const contentOf = await contentsOf(at, wanted);
  const going = new Set(wanted.filter(one => one.to === null).map(({path}) => path));
  const folding = (await foldsCase(root)) ? going : null;
  const changes: Change[] = [];
  const problems: Problem[] = folding === null ? [] : twins(wanted);
  await eachOf(wanted, async one => {
    const [was, will] = [contentOf(one.from), contentOf(one.to)];
    const standing = await standingAt(root, one.path, folding);
    const why = 'why' in standing ? standing.why : await obstacle(root, standing, {was, will, going});
    if (why !== null) problems.push({path: one.path, why});
    else if ('content' in standing && !(same(standing.content, will) && standing.inTheWay === null))
      changes.push({path: one.path, from: standing.content, to: will, permissions: standing.permissions, base: was, theirs: will});
  });
  const paths = differing.map(({path}) => path).filter(path => !ignored.has(path));
  return {changes: byPath(changes), differing: paths, ignored: [...ignored], problems: byPath(problems)};
}

// A submodule's commit stands in no place of ours: its files are there as plain files.
const isOfFiles = ({from, to}: Difference): boolean => [from, to].every(entry => entry === null || entry.mode !== '160000');

/**
 * Files that `to` has not, but would not have had either: its `.gitignore` ignored them, so that nobody knows whether they were there. They were `.env` and
 * `node_modules`, and taking them away would take what no step made.
 */
async function ignoredThen(at: Workplace, differing: readonly Difference[], to: GitTree): Promise<ReadonlySet<string>> {
  const gone = differing.filter(one => one.to === null).map(({path}) => path);
  if (gone.length === 0 || !differing.some(({path}) => basename(path) === '.gitignore')) return new Set();
  const folder = await mkdtemp(join(at.store, 'agent', 'tree-'));
  try {
    await writeRules(at, to, folder);
    const env = {...reading(at.store).env, GIT_WORK_TREE: folder};
    const input = gone.map(path => `${path}\0`).join('');
    const answer = await askGit(['check-ignore', '--no-index', '-z', '--stdin'], {cwd: folder, env, input});
    return new Set(answer.code === 0 ? nulTerminated(answer.out) : []);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

async function writeRules(at: Workplace, tree: GitTree, folder: string): Promise<void> {
  const lines = nulTerminated(await git(['ls-tree', '-r', '-z', '--full-tree', tree], reading(at.store)));
  const rules = lines.map(entryOf).filter(({path}) => basename(path) === '.gitignore');
  const contentOf = await contentsOf(at, rules);
  for (const rule of rules) {
    const content = contentOf(rule.to);
    if (content === null || content.mode === '120000') continue;
    await mkdir(join(folder, dirname(rule.path)), {recursive: true});
    await writeFile(join(folder, rule.path), content.bytes);
  }
}

/** What the last look left out may stand where the tree has a file: then the disk and not the checkpoint says what is there. */
async function unkept(at: Workplace, differing: readonly Difference[], to: GitTree): Promise<Difference[]> {
  const left = at.left_out.map(({path}) => path);
  if (left.length === 0) return [];
  const known = new Set(differing.map(({path}) => path));
  const env = {...overFiles(at).env, GIT_LITERAL_PATHSPECS: '1'};
  const lines = nulTerminated(await git(['ls-tree', '-r', '-z', '--full-tree', to, '--', ...left], {cwd: at.place.root, env}));
  return lines.map(entryOf).filter(one => !known.has(one.path) && isOfFiles(one));
}

// "100644 blob <object>\t<path>"
function entryOf(line: string): Difference {
  const [mode = '', , object = ''] = line.slice(0, line.indexOf('\t')).split(' ');
  return {path: line.slice(line.indexOf('\t') + 1), from: null, to: {mode, object}};
}

async function contentsOf(at: Workplace, sides: readonly Difference[]): Promise<(entry: Entry | null) => Content> {
  const names = sides.flatMap(({from, to}) => [from, to].flatMap(entry => (entry === null ? [] : [entry.object])));
  const objects = await readObjects(reading(at.store), names);
  return entry => (entry === null ? null : {mode: entry.mode, bytes: objects.get(entry.object) ?? Buffer.alloc(0)});
}

function twins(wanted: readonly Difference[]): Problem[] {
  const names = new Map<string, string>();
  return wanted.flatMap(({path, to}) => {
    const other = to === null ? undefined : names.get(path.toLowerCase());
    if (to !== null) names.set(path.toLowerCase(), path);
    return other === undefined ? [] : [{path, why: `this disk cannot hold it beside ${other}`}];
  });
}

async function standingAt(root: string, path: string, folding: ReadonlySet<string> | null): Promise<Standing | {why: string}> {
  try {
    return await standingOf(root, path, folding);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return {why: 'it may not be read'};
    throw error;
  }
}

type Wanted = {was: Content; will: Content; going: ReadonlySet<string>};

/** Why a file cannot be brought; null where it can. What stands there must be what the checkpoint of a moment ago has, or it would be lost. */
async function obstacle(root: string, {content, inTheWay}: Standing, {was, will, going}: Wanted): Promise<string | null> {
  if (inTheWay?.kind === 'special') return 'it is neither a file nor a link';
  if (inTheWay?.kind === 'parent') return will === null || going.has(inTheWay.path) ? null : `${inTheWay.path} is no folder`;
  if (inTheWay?.kind === 'folder') {
    const other = will === null ? undefined : (await filesBelow(root, inTheWay.path)).find(file => !going.has(file));
    return other === undefined ? null : `a folder stands there, with ${other}`;
  }
  return same(content, was) || same(content, will) ? null : 'what stands there is in no checkpoint';
}

const byPath = <T extends {path: string}>(list: readonly T[]): T[] => list.toSorted((a, b) => (a.path < b.path ? -1 : 1));
