import type {Stats} from 'node:fs';
import {stat} from 'node:fs/promises';

/** What is at a path; null where nothing is. */
export async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
