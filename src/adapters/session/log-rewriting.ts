import {closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {chainStart} from '../../core/log/chain.ts';
import {encode} from '../../core/log/codec.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {BlobRef, SessionId, Sha256} from '../../core/vocabulary/ids.ts';
import type {LogRewriting} from '../../ports/log-rewriting.ts';
import {orRefused} from './refused.ts';
import {removeSnapshot} from './snapshot-file.ts';
import {syncFolder} from './sync-folder.ts';

/** In one AGENT_HOME. Everything is written beside its place, synced, and then given its name. */
export function logRewriting(home: string): LogRewriting {
  const folderOf = (id: SessionId) => join(home, 'sessions', id);
  const journalOf = (id: SessionId) => join(folderOf(id), 'redacting.json');
  return {
    begin(of, records, gone) {
      const file = of === 'home' ? join(home, 'log.jsonl') : join(folderOf(of), 'log.jsonl');
      const {lines, hashes} = chained(of, records);
      return orRefused(file, () => {
        if (of !== 'home') removeSnapshot(file);
        writeWhole(`${file}${beside}`, Buffer.from(lines.join('')));
        if (of !== 'home') put(journalOf(of), Buffer.from(`${JSON.stringify({gone})}\n`));
        return {hashes, swap: () => orRefused(file, () => name(file))};
      });
    },
    leftGone(id) {
      if (!existsSync(journalOf(id))) return [];
      const {gone} = JSON.parse(readFileSync(journalOf(id), 'utf8')) as {gone: BlobRef[]};
      return gone.filter(ref => /^[0-9a-f]{64}$/.test(ref));
    },
    end(id) {
      for (const file of [journalOf(id), join(folderOf(id), `log.jsonl${beside}`)]) rmSync(file, {force: true});
      syncFolder(folderOf(id));
    },
    loose(id) {
      const aside = readdirSync(folderOf(id)).filter(file => /^log\.jsonl\.((torn|damaged)-\d+|forking|repairing)$/.test(file));
      const files = [join(home, 'history'), ...aside.map(file => join(folderOf(id), file))].filter(file => existsSync(file));
      return files.map(file => ({file, bytes: readFileSync(file)}));
    },
    replace: (file, bytes) => orRefused(file, () => put(file, bytes)),
  };
}

const beside = '.redacting';

function chained(
  of: SessionId | 'home',
  records: Parameters<LogRewriting['begin']>[1],
): {lines: readonly string[]; hashes: readonly Sha256[]} {
  const lines: string[] = [];
  const hashes: Sha256[] = [];
  let prev = chainStart(firstSession(records) ?? of);
  for (const [seq, {at, event: recorded}] of records.entries()) {
    const event = withParent(recorded, prev);
    const {line, hash} = encode({v: 1, seq, at, prev, event});
    lines.push(line);
    hashes.push(hash);
    prev = hash;
  }
  return {lines, hashes};
}

type Records = Parameters<LogRewriting['begin']>[1];

/** A fork's chain begins with the id of the session that it came from. */
function firstSession([first]: Records): string | null {
  const event: {type: string; session?: unknown} | undefined = first?.event;
  return event?.type === 'session.opened' && typeof event.session === 'string' ? event.session : null;
}

/** A fork names the record before it by its hash, which is a new one. */
function withParent(event: Records[number]['event'], prev: Sha256): Records[number]['event'] {
  if (event.type !== 'session.forked') return event;
  const forked = event as Extract<SessionEvent, {type: 'session.forked'}>;
  const renamed: SessionEvent = {...forked, from: {...forked.from, hash: prev}};
  return renamed;
}

function put(file: string, bytes: Uint8Array): void {
  writeWhole(`${file}${beside}`, bytes);
  name(file);
}

function writeWhole(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The new file takes the name, and the old one has none any more. */
function name(file: string): void {
  renameSync(`${file}${beside}`, file);
  syncFolder(dirname(file));
}
