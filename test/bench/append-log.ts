import {closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {openJsonlLog} from '../../src/adapters/session/jsonl-log.ts';
import {encode} from '../../src/core/log/codec.ts';
import {chainStart} from '../../src/core/log/chain.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import {longSession, timeOf} from '../support/long-session.ts';
import {inTurn, report} from './pairs.ts';

const records = 2_000;

/** Records appended one by one, each synced, against the same lines written and synced and nothing else. */
export async function appendLog(scratch: string): Promise<void> {
  const events = [...longSession(records)];
  const lines = events.map((event, seq) => Buffer.from(encode({v: 1, seq, at: timeOf(seq), prev: chainStart('x'), event}).line));
  const pairs = await inTurn(
    5,
    () => timed(scratch, folder => bare(join(folder, 'bare'), lines)),
    () => timed(scratch, folder => ours(join(folder, 'log.jsonl'), events)),
  );
  report(`${records} records appended, each synced`, 'write and fdatasync', pairs, {unit: 'ms', aim: 'none'});
}

async function timed(scratch: string, act: (folder: string) => Promise<void> | void): Promise<number> {
  const folder = mkdtempSync(join(scratch, 'append-'));
  const from = performance.now();
  await act(folder);
  const took = performance.now() - from;
  rmSync(folder, {recursive: true});
  return took;
}

function bare(file: string, lines: readonly Uint8Array[]): void {
  const fd = openSync(file, 'a');
  for (const line of lines) {
    writeSync(fd, line);
    fdatasyncSync(fd);
  }
  closeSync(fd);
}

async function ours(file: string, events: readonly SessionEvent[]): Promise<void> {
  const {log} = openJsonlLog<SessionEvent>({file, name: 'longlonglo', now: () => new Date().toISOString(), check: async () => () => null});
  for (const event of events) {
    log.append(event);
    await log.sync();
  }
  await log.close();
}
