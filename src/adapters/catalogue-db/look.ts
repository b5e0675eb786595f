import {stat} from 'node:fs/promises';
import type {IndexLook} from '../../ports/session-index.ts';

/** Opens the database to look at it only, and has SQLite check it. */
export async function lookAtDatabase(file: string): Promise<IndexLook> {
  try {
    const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf));
    const [own, changes] = sizes;
    if (own === undefined || own === null) return {file, state: 'none'};
    const {default: open} = await import('better-sqlite3');
    const database = new open(file, {readonly: true, fileMustExist: true, timeout: 250});
    try {
      const checked = database.pragma('quick_check(1)', {simple: true});
      if (checked !== 'ok') return {file, state: 'unusable', why: String(checked)};
      const sessions = database.prepare('SELECT count(*) FROM session').pluck().get() as number;
      return {file, state: 'ok', bytes: own + (changes ?? 0), sessions};
    } finally {
      database.close();
    }
  } catch (error) {
    return {file, state: 'unusable', why: error instanceof Error ? error.message : String(error)};
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
