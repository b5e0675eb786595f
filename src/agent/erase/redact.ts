import {createEraser} from '../../core/erasure/erase.ts';
import {leakedValue, type Leaked} from '../../core/erasure/leaked.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import {ErasedBlobs} from './erased-blobs.ts';
import {holdSessions, type Held} from './held-sessions.ts';
import {eraseHome} from './home-log.ts';
import {mentions, namesIn, type Mention} from './mentions.ts';
import type {RedactPorts} from './redact-ports.ts';
import {eraseSession} from './redact-session.ts';
import {eraseRecords, type Erasing} from './erased-records.ts';

/** `value` has at least six bytes. `all` takes it out of every session, and of stored outputs that no session names. */
export type RedactRequest = {id: SessionId; value: string; all: boolean; confirm: (found: Found) => Promise<boolean>};

/** Where the value stands. `others` are sessions that hold it too, or share what is to be changed, and are left as they are. */
export type Found = {
  placeholder: string;
  sessions: readonly FoundIn[];
  others: readonly Mention[];
  /** Stored outputs that no session names: only with `all`. */
  unnamed: readonly BlobRef[];
  /** Files beside the logs: the history of prompts, what was set aside of a log. */
  files: readonly string[];
  /** Places in the home log. */
  home: number;
  /** Named by a session, and not in the store. */
  missing: readonly BlobRef[];
};
export type FoundIn = {id: SessionId; records: number; places: number; blobs: number; blob_places: number};

/** `kept`: blobs that still hold the value, since other sessions name them. `unproven`: steps whose request cannot be made again. */
export type Redacted = {
  found: Found;
  done: boolean;
  removed: number;
  kept: readonly BlobRef[];
  unproven: readonly {id: SessionId; step: number}[];
};

/** Takes a value out of a session's past, or of every session's. Nothing is changed before `confirm` says so; the sessions are locked all the while. */
export async function redact({id, value, all, confirm}: RedactRequest, ports: RedactPorts): Promise<Redacted> {
  const erasing: Erasing = {blobs: ports.blobs, leaked: leakedValue(value, ports.key), key: ports.key, write: false};
  const ids = all ? (await ports.catalogue.list()).map(session => session.id) : [id];
  const held = await holdSessions(ids, ports.catalogue);
  try {
    const earlier = held.flatMap(session => ports.rewriting.leftGone(session.id));
    const found = await look(held, {erasing, all}, ports);
    const nothing: Redacted = {found, done: false, removed: 0, kept: [], unproven: []};
    if (isNowhere(found))
      return earlier.length === 0 ? nothing : {...nothing, ...(await remove(new Set(earlier), {held, leaked: erasing.leaked}, ports))};
    if (!(await confirm(found))) return nothing;
    return await carryOut(held, {found, earlier, erasing: {...erasing, write: true}}, ports);
  } finally {
    for (const session of held) await session.release();
  }
}

const isNowhere = ({sessions, unnamed, files, home}: Found): boolean =>
  sessions.length === 0 && unnamed.length === 0 && files.length === 0 && home === 0;

async function look(held: readonly Held[], {erasing, all}: {erasing: Erasing; all: boolean}, ports: RedactPorts): Promise<Found> {
  const {leaked} = erasing;
  const sessions: FoundIn[] = [];
  const refs = new Set<BlobRef>();
  const missing: BlobRef[] = [];
  for (const {id, records} of held) {
    const {places, changed, blobs} = await eraseRecords(await records(), erasing);
    for (const ref of blobs.gone) refs.add(ref);
    missing.push(...blobs.missing);
    if (places + blobs.places > 0) sessions.push({id, records: changed, places, blobs: blobs.gone.length, blob_places: blobs.places});
  }
  const except = new Set(held.map(({id}) => id));
  return {
    placeholder: leaked.label.toString('utf8'),
    sessions,
    others: await mentions({leaked, refs}, {catalogue: ports.catalogue, except}),
    unnamed: all ? await unnamedIn(held, erasing) : [],
    files: looseOf(held, erasing, ports).map(({file}) => file),
    home: await eraseHome(erasing, ports),
    missing,
  };
}

type Order = {found: Found; earlier: readonly BlobRef[]; erasing: Erasing};

async function carryOut(held: readonly Held[], {found, earlier, erasing}: Order, ports: RedactPorts): Promise<Redacted> {
  const gone = new Set(earlier);
  const unproven: {id: SessionId; step: number}[] = [];
  for (const session of held.filter(({id}) => found.sessions.some(one => one.id === id))) {
    const done = await eraseSession(session, erasing, ports);
    for (const ref of done.gone) gone.add(ref);
    unproven.push(...done.unproven.map(step => ({id: session.id, step})));
  }
  const store = new ErasedBlobs(erasing);
  for (const ref of found.unnamed) if ((await store.blob(ref)).ref !== ref) gone.add(ref);
  for (const {file, bytes} of looseOf(held, erasing, ports)) ports.rewriting.replace(file, bytes);
  await eraseHome(erasing, ports);
  return {found, done: true, unproven, ...(await remove(gone, {held, leaked: erasing.leaked}, ports))};
}

type Cleaning = {held: readonly Held[]; leaked: Leaked};

/** Takes away what no log names any more, damaged ones included. */
async function remove(
  gone: ReadonlySet<BlobRef>,
  {held, leaked}: Cleaning,
  {catalogue, blobs, rewriting}: RedactPorts,
): Promise<Pick<Redacted, 'removed' | 'kept'>> {
  const still = await mentions({leaked, refs: gone}, {catalogue, except: new Set()});
  const kept = new Set(still.flatMap(mention => mention.blobs));
  for (const ref of gone) if (!kept.has(ref)) await blobs.remove(ref);
  for (const {id} of held) rewriting.end(id);
  return {removed: gone.size - kept.size, kept: [...kept]};
}

async function unnamedIn(held: readonly Held[], erasing: Erasing): Promise<readonly BlobRef[]> {
  const named = new Set<BlobRef>();
  for (const {records} of held) for (const {event} of await records()) for (const name of namesIn(JSON.stringify(event))) named.add(name);
  const store = new ErasedBlobs({...erasing, write: false});
  const found: BlobRef[] = [];
  for await (const {ref} of erasing.blobs.list()) if (!named.has(ref) && (await store.blob(ref)).count > 0) found.push(ref);
  return found;
}

function looseOf(held: readonly Held[], {leaked}: Erasing, {rewriting}: RedactPorts): readonly {file: string; bytes: Buffer}[] {
  const files = new Map(held.flatMap(({id}) => rewriting.loose(id)).map(({file, bytes}) => [file, bytes]));
  return [...files].flatMap(([file, bytes]) => {
    const eraser = createEraser(leaked);
    const erased = Buffer.concat([eraser.push(bytes), eraser.flush()]);
    return eraser.count === 0 ? [] : [{file, bytes: erased}];
  });
}
