import type {Place} from '../../core/vocabulary/event.ts';
import type {BlobRef, SessionId} from '../../core/vocabulary/ids.ts';
import {SessionBusy} from '../../ports/catalogue.ts';
import {Stop} from '../stop.ts';
import {checkUnpacked, type Checked} from './check-unpacked.ts';
import type {Manifest} from './manifest.ts';
import type {PortablePorts, Told} from './portable-ports.ts';
import {compareLogs, type Compared} from './same-log.ts';
import {unpack, type Unpacked} from './unpack.ts';

/** `file` is absolute. `repo`: where the session's repository is on this machine, where that was said. `force`: take a log that goes on where the one here ends. */
export type ImportRequest = {file: string; force: boolean; repo: string | null; told: Told};

/** `how`: what became of the log. `outputs` are the blobs that were not there, or damaged, and are now; `records` of the log that counts. */
export type Imported = {
  manifest: Manifest;
  how: 'new' | 'same' | 'longer-here' | 'replaced';
  outputs: number;
  records: number;
  place: Place | null;
};

/** Checks an archive whole, and only then puts the session in its place: blobs, checkpoints, log, and what the home knows of it. */
export async function importSession({file, force, repo, told}: ImportRequest, ports: PortablePorts): Promise<Imported> {
  const scratch = await ports.archives.scratch();
  try {
    const unpacked = await unpack(file, scratch, ports, told);
    const checked = await checkUnpacked({file, unpacked, scratch, told}, ports);
    const {session} = unpacked.manifest;
    const standing = await standingOf({file, force}, {unpacked, checked}, ports);
    const outputs = await placeBlobs(checked.blobs, unpacked, {scratch, ports});
    const place = checked.log.changes.place;
    if (place !== null) await checked.bundle?.take(place, session);
    const move = (from: string, to: string) => scratch.move(from, to);
    // The log comes last: what it names is there by then.
    if (standing === null) await placeNew(session, {unpacked, move, repo}, ports);
    if (standing?.kind === 'first-longer') await placeLonger({file, unpacked, checked, move}, ports);
    if (standing !== null && repo !== null) await ports.catalogue.note({type: 'session.located', session, repo});
    if (standing?.kind !== 'second-longer') await ports.catalogue.note({type: 'session.anchored', session, ...checked.log.last});
    return {manifest: unpacked.manifest, how: howOf(standing), outputs, records: checked.log.records, place};
  } finally {
    await scratch.remove();
  }
}

type Whole = {unpacked: Unpacked; checked: Checked};
type Given = Pick<ImportRequest, 'file' | 'force'>;

/** How the log of the archive (the first) stands to the one that is here; null where there is none. */
async function standingOf({file, force}: Given, {unpacked, checked}: Whole, ports: PortablePorts): Promise<Compared | null> {
  const {session} = unpacked.manifest;
  const standing = await compared(unpacked, checked, ports);
  if (standing?.kind === 'differ')
    throw new Stop(
      1,
      `Session ${session} is here already, and is another one from line ${standing.line} of its log on: nothing was changed.\nTo take the one of ${file}, take the one here away first: agent sessions rm ${session}`,
    );
  if (standing?.kind === 'first-longer' && !force)
    throw new Stop(
      1,
      `Session ${session} is here already, and the one in ${file} goes on where it ends (${standing.by} bytes more): nothing was changed.\nTo take those records too, type the same with --force.`,
    );
  return standing;
}

async function compared({manifest, log}: Unpacked, {log: {bytes}}: Checked, {catalogue, open}: PortablePorts): Promise<Compared | null> {
  const raw = catalogue.raw(manifest.session);
  if (raw === null) return null;
  const length = await wholeLines(raw.bytes);
  return length === 0 ? null : compareLogs({bytes: open(log), length: bytes}, {bytes: open(raw.file), length});
}

/** Without a last line that is not whole. */
async function wholeLines(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let [at, end] = [0, 0];
  for await (const chunk of stream) {
    const last = chunk.lastIndexOf(0x0a);
    if (last !== -1) end = at + last + 1;
    at += chunk.length;
  }
  return end;
}

type Placing = {scratch: Awaited<ReturnType<PortablePorts['archives']['scratch']>>; ports: PortablePorts};

/** What is here and sound stays; how many are new. */
async function placeBlobs(refs: readonly BlobRef[], {blobs: staged}: Unpacked, {scratch, ports: {blobs}}: Placing): Promise<number> {
  let placed = 0;
  for (const ref of refs) {
    if ((await blobs.verify(ref)).ok) continue;
    await scratch.move(staged.where(ref), blobs.where(ref));
    placed++;
  }
  return placed;
}

type Move = (from: string, to: string) => Promise<boolean>;

async function placeNew(
  session: SessionId,
  {unpacked, move, repo}: {unpacked: Unpacked; move: Move; repo: string | null},
  ports: PortablePorts,
): Promise<void> {
  // Before the log: a session that is here and not told to be from elsewhere would be looked for where it was.
  await ports.catalogue.note({type: 'session.located', session, repo});
  const folder = unpacked.log.slice(0, unpacked.log.lastIndexOf('/'));
  if (await move(folder, ports.sessionFolder(session))) return;
  throw new Stop(1, `Session ${session} came to be here from elsewhere meanwhile: its log was left as it is.\nType the same again.`);
}

/** Under the session's lock, and only where its log is still what was compared. */
async function placeLonger({file, unpacked, checked, move}: Whole & {file: string; move: Move}, ports: PortablePorts): Promise<void> {
  const {session} = unpacked.manifest;
  const {log} = await ports.catalogue.open(session).catch((error: unknown) => {
    if (error instanceof SessionBusy)
      throw new Stop(1, `${error.message} Its log was left as it is. Close it there, then type the same again.`, {cause: error});
    throw error;
  });
  try {
    const standing = await standingOf({file, force: true}, {unpacked, checked}, ports);
    if (standing?.kind === 'first-longer') await move(unpacked.log, `${ports.sessionFolder(session)}/log.jsonl`);
  } finally {
    await log.close();
  }
}

function howOf(standing: Compared | null): Imported['how'] {
  switch (standing?.kind) {
    case undefined:
      return 'new';
    case 'first-longer':
      return 'replaced';
    case 'second-longer':
      return 'longer-here';
    case 'same':
    case 'differ':
      return 'same';
  }
}
