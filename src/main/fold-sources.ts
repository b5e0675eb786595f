import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';

/** The hash of all that folds are made of, as it lies in the sources: a state that others made may mean something else. */
export async function foldSources(folder = join(import.meta.dirname, '../core')): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(folder, {recursive: true})).filter(name => name.endsWith('.ts')).toSorted();
  for (const name of files) hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
