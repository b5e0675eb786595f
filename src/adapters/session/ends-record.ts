import {open} from 'node:fs/promises';
import type {LogPoint} from '../../core/vocabulary/log-point.ts';

/** Whether a record with this hash, and its line, end there. Its number is proved by the hash, or by the record behind it. */
export async function endsRecord(file: string, {hash, offset}: LogPoint): Promise<boolean> {
  const wanted = Buffer.from(`,"hash":"${hash}"}\n`);
  if (offset < wanted.length) return false;
  const handle = await open(file, 'r');
  try {
    const {bytesRead, buffer} = await handle.read(Buffer.alloc(wanted.length), 0, wanted.length, offset - wanted.length);
    return bytesRead === wanted.length && buffer.equals(wanted);
  } finally {
    await handle.close();
  }
}
