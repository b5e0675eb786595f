import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {askGit} from './git.ts';
import {same, type Content} from './checkout.ts';

export type Sides = {base: Content; ours: Content; theirs: Content};
/** `unchanged`: the checkout has it already. */
export type Merged = {kind: 'take'; content: Content} | {kind: 'unchanged'} | {kind: 'conflict'; why: string; markers: Content};

/** One file of three: `ours` is the user's checkout, `theirs` the worktree. What only one side changed is taken; the rest goes line by line. */
export async function mergeFile({base, ours, theirs}: Sides): Promise<Merged> {
  if (same(ours, theirs)) return {kind: 'unchanged'};
  if (same(ours, base)) return {kind: 'take', content: theirs};
  if (same(theirs, base)) return {kind: 'unchanged'};
  if (theirs === null) return conflict('deleted in the worktree, changed in the checkout');
  if (ours === null) return conflict('deleted in the checkout, changed in the worktree');
  if (isLink(ours) || isLink(theirs)) return conflict('changed on both sides, and one of them is a symbolic link');
  const mode = base === null || ours.mode === base.mode ? theirs.mode : ours.mode;
  if (ours.bytes.equals(theirs.bytes)) return mode === ours.mode ? {kind: 'unchanged'} : {kind: 'take', content: {mode, bytes: ours.bytes}};
  if (base !== null && !isLink(base) && base.bytes.equals(theirs.bytes)) return {kind: 'take', content: {mode, bytes: ours.bytes}};
  if (base !== null && !isLink(base) && base.bytes.equals(ours.bytes)) return {kind: 'take', content: {mode, bytes: theirs.bytes}};
  const start = base === null || isLink(base) ? Buffer.alloc(0) : base.bytes;
  if ([start, ours.bytes, theirs.bytes].some(isBinary))
    return conflict(base === null ? 'added on both sides, and binary' : 'changed on both sides, and binary');
  const {bytes, clean} = await mergeLines(start, ours.bytes, theirs.bytes);
  // Two files that came into being apart have no common start: what lines they share is chance.
  if (clean && base !== null) return {kind: 'take', content: {mode, bytes}};
  return {
    kind: 'conflict',
    why: base === null ? 'added on both sides' : 'the same lines were changed on both sides',
    markers: {mode, bytes},
  };
}

/** Lines as git merges them. Bytes pass through unchanged, whatever the line ending or encoding. */
async function mergeLines(base: Buffer, ours: Buffer, theirs: Buffer): Promise<{bytes: Buffer; clean: boolean}> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-merge-'));
  try {
    await Promise.all([
      writeFile(join(folder, 'base'), base),
      writeFile(join(folder, 'ours'), ours),
      writeFile(join(folder, 'theirs'), theirs),
    ]);
    const args = [
      '-c',
      'merge.conflictStyle=merge',
      'merge-file',
      '-p',
      '-q',
      '-L',
      'checkout',
      '-L',
      'base',
      '-L',
      'worktree',
      'ours',
      'base',
      'theirs',
    ];
    const answer = await askGit(args, {cwd: folder});
    // The exit is the number of conflicts, or an error above 127.
    if (answer.code > 127) throw new Error(`git merge-file failed: ${answer.err.trim()}`);
    return {bytes: answer.out, clean: answer.code === 0};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** As git decides it: a NUL byte in the first 8,000. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

function isLink(content: Content): boolean {
  return content?.mode === '120000';
}

function conflict(why: string): Merged {
  return {kind: 'conflict', why, markers: null};
}
