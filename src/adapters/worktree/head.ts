import {join} from 'node:path';
import {askGit} from './git.ts';
import {configured, textOf, type GitFolder} from './repository.ts';

/** `commit` is null in a repository without commits; `branch` is null on a detached head. */
export type Head = {commit: string | null; branch: string | null};

/** Where HEAD stands, by reading the files that git keeps it in; git itself is asked only where refs are no files. */
export async function readHead(root: string, folder: GitFolder): Promise<Head | {why: string}> {
  if (configured(folder.common, 'extensions', 'refstorage') !== null) return await askHead(root);
  const head = textOf(join(folder.own, 'HEAD'));
  if (head === null) return {why: `${join(folder.own, 'HEAD')} is missing`};
  return follow(folder, head.trim());
}

function follow(folder: GitFolder, head: string): Head | {why: string} {
  const branch = /^ref:\s*(\S+)$/.exec(head)?.[1];
  if (branch === undefined)
    return objectName.test(head) ? {commit: head, branch: null} : {why: `HEAD holds neither a branch nor a commit: ${head.slice(0, 60)}`};
  let value = lookUp(folder, branch);
  // A symbolic ref may point to a symbolic ref; git gives up after five.
  for (let hops = 0; hops < 5 && value !== null && value.startsWith('ref:'); hops++) value = lookUp(folder, value.slice(4).trim());
  if (value !== null && !objectName.test(value)) return {why: `${branch} does not hold a commit`};
  return {commit: value, branch: branch.replace(/^refs\/heads\//, '')};
}

const objectName = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

function lookUp(folder: GitFolder, ref: string): string | null {
  const loose = textOf(join(folder.own, ref)) ?? textOf(join(folder.common, ref));
  if (loose !== null) return loose.trim();
  const packed = textOf(join(folder.common, 'packed-refs'));
  const at = packed === null ? -1 : `\n${packed}`.indexOf(` ${ref}\n`);
  if (packed === null || at < 0) return null;
  return packed.slice(packed.lastIndexOf('\n', at - 2) + 1, at - 1);
}

async function askHead(root: string): Promise<Head | {why: string}> {
  const [commit, branch] = await Promise.all([
    askGit(['rev-parse', '--verify', '-q', 'HEAD'], {cwd: root}),
    askGit(['symbolic-ref', '-q', '--short', 'HEAD'], {cwd: root}),
  ]);
  if (commit.code > 1) return {why: commit.err.trim()};
  return {commit: commit.out.toString().trim() || null, branch: branch.out.toString().trim() || null};
}
