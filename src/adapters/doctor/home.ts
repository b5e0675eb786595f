import {constants} from 'node:fs';
import {access, stat, statfs} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Check} from '../../ports/doctor.ts';
import {folderSize} from './folder-size.ts';
import {reason} from './reason.ts';
import {statOf} from './stat-of.ts';

/** AGENT_HOME can be written, by its owner only. */
export async function homeChecks(home: string): Promise<Check[]> {
  const name = 'home';
  const there = await nearestFolder(home);
  if (!(await stat(there)).isDirectory())
    return [{name, state: 'failed', found: `${there} is not a folder`, mend: 'set AGENT_HOME to a folder'}];
  try {
    await access(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    return [
      {
        name,
        state: 'failed',
        found: `${there} cannot be written: ${reason(error)}`,
        mend: `give yourself the right (chmod u+rwx ${there}), or set AGENT_HOME to another folder`,
      },
    ];
  }
  if (there !== home) return [{name, state: 'ok', found: `${home} will be made when it is first needed`, mend: null}];
  const open = await tooOpen([home, join(home, 'sessions'), join(home, 'blobs'), join(home, 'log.jsonl'), join(home, 'redaction.key')]);
  if (open.length === 0) return [{name, state: 'ok', found: home, mend: null}];
  return [{name, state: 'warning', found: `others on this machine can look into ${open.join(', ')}`, mend: `chmod -R go-rwx ${home}`}];
}

const gigabyte = 1e9;

/** What is free, and what each part takes. */
export async function diskChecks(home: string, minFree: number): Promise<Check[]> {
  const {bavail, bsize} = await statfs(await nearestFolder(home));
  const free = bavail * bsize;
  const found = `${shown(free)} free`;
  const disk: Check =
    free >= minFree
      ? {name: 'disk', state: 'ok', found, mend: null}
      : {
          name: 'disk',
          state: 'failed',
          found: `${found}; outputs are stored only above ${shown(minFree)} (output.min_free)`,
          mend: 'free space: agent worktrees prune, agent sessions rm, then agent gc',
        };
  const parts = ['sessions', 'blobs', 'worktrees', 'checkpoints'];
  const sizes = await Promise.all(parts.map(part => folderSize(join(home, part))));
  const used = parts.map((part, index) => `${part} ${sizes[index]?.whole === false ? 'over ' : ''}${shown(sizes[index]?.bytes ?? 0)}`);
  return [disk, {name: 'disk used', state: 'note', found: `${used.join(', ')}; agent gc --dry-run shows what could be freed`, mend: null}];
}

const shown = (bytes: number): string => (bytes >= gigabyte ? `${(bytes / gigabyte).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** The folder itself, or where it is not there yet the one above it that is. */
async function nearestFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await modeOf(at)) !== null || at === dirname(at)) return at;
  }
}

async function tooOpen(paths: readonly string[]): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const modes = await Promise.all(paths.map(modeOf));
  return paths.filter((_, index) => ((modes[index] ?? 0) & 0o077) !== 0);
}

const modeOf = async (path: string): Promise<number | null> => (await statOf(path))?.mode ?? null;
