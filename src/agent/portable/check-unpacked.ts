import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {CheckedBundle, Scratch} from '../../ports/archive.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {logContents, type LogContents} from './log-contents.ts';
import {blobIn, blobName, bundleName, logName, manifestName} from './manifest.ts';
import type {PortablePorts, Told} from './portable-ports.ts';
import {badArchive, type Unpacked} from './unpack.ts';

/** What was unpacked, and found to be one whole session. `bundle` is null where it has no checkpoints. */
export type Checked = {log: LogContents; blobs: readonly BlobRef[]; bundle: CheckedBundle | null};

type Unchecked = {file: string; unpacked: Unpacked; scratch: Scratch; told: Told};

/** The chain of the log, the content of every blob, every object of the bundle; and that they are what the log names, no less and no more. */
export async function checkUnpacked({file, unpacked, scratch, told}: Unchecked, ports: PortablePorts): Promise<Checked> {
  const log = await checkedLog(file, unpacked, ports);
  const blobs = checkedNames(file, log, unpacked);
  for (const ref of blobs) {
    const verdict = await unpacked.blobs.verify(ref);
    if (!verdict.ok) throw badArchive(file, blobName(ref), verdict.why);
    told('checked', (await unpacked.blobs.size(ref))?.stored ?? 0);
  }
  return {log, blobs, bundle: await checkedBundle(file, log, {unpacked, scratch, ports})};
}

async function checkedLog(file: string, {manifest, log}: Unpacked, {open}: PortablePorts): Promise<LogContents> {
  const contents = await readLog(file, open(log), manifest.session);
  const {records, last, owner, torn} = contents;
  if (torn > 0) throw badArchive(file, logName, 'it does not end with a whole line');
  if (owner !== null && owner !== manifest.session)
    throw badArchive(file, logName, `it is the log of session ${owner}, and the manifest says ${manifest.session}`);
  if (records !== manifest.records || last.seq !== manifest.last.seq || last.hash !== manifest.last.hash)
    throw badArchive(
      file,
      logName,
      `it ends with record ${last.seq} (${last.hash}), and the manifest says ${manifest.last.seq} (${manifest.last.hash})`,
    );
  return contents;
}

async function readLog(file: string, bytes: AsyncIterable<Uint8Array>, name: string): Promise<LogContents> {
  try {
    return await logContents(bytes, {file: logName, name});
  } catch (error) {
    if (error instanceof LogDamaged) throw badArchive(file, null, error.message, error);
    throw error;
  }
}

/** The blobs that are there. Records of a newer version may name more than this one knows. */
function checkedNames(file: string, {blobs, unknown}: LogContents, {manifest}: Unpacked): readonly BlobRef[] {
  const there = manifest.members.flatMap(({name}) => blobIn(name) ?? []);
  const left = new Set(manifest.missing.blobs);
  const have = new Set(there);
  const missing = [...blobs].find(ref => !have.has(ref) && !left.has(ref));
  if (missing !== undefined) throw badArchive(file, blobName(missing), 'the log names it, and it is missing');
  const both = there.find(ref => left.has(ref));
  if (both !== undefined) throw badArchive(file, manifestName, `it says that the blob ${both} is missing, and names it`);
  const stray = there.find(ref => !blobs.has(ref));
  if (stray !== undefined && unknown === 0) throw badArchive(file, blobName(stray), 'the log does not name it');
  return there;
}

type Bundle = {unpacked: Unpacked; scratch: Scratch; ports: PortablePorts};

async function checkedBundle(file: string, log: LogContents, {unpacked, scratch, ports}: Bundle): Promise<CheckedBundle | null> {
  const left = new Set(unpacked.manifest.missing.trees);
  const trees = [...log.trees].filter(tree => !left.has(tree));
  if (unpacked.bundle === null) {
    if (trees.length > 0) throw badArchive(file, bundleName, 'the log names checkpoints, and they are missing');
    return null;
  }
  if (log.changes.place === null) throw badArchive(file, bundleName, 'the log does not say where they belong');
  const checked = await ports.checkpoints.check(unpacked.bundle, trees, scratch.folder);
  if ('why' in checked) throw badArchive(file, bundleName, checked.why);
  return checked;
}
