import {createReadStream} from 'node:fs';
import type {GitTree} from '../../core/vocabulary/ids.ts';

/** What stands before the objects of a bundle. `refs` are lines of a commit and a name. */
export const bundleHeader = (format: string, refs: string): string =>
  `${format === 'sha1' ? '# v2 git bundle\n' : `# v3 git bundle\n@object-format=${format}\n`}${refs}\n`;

export const refOf = (tree: GitTree): string => `${refs}${tree}`;

/** By tree, the commit that carries it. */
export type BundleHeader = {format: string; commits: ReadonlyMap<GitTree, string>};

/** Reads the header of a bundle of checkpoints; a sentence where it is none. */
export async function readBundleHeader(file: string): Promise<BundleHeader | {why: string}> {
  const text = await untilEmptyLine(file);
  if (text === null) return {why: 'it has no header of a git bundle'};
  const [signature, ...rest] = text.split('\n');
  const format = signature === '# v2 git bundle' ? 'sha1' : /^@object-format=(sha1|sha256)$/.exec(rest.shift() ?? '')?.[1];
  if (format === undefined || (signature !== '# v2 git bundle' && signature !== '# v3 git bundle'))
    return {why: 'it is no git bundle of a known form'};
  const commits = new Map<GitTree, string>();
  for (const line of rest) {
    const [commit = '', name = ''] = line.split(' ');
    const tree = name.startsWith(refs) ? name.slice(refs.length) : '';
    if (!isName(commit) || !isName(tree) || line !== `${commit} ${refs}${tree}` || commits.has(tree as GitTree))
      return {why: `its header has a line that does not belong there: ${JSON.stringify(line.slice(0, 100))}`};
    commits.set(tree as GitTree, commit);
  }
  return {format, commits};
}

const refs = 'refs/agent/trees/';
const isName = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);

/** Null where there is none in the first megabytes. */
async function untilEmptyLine(file: string): Promise<string | null> {
  let text = '';
  for await (const chunk of createReadStream(file, {highWaterMark: 1 << 16, encoding: 'latin1'}) as AsyncIterable<string>) {
    const from = Math.max(0, text.length - 1);
    text += chunk;
    const end = text.indexOf('\n\n', from);
    if (end !== -1) return text.slice(0, end);
    if (text.length > mostHeader) return null;
  }
  return null;
}

const mostHeader = 64 << 20;
