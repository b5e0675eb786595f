import {createWriteStream} from 'node:fs';
import {link, realpath, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {Stop} from '../../agent/stop.ts';
import {forTerminal} from './for-terminal.ts';
import type {Io} from './io.ts';
import {untilInterrupted} from './until-interrupted.ts';

/** Where a result goes: a file, relative to `dir`, or stdout where none is named (or `-` is). `again` is how the same is typed to overwrite. */
export type Target = {file: string | null; dir: string; force: boolean; again: string};

/** Null for stdout. Says before anything is made what stands in the way of writing there. */
export async function targetOf({file, dir, force, again}: Target): Promise<OutFile | null> {
  if (file === null || file === '-') return null;
  const path = resolve(dir, file);
  const found = await kindOf(path);
  if (found === 'folder') throw new Stop(2, `${path} is a folder.\nName a file in it: ${join(file, 'session.md')}`);
  // Nobody may be reading a pipe: to open it would wait without end.
  if (found === 'other') throw new Stop(2, `${path} is no ordinary file.\nName another file, or one that is not there yet.`);
  if (found !== 'none' && !force) throw new Stop(2, `${path} is there already, and nothing was written.\nOverwrite it: ${again}`);
  if ((await kindOf(dirname(path))) !== 'folder')
    throw new Stop(2, `There is no folder ${dirname(path)}.\nMake it: mkdir -p ${dirname(path)}`);
  return {path: found === 'none' ? path : await realpath(path), found};
}

type OutFile = {path: string; found: 'none' | 'file'};

/** Writes the pieces as they come. A file appears whole, or is as it was before. */
export async function writeOut(to: OutFile | null, pieces: AsyncIterable<string>, io: Io): Promise<'written' | 'interrupted'> {
  if (to === null) return print(pieces, io);
  const interrupted = await untilInterrupted(async stop => {
    try {
      await replace(to, pieces, stop);
    } catch (error) {
      if (!stop.aborted) throw explained(error, to);
    }
  });
  return interrupted() ? 'interrupted' : 'written';
}

async function print(pieces: AsyncIterable<string>, io: Io): Promise<'written'> {
  for await (const piece of pieces) {
    if (io.gone.aborted) break;
    await io.send(io.tty.stdout ? forTerminal(piece) : piece);
  }
  return 'written';
}

async function replace({path, found}: OutFile, pieces: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await pipeline(Readable.from(pieces), createWriteStream(temporary, {flags: 'wx', flush: true}), {signal});
    // What somebody else put there meanwhile stays: a link does not replace it.
    await (found === 'file' ? rename(temporary, path) : link(temporary, path));
  } finally {
    await rm(temporary, {force: true});
  }
}

/** What the system refused, in words of what was wanted. */
function explained(error: unknown, {path}: OutFile): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new Stop(1, `${path} could not be written: ${error.message}\nName another file: -o FILE`, {cause: error});
}

async function kindOf(path: string): Promise<'none' | 'folder' | 'file' | 'other'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none';
    throw error;
  }
}
