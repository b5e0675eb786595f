import {readdirSync, type Dirent} from 'node:fs';
import {join} from 'node:path';
import {isDotenv} from '../../core/redaction/dotenv-names.ts';

/**
 * The folders below one that hold a `.env` file, as those of a repository of several packages do. The nearest first, not further than four
 * levels and two hundred folders: it is looked for while a session starts.
 */
export function nestedFolders(root: string): readonly string[] {
  const found: string[] = [];
  let level = [root];
  let left = mostFolders;
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of level.slice(0, left)) {
      const entries = entriesOf(folder);
      if (folder !== root && entries.some(({name}) => isDotenv(name))) found.push(folder);
      below.push(...entries.filter(isOwn).map(({name}) => join(folder, name)));
    }
    left -= Math.min(left, level.length);
    level = below;
  }
  return found;
}

const deepest = 4;
const mostFolders = 200;

/** What a project's own folders are not: hidden ones, and what tools bring or make. */
function isOwn(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.') && !made.has(entry.name);
}

const made = new Set(['node_modules', 'vendor', 'target', 'dist', 'build', 'out', 'coverage', 'venv', '__pycache__', 'Pods']);

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch (error) {
    if (unreadable.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

export const unreadable: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP']);
