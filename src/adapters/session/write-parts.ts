import {closeSync, createReadStream, fsyncSync, openSync, writeSync} from 'node:fs';
import type {Range} from '../../ports/log-repairing.ts';
import {cannotBegin, orRefused} from './refused.ts';

/** A new file on the disk: `ranges` of another one, as they lie in it, and a text behind them. */
export async function writeParts(
  file: string,
  {from, ranges, behind}: {from: string; ranges: readonly Range[]; behind: string},
): Promise<void> {
  const fd = orRefused(file, () => openSync(file, 'w', 0o600), cannotBegin);
  try {
    for (const {start, end} of ranges)
      for await (const chunk of createReadStream(from, {start, end: end - 1, highWaterMark: 1 << 20}))
        orRefused(file, () => writeAll(fd, chunk as Buffer));
    orRefused(file, () => writeAll(fd, Buffer.from(behind)));
    orRefused(file, () => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
