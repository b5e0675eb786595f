import {lstat, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Leftover, Leftovers} from '../../ports/leftovers.ts';
import type {Alive} from './lock.ts';

/** Where programs write what is not finished, and the pid in its name, if there is one. */
const places: readonly {folder: readonly string[]; name: RegExp}[] = [
  {folder: ['blobs', 'tmp'], name: /^(?<pid>\d+)-[0-9a-f]+$/},
  {folder: ['checkpoints'], name: /^.+\.git\.(?<pid>\d+)\.\d+$/},
  {folder: ['checkpoints', '*', 'agent'], name: /^tree-\w{6}$/},
];

/** What lies in one AGENT_HOME. */
export function leftoversIn(home: string, startTimeOf: Alive): Leftovers {
  return {
    find: async before => {
      const found: Leftover[] = [];
      for (const {folder, name} of places) {
        for (const at of await foldersAt(home, folder)) {
          for (const entry of await namesIn(at)) {
            const pid = name.exec(entry)?.groups?.['pid'];
            if (!name.test(entry) || (pid !== undefined && startTimeOf(Number(pid)) !== null)) continue;
            const left = await measured(join(at, entry));
            if (left.changed < before) found.push({path: left.path, bytes: left.bytes});
          }
        }
      }
      return found;
    },
    remove: async ({path}) => await rm(path, {recursive: true, force: true}),
  };
}

/** `*` stands for every folder of its parent. */
async function foldersAt(home: string, parts: readonly string[]): Promise<readonly string[]> {
  let folders = [home];
  for (const part of parts) {
    const inner = await Promise.all(
      folders.map(async folder => (part === '*' ? (await namesIn(folder)).map(name => join(folder, name)) : [join(folder, part)])),
    );
    folders = inner.flat();
  }
  return folders;
}

/** A folder is as young as the youngest in it. */
async function measured(path: string): Promise<Leftover & {changed: number}> {
  const stat = await lstat(path);
  if (!stat.isDirectory()) return {path, bytes: stat.size, changed: stat.mtimeMs};
  const inner = await Promise.all((await namesIn(path)).map(async name => await measured(join(path, name))));
  return {
    path,
    bytes: inner.reduce((sum, {bytes}) => sum + bytes, 0),
    changed: Math.max(stat.mtimeMs, ...inner.map(({changed}) => changed)),
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // What may not be looked into holds nothing that could be taken away.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
