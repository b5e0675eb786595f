import {readdirSync, readFileSync, statSync, type Stats} from 'node:fs';
import {join} from 'node:path';
import {isDotenv} from '../../core/redaction/dotenv-names.ts';
import {variablesIn} from '../../core/redaction/dotenv.ts';
import {secretsAmong} from '../../core/redaction/known-secrets.ts';
import type {KnownSecret, Secrets} from '../../ports/secrets.ts';
import {nestedFolders, unreadable} from './nested-folders.ts';

/**
 * What this process was started with, and the `.env` files in the folders that are asked about, read again when one of them changed. With `nested` also those
 * in folders below, as far as they are there when a folder is asked about for the first time.
 */
export function secretsOfUser(key: Uint8Array, env: Readonly<Record<string, string | undefined>>, {nested = false} = {}): Secrets {
  const variables = Object.entries(env).map(([name, value]) => ({name, value: value ?? ''}));
  const fromEnvironment = secretsAmong(variables, 'env');
  const folders = new Map<string, Folder>();
  const below = new Map<string, readonly string[]>();
  const withNested = (folder: string): readonly string[] => {
    const known = below.get(folder) ?? (nested ? nestedFolders(folder) : []);
    below.set(folder, known);
    return [folder, ...known];
  };
  let last: {signs: string; known: readonly KnownSecret[]} | null = null;
  return {
    key,
    known(asked) {
      const files = [...new Set(asked.flatMap(withNested))].flatMap(folder => filesIn(folder, folders));
      const signs = files.map(({path, sign}) => `${path}\0${sign}`).join('\n');
      if (last?.signs === signs) return last.known;
      const inFiles = files.flatMap(({path}) => secretsAmong(variablesIn(textOf(path)), 'dotenv'));
      // What a file held before it changed stays a secret: it may still be printed.
      const all = [...fromEnvironment, ...inFiles, ...(last?.known ?? [])];
      const known = [...new Map(all.toReversed().map(one => [one.value, one])).values()].slice(-mostValues);
      last = {signs, known};
      return known;
    },
  };
}

type Folder = {sign: string; names: readonly string[]};
type Found = {path: string; sign: string};

/** More are no `.env` files any more. */
const mostValues = 2_000;
const largestFile = 1_024 * 1_024;

function filesIn(folder: string, seen: Map<string, Folder>): readonly Found[] {
  const stats = lookAt(folder);
  if (stats === null) return [];
  const sign = signOf(stats);
  let known = seen.get(folder);
  if (known?.sign !== sign) {
    known = {sign, names: namesIn(folder).filter(isDotenv)};
    seen.set(folder, known);
  }
  return known.names.flatMap(name => {
    const path = join(folder, name);
    const file = lookAt(path);
    return file === null || !file.isFile() || file.size > largestFile ? [] : [{path, sign: signOf(file)}];
  });
}

function signOf({mtimeMs, ctimeMs, size, ino}: Stats): string {
  return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
}

/** Null where there is nothing, or nothing that this user may look at: then it is not a source of what a tool prints either. */
function lookAt(path: string): Stats | null {
  return unlessUnreadable(() => statSync(path, {throwIfNoEntry: false}) ?? null, null);
}

/** None where the folder may be looked at, but not listed. */
function namesIn(folder: string): readonly string[] {
  return unlessUnreadable(() => readdirSync(folder), []);
}

function textOf(path: string): string {
  return unlessUnreadable(() => readFileSync(path, 'utf8'), '');
}

function unlessUnreadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (unreadable.has((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
}
