import {Stop} from '../stop.ts';
import {ArchiveRefused, type Scratch} from '../../ports/archive.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {blobIn, bundleName, decodeManifest, logName, manifestName, type Manifest} from './manifest.ts';
import type {PortablePorts, Told} from './portable-ports.ts';

/** An archive on the disk, member by member, each as the manifest says. `log` lies in a folder of its own. */
export type Unpacked = {manifest: Manifest; log: string; blobs: Blobs; bundle: string | null};

/** An archive that is not what it should be: `member` is the first that is not. */
export function badArchive(file: string, member: string | null, why: string, cause?: unknown): Stop {
  const where = member === null ? '' : `${member}: `;
  return new Stop(6, `${file} cannot be imported: ${where}${why}.\nNothing was put in place. Have it exported and copied again.`, {cause});
}

/** Writes every member into the scratch folder. The manifest comes first, and what it does not name, or names otherwise, ends it. */
export async function unpack(file: string, scratch: Scratch, {archives, blobsIn}: PortablePorts, told: Told): Promise<Unpacked> {
  const blobs = blobsIn(`${scratch.folder}/blobs`);
  const places = (name: string): string => {
    const ref = blobIn(name);
    return ref === null ? `${scratch.folder}/${name === logName ? 'session/' : ''}${name}` : blobs.where(ref);
  };
  const at = {member: null as string | null};
  try {
    const entries = archives.read(file)[Symbol.asyncIterator]();
    const first = await entries.next();
    if (first.done === true || first.value.name !== manifestName) throw badArchive(file, null, 'it does not begin with a manifest');
    at.member = manifestName;
    const manifest = await manifestOf(file, first.value);
    await refuseFull(file, manifest, scratch);
    for (const member of manifest.members) {
      at.member = member.name;
      const next = await entries.next();
      if (next.done === true) throw badArchive(file, member.name, 'it is missing');
      const {name, bytes, content} = next.value;
      if (name !== member.name) throw badArchive(file, JSON.stringify(name), `it stands where the manifest has ${member.name}`);
      if (bytes !== member.bytes) throw badArchive(file, name, `it has ${bytes} bytes, and the manifest says ${member.bytes}`);
      const put = await scratch.put(places(name), content, member.bytes);
      if (put.sha256 !== member.sha256) throw badArchive(file, name, `its sha256 is ${put.sha256}, and the manifest says ${member.sha256}`);
      told('unpacked', bytes);
    }
    at.member = null;
    const more = await entries.next();
    if (more.done !== true) throw badArchive(file, JSON.stringify(more.value.name), 'the manifest does not name it');
    const bundle = manifest.members.at(-1)?.name === bundleName ? places(bundleName) : null;
    return {manifest, log: places(logName), blobs, bundle};
  } catch (error) {
    throw refused(file, at.member, error);
  }
}

function refused(file: string, member: string | null, error: unknown): unknown {
  if (!(error instanceof ArchiveRefused)) return error;
  if (error.code === 'damaged') return badArchive(file, member, error.message, error);
  const missing = error.code === 'ENOENT' || error.code === 'no-file';
  return missing
    ? new Stop(2, `There is no archive to import: ${error.message}.\nType: agent sessions import --help`, {cause: error})
    : error;
}

type Entry = {bytes: number; content: AsyncIterable<Uint8Array>};

async function manifestOf(file: string, {bytes, content}: Entry): Promise<Manifest> {
  if (bytes > mostManifest) throw badArchive(file, manifestName, `it has ${bytes} bytes, and none is that long`);
  const manifest = decodeManifest(Buffer.concat(await Array.fromAsync(content)));
  if ('why' in manifest) throw badArchive(file, manifestName, manifest.why);
  return manifest;
}

const mostManifest = 256 << 20;

/** What it says that it holds is believed only as far as there is room for it. */
async function refuseFull(file: string, {members}: Manifest, scratch: Scratch): Promise<void> {
  const needed = members.reduce((sum, {bytes}) => sum + bytes, 0);
  const free = await scratch.free();
  if (needed > free)
    throw new Stop(
      1,
      `${file} holds ${needed} bytes, and the disk of ${scratch.folder} has ${free} left.\nFree space, then type the same again.`,
    );
}
