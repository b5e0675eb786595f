import type {BlobRef, GitTree, SessionId} from '../../core/vocabulary/ids.ts';
import type {Member, Scratch, Source} from '../../ports/archive.ts';
import {Stop} from '../stop.ts';
import {logContents, type LogContents} from './log-contents.ts';
import {blobName, bundleName, encodeManifest, logName, manifestName, type Manifest} from './manifest.ts';
import type {PortablePorts, Told} from './portable-ports.ts';

/** `partial`: what is missing here is left out, and not a reason to refuse. `file` is absolute. */
export type ExportRequest = {id: SessionId; file: string; partial: boolean; told: Told};

/** `contents`: how many contents of files are in the checkpoints. `torn`: bytes of a line that was never finished, or is just being written. */
export type Exported = {manifest: Manifest; outputs: number; trees: number; contents: number; torn: number};

/** Packs a session as it stands at its last whole record: its log, the blobs that it names, its checkpoints. Takes no lock and changes nothing. */
export async function exportSession({id, file, partial, told}: ExportRequest, ports: PortablePorts): Promise<Exported> {
  const raw = ports.catalogue.raw(id);
  const log = raw === null ? null : await logContents(raw.bytes, {file: raw.file, name: id});
  if (raw === null || log === null || log.records === 0)
    throw new Stop(1, `Session ${id} has no record yet: there is nothing to export.\nSee what is there: agent sessions show ${id}`);
  const blobs = await soundBlobs([...log.blobs].toSorted(), told, ports);
  const scratch = await ports.archives.scratch();
  try {
    const checkpoints = await bundleOf(log, scratch, ports);
    const missing = {blobs: blobs.missing, trees: checkpoints.missing};
    if (!partial) refuseMissing(id, missing);
    const members = await measured([{name: logName, file: raw.file, bytes: log.bytes}, ...blobs.sources, ...checkpoints.sources], ports);
    const manifest: Manifest = {
      v: 1,
      kind: 'agent-session',
      session: id,
      program: ports.program,
      records: log.records,
      last: log.last,
      members: members.map(({name, bytes, sha256}) => ({name, bytes, sha256})),
      missing,
    };
    const first = {name: manifestName, bytes: encodeManifest(manifest)};
    await ports.archives.write(file, {first, rest: members}, bytes => told('packed', bytes));
    const trees = log.trees.size - missing.trees.length;
    return {manifest, outputs: blobs.sources.length, trees, contents: checkpoints.contents, torn: log.torn};
  } finally {
    await scratch.remove();
  }
}

/** Each is read and checked: an archive that could not be imported again would be found out too late. */
async function soundBlobs(
  refs: readonly BlobRef[],
  told: Told,
  {blobs}: PortablePorts,
): Promise<{sources: readonly Source[]; missing: readonly BlobRef[]}> {
  const sources: Source[] = [];
  const missing: BlobRef[] = [];
  for (const ref of refs) {
    if (!(await blobs.verify(ref)).ok) {
      missing.push(ref);
      continue;
    }
    sources.push({name: blobName(ref), file: blobs.where(ref), bytes: null});
    told('checked', (await blobs.size(ref))?.stored ?? 0);
  }
  return {sources, missing};
}

type Bundled = {sources: readonly Source[]; missing: readonly GitTree[]; contents: number};

async function bundleOf({trees, changes: {place}}: LogContents, {folder}: Scratch, {checkpoints}: PortablePorts): Promise<Bundled> {
  const wanted = [...trees].toSorted();
  if (wanted.length === 0) return {sources: [], missing: [], contents: 0};
  if (place === null) return {sources: [], missing: wanted, contents: 0};
  const file = `${folder}/${bundleName}`;
  const {missing, contents, written} = await checkpoints.write(place, wanted, file);
  return {sources: written ? [{name: bundleName, file, bytes: null}] : [], missing, contents};
}

function refuseMissing(id: SessionId, {blobs, trees}: Manifest['missing']): void {
  if (blobs.length + trees.length === 0) return;
  const what = [
    ...(blobs.length > 0 ? [`${blobs.length} of the stored outputs that it names (the first: ${blobs[0]})`] : []),
    ...(trees.length > 0 ? [`${trees.length} of its checkpoints (the first: ${trees[0]})`] : []),
  ];
  throw new Stop(
    1,
    `Of session ${id}, ${what.join(' and ')} cannot be read: nothing was written.\nSee what is wrong: agent audit verify ${id}\nTo export what is there, type the same with --partial.`,
  );
}

async function measured(sources: readonly Source[], {archives}: PortablePorts): Promise<readonly (Source & Member)[]> {
  const members: (Source & Member)[] = [];
  for (const source of sources) members.push({...source, ...(await archives.measure(source))});
  return members;
}
