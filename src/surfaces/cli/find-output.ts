import type {Program, Unread} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import {receipts, type Receipt} from '../../core/projections/shortened.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef, CallId, SessionId} from '../../core/vocabulary/ids.ts';
import {openedIn} from '../../core/projections/session-row.ts';
import {BlobDamaged} from '../../ports/blobs.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {oneLine} from './format/one-line.ts';
import {folded} from './folded.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {isKnown, rootOf} from './session-list.ts';

/** `session`, `excerpt` and `call` are null where no session has a receipt of it: `agent excerpt --keep` stored it. `name` is what messages call it. */
export type FoundOutput = {
  name: string;
  session: SessionId | null;
  call: CallId | null;
  title: string;
  blob: BlobRef;
  excerpt: Excerpt | null;
};

/**
 * The output that a call (`3.1`), a step with one output (`3`), `prompt`, or at least 8 digits of a sha256 names. Where no session was named, a
 * sha256 that the newest one does not have is looked for in the others of this repository, and a whole one in the store.
 */
export async function findOutput(name: string, named: Named, at: {program: Program; io: Io}): Promise<FoundOutput> {
  const {program, io} = at;
  const hash = hashIn(name);
  const anywhere = hash !== null && named.session === null && !named.last;
  const {id, unread} = anywhere ? await program.newest(named.dir) : {id: await whichSession(named, program), unread: []};
  const here = id === null ? {found: null, damaged: null} : await inSession(name, id, program);
  if (here.found !== null && here.damaged !== null)
    io.progress(`The log of session ${id} is damaged behind this output: ${here.damaged.message}`);
  const found = here.found ?? (anywhere ? ((await inOthers(name, id, {named, program})) ?? (await inStore(hash, program))) : null);
  if (found !== null) return found;
  const where = id === null ? 'There is' : `Session ${id} has`;
  const why =
    here.damaged === null
      ? ''
      : `\nIts log is damaged, and only what stands before could be searched: ${here.damaged.message}\nKeep what can be read behind it, too: agent sessions repair ${id ?? 'ID'}`;
  const next = `agent audit${id === null ? '' : ` ${id}`}`;
  const kept = hash !== null && hash.length < 64 ? '\nWhat agent excerpt --keep stored is found by its whole sha256 only (64 digits).' : '';
  throw new Stop(
    2,
    `${where} no output "${oneLine(name)}". Name a call (3.1), or at least 8 digits of a sha256: ${next}${kept}${why}${unread.map(notSearched).join('')}`,
  );
}

const notSearched = ({id, why}: Unread): string =>
  `\nNot searched: session ${id}, of which cannot be read where it was opened (${oneLine(why)}).`;

const hashIn = (name: string): string | null => /^(?:sha256:)?([0-9a-f]{8,64})$/.exec(name.toLowerCase())?.[1] ?? null;

type InSession = {found: FoundOutput | null; damaged: LogDamaged | null};

async function inSession(name: string, id: SessionId, program: Program): Promise<InSession> {
  const {state, damaged} = await folded(receipts, id, program);
  const receipt = pick(name, [...state.outputs]);
  if (receipt === null) return {found: null, damaged};
  const {call, title, excerpt} = receipt;
  return {found: {name: call ?? 'prompt', session: id, call, title, blob: excerpt.blob, excerpt}, damaged};
}

function pick(name: string, outputs: readonly Receipt[]): Receipt | null {
  const byCall = outputs.findLast(({call}) => (call ?? 'prompt') === name);
  if (byCall !== undefined) return byCall;
  const ofStep = /^\d+$/.test(name) ? outputs.filter(({call}) => call?.split('.')[0] === name) : [];
  if (ofStep.length > 1)
    throw new Stop(2, `Step ${name} has ${ofStep.length} outputs: ${ofStep.map(({call}) => call).join(', ')}. Name one of them.`);
  if (ofStep[0] !== undefined) return ofStep[0];
  const digits = hashIn(name);
  const byHash = digits !== null ? outputs.filter(({excerpt}) => excerpt.stdout_sha256.startsWith(digits)) : [];
  const hashes = [...new Set(byHash.map(({excerpt}) => excerpt.stdout_sha256))];
  if (hashes.length > 1)
    throw new Stop(2, `${hashes.length} outputs have a sha256 that begins with ${digits}: ${hashes.join(', ')}. Give more of it.`);
  return byHash.at(-1) ?? null;
}

type Where = {named: Named; program: Program};

async function inOthers(name: string, not: SessionId | null, {named, program}: Where): Promise<FoundOutput | null> {
  const [catalogue, root] = await Promise.all([program.catalogue(), rootOf(named.dir, program)]);
  for (const {id} of await catalogue.list()) {
    if (id === not || !(await isOf(root, id, program))) continue;
    const {found} = await inSession(name, id, program);
    if (found !== null) return found;
  }
  return null;
}

async function inStore(hash: string, program: Program): Promise<FoundOutput | null> {
  const blob = hash as BlobRef;
  if (hash.length < 64 || !(await isStored(blob, program))) return null;
  return {name: hash.slice(0, 12), session: null, call: null, title: '', blob, excerpt: null};
}

/** What is damaged is there, too. */
async function isStored(blob: BlobRef, program: Program): Promise<boolean> {
  try {
    return (await (await program.blobs()).size(blob)) !== null;
  } catch (error) {
    if (error instanceof BlobDamaged) return true;
    throw error;
  }
}

/** Reads no further than the first record. */
async function isOf(root: string, id: SessionId, program: Program): Promise<boolean> {
  try {
    for await (const record of (await program.catalogue()).read(id))
      return isKnown(record) && record.event.type === 'session.opened' && openedIn(record.event) === root;
    return false;
  } catch (error) {
    if (error instanceof LogDamaged) return false;
    throw error;
  }
}
