/**
 * What a power cut takes, beside what `kill -9` does: of every file in AGENT_HOME what was written since its last fsync. A file that was never synced is gone, or (`empty`) there
 * without content; one that was put in the place of another gives way to it again. As on ext4, XFS, btrfs and APFS the names of a new file reach the disk with its content. What git and the
 * commands wrote is left: they are other programs.
 */
import fs from 'node:fs';
import {join} from 'node:path';

const {existsSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync} = fs;
const home = process.env.AGENT_HOME ?? '';
const kept = ['sessions', 'blobs'].map(folder => `${join(home, folder)}/`);
const single = new Set(['log.jsonl', 'redaction.key'].map(file => join(home, file)));
const matters = path => (single.has(path) || kept.some(folder => path.startsWith(folder))) && !/\/lock(\.\d+)?$/.test(path);

/** By path: how many bytes are on the disk (null: not even the name), and what stood there before. */
const unsynced = new Map();
const syncing = new Map();

const sizeOf = path => (existsSync(path) ? statSync(path).size : null);

/** An operation begins. */
export function before(n, op, {path, to}) {
  if (['write', 'writeFile', 'appendFile', 'open'].includes(op) && matters(path) && !unsynced.has(path)) {
    const size = sizeOf(path);
    if (op !== 'open' || size === null) unsynced.set(path, {size});
  }
  if (op === 'fsync' || op === 'fdatasync') syncing.set(n, sizeOf(path));
  if (op === 'rename' && matters(to) && existsSync(to)) unsynced.set(`before ${to}`, {content: readFileSync(to)});
}

/** It has happened. `moved` tells who holds the file open under its old name. */
export function after(n, op, {path, to}, moved) {
  if (op === 'fsync' || op === 'fdatasync') {
    const size = syncing.get(n);
    syncing.delete(n);
    if (unsynced.has(path) && size === sizeOf(path)) unsynced.delete(path);
    else if (unsynced.has(path)) unsynced.set(path, {size});
    unsynced.delete(`before ${path}`);
  }
  if (op !== 'rename' || !matters(path)) return;
  const content = unsynced.get(`before ${to}`)?.content;
  unsynced.delete(`before ${to}`);
  const lost = unsynced.get(path);
  unsynced.delete(path);
  if (lost !== undefined) unsynced.set(to, content === undefined ? lost : {content});
  moved(path, to);
}

export function cut(empty) {
  for (const [path, {size, content}] of unsynced) {
    if (!existsSync(path)) continue;
    if (content !== undefined) writeFileSync(path, content);
    else if (size !== null) truncateSync(path, size);
    else if (empty) truncateSync(path, 0);
    else unlinkSync(path);
  }
}
