import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import type {Kept, StoreLook} from '../../ports/checkpoint-stores.ts';
import type {Leftover} from '../../ports/leftovers.ts';
import {WorktreeRefused} from '../../ports/worktree.ts';
import type {GcPorts} from './gc-ports.ts';
import {marksOf, type Marks, type Unread} from './marks.ts';

/** What nothing names any more, and what stays all the same. */
export type Useless = {
  blobs: readonly {ref: BlobRef; stored: number}[];
  stores: readonly StoreLook[];
  leftovers: readonly Leftover[];
  /** Blobs that nothing names, and that are not a day old. */
  young: {count: number; bytes: number};
  live: readonly SessionId[];
  kept: Kept;
};

/** `problems` are sentences on what could not be taken away. */
export type Freed = {blobs: Amount; checkpoints: Amount; leftovers: Amount; problems: readonly string[]};
export type Amount = {count: number; bytes: number};

/** Younger than this is nothing's leftover yet: what is stored is named by a record only afterwards. */
const age_ms = 24 * 60 * 60 * 1_000;

/** Looks only. */
export async function lookForUseless(ports: GcPorts): Promise<Useless | {unread: readonly Unread[]}> {
  const before = ports.now() - age_ms;
  const marks = await marksOf(ports);
  if ('unread' in marks) return marks;
  const kept: Kept = {trees: marks.names, sessions: marks.sessions, before};
  return {
    ...(await unnamedBlobs(ports, marks, before)),
    stores: await ports.stores.look(kept),
    leftovers: await ports.leftovers.find(before),
    live: marks.live,
    kept,
  };
}

async function unnamedBlobs({blobs}: GcPorts, {names}: Marks, before: number): Promise<Pick<Useless, 'blobs' | 'young'>> {
  const unnamed: {ref: BlobRef; stored: number}[] = [];
  const young = {count: 0, bytes: 0};
  for await (const {ref, stored, changed} of blobs.list()) {
    if (names.has(ref)) continue;
    if (changed < before) unnamed.push({ref, stored});
    else {
      young.count++;
      young.bytes += stored;
    }
  }
  return {blobs: unnamed, young};
}

/** Takes it away. Whoever has come to need a part of it meanwhile keeps that; stopped in the middle, the rest is found by the next look. */
export async function takeAway(useless: Useless, ports: GcPorts): Promise<Freed> {
  const {before} = useless.kept;
  await ports.blobs.putBack();
  const blobs = {count: 0, bytes: 0};
  for (const {ref, stored} of useless.blobs) {
    if (!(await ports.blobs.discard(ref, before))) continue;
    blobs.count++;
    blobs.bytes += stored;
  }
  const leftovers = {count: 0, bytes: 0};
  for (const leftover of useless.leftovers) {
    await ports.leftovers.remove(leftover);
    leftovers.count++;
    leftovers.bytes += leftover.bytes;
  }
  return {blobs, leftovers, ...(await collectStores(useless, ports))};
}

async function collectStores({stores, kept}: Useless, ports: GcPorts): Promise<Pick<Freed, 'checkpoints' | 'problems'>> {
  const checkpoints = {count: 0, bytes: 0};
  const problems: string[] = [];
  for (const {store, trees, bytes, state} of stores) {
    if (state.kind === 'unreadable') problems.push(`${store} could not be looked at: ${state.why}`);
    if (state.kind !== 'free' || (trees === 0 && bytes === 0)) continue;
    try {
      checkpoints.bytes += (await ports.stores.collect(store, kept)).freed;
      checkpoints.count += trees;
    } catch (error) {
      if (!(error instanceof WorktreeRefused)) throw error;
      problems.push(`${store} was left: ${error.message}`);
    }
  }
  return {checkpoints, problems};
}
