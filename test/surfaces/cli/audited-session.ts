import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import {countNewlines} from '../../../src/core/truncation/newlines.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Excerpt, Window} from '../../../src/core/vocabulary/excerpt.ts';
import type {BlobRef, CallId, SessionId, Sha256} from '../../../src/core/vocabulary/ids.ts';
import type {Outcome} from '../../../src/core/vocabulary/outcome.ts';
import {recordsOf} from '../../support/records.ts';
import {opened, replied} from '../ui/harness/records.ts';
import type {CliWorld} from './world.ts';

/** What a call printed, and which lines of it were shown: without any, all of them. `view` is what the model saw. */
export type Printed = {
  tool?: string;
  input?: unknown;
  bytes: Buffer;
  shown?: readonly (readonly [why: Window['why'], first: number, last: number])[];
  view?: string;
  redactions?: number;
  /** The first line of what failed, where a command did. */
  failed?: string;
};

/** A session on the disk whose n-th step made one call that printed this; a tool `prompt` is a prompt that was too long instead. */
export async function auditedSession(world: CliWorld, printed: readonly Printed[], id = '0k3v9q2m7x'): Promise<SessionId> {
  const blobs = blobStore(join(homeOf(world), 'blobs'));
  const events: SessionEvent[] = [{...opened, session: id as SessionId, repo: world.repo} as SessionEvent];
  for (const [index, one] of printed.entries()) {
    const call = `${index + 1}.1` as CallId;
    const {tool = 'shell', input = {command: 'npm test'}} = one;
    const [blob, view] = [await blobs.put(one.bytes), await blobs.put(Buffer.from(one.view ?? 'what the model saw\n'))];
    if (tool === 'prompt') {
      events.push({type: 'user.prompted', text: 'the excerpt', whole: receipt(one, blob, view)});
      continue;
    }
    events.push(replied(index + 1, [{type: 'call', id: call, provider_id: null, tool, input}]));
    const shown = receipt(one, blob, view);
    events.push({
      type: 'tool.finished',
      call,
      outcome: one.failed === undefined ? {kind: 'done', shown} : failed(shown, one.failed),
      touched: [],
    });
  }
  mkdirSync(join(homeOf(world), 'sessions', id), {recursive: true});
  writeFileSync(logOf(world, id), recordsOf(events, id).lines.join(''));
  return id as SessionId;
}

const failed = (shown: Excerpt, line: string): Outcome => ({
  kind: 'ran',
  exit: 1,
  signal: null,
  timedOut: false,
  settled: 'exit',
  left_running: [],
  shown,
  signature: {id: line, line},
});

export const homeOf = (world: CliWorld): string => world.env['AGENT_HOME'] ?? '';
export const logOf = (world: CliWorld, id: string): string => join(homeOf(world), 'sessions', id, 'log.jsonl');
export const blobFile = (world: CliWorld, ref: string): string => join(homeOf(world), 'blobs', ref.slice(0, 2), `${ref}.zst`);

/** Where each line begins, and where the last one ends. */
export function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  if (starts.at(-1) !== bytes.length) starts.push(bytes.length);
  return starts;
}

function receipt({bytes, shown, redactions = 0}: Printed, blob: BlobRef, view: BlobRef): Excerpt {
  const starts = lineStarts(bytes);
  const lines = countNewlines(bytes) + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0);
  const all = shown ?? (lines === 0 ? [] : [['head', 1, lines] as const]);
  const windows = all.map(([why, first, last]) => ({why, first, last, start: starts[first - 1] ?? 0, end: starts[last] ?? 0}));
  const kept = (why: Window['why']) => windows.reduce((sum, window) => sum + (window.why === why ? window.last - window.first + 1 : 0), 0);
  const dropped = lines - kept('head') - kept('salient') - kept('tail');
  const total = {bytes: bytes.length, lines};
  return {
    stdout_sha256: blob,
    blob,
    policy: 'lines/1',
    view,
    kept_head_lines: kept('head'),
    kept_tail_lines: kept('tail'),
    truncated: dropped > 0,
    truncated_lines_count: dropped,
    windows,
    streams: {stdout: {...total, sha256: blob}, stderr: {bytes: 0, lines: 0, sha256: '0'.repeat(64) as Sha256}},
    total,
    shown: {bytes: Math.min(bytes.length, 400), lines: lines - dropped, tokens: Math.min(Math.ceil(bytes.length / 4), 100)},
    redactions,
  };
}
