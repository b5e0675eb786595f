import {createReadStream, renameSync, rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {encode} from '../../core/log/codec.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {endsRecord} from './ends-record.ts';
import {readJsonlLog, type JsonlOptions} from './jsonl-log.ts';
import {makeFolder} from './make-folder.ts';
import {orRefused} from './refused.ts';
import {syncFolder} from './sync-folder.ts';
import {writeParts} from './write-parts.ts';

type Forking = {parent: JsonlOptions; file: string; from: {seq: number; hash: Sha256}; event: SessionEvent; now: () => string};

/** Written beside its place, synced, and then given its name: a crash leaves no half of it. */
export async function writeForkedLog({parent, file, from, event, now}: Forking): Promise<void> {
  const end = await endOf(parent, from);
  const {line} = encode({v: 1, seq: from.seq + 1, at: now(), prev: from.hash, event});
  const beside = `${file}.forking`;
  makeFolder(dirname(file));
  try {
    await writeParts(beside, {from: parent.file, ranges: [{start: 0, end}], behind: line});
    // The parent may have been written anew meanwhile: a value was taken out of it.
    if (!(await endsRecord(beside, {...from, offset: end})))
      throw new LogDamaged(parent.file, from.seq + 1, 'it changed while it was being copied: fork it again');
    orRefused(file, () => renameSync(beside, file));
  } finally {
    rmSync(beside, {force: true});
  }
  for (const folder of [dirname(file), dirname(dirname(file))]) syncFolder(folder);
}

/** The byte after the parent's record `seq`, once the chain up to it has been checked. */
async function endOf(parent: JsonlOptions, {seq, hash}: {seq: number; hash: Sha256}): Promise<number> {
  for await (const record of readJsonlLog<SessionEvent>(parent)) {
    if (record.seq < seq) continue;
    if (record.hash !== hash) throw new LogDamaged(parent.file, seq + 1, 'it is another record than the one that was asked for');
    return offsetAfter(parent.file, seq + 1);
  }
  throw new LogDamaged(parent.file, seq + 1, 'the log ends before it');
}

async function offsetAfter(file: string, lines: number): Promise<number> {
  let left = lines;
  let offset = 0;
  for await (const chunk of createReadStream(file, {highWaterMark: 1 << 18})) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) if (--left === 0) return offset + at + 1;
    offset += bytes.length;
  }
  throw new LogDamaged(file, lines, 'the log ends before it');
}
