import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {tarArchives} from '../adapters/archive/archives.ts';
import {blobStore} from '../adapters/session/blob-store.ts';
import {writeBundle} from '../adapters/worktree/bundle.ts';
import {checkBundle} from '../adapters/worktree/unbundle.ts';
import {exportSession, type Exported, type ExportRequest} from '../agent/portable/export-session.ts';
import {importSession, type Imported, type ImportRequest} from '../agent/portable/import-session.ts';
import type {PortablePorts} from '../agent/portable/portable-ports.ts';
import {locatedRepo} from './located-repo.ts';
import type {Parts} from './parts.ts';
import {version} from './version.ts';

export const composeExport = async (request: ExportRequest, parts: Parts): Promise<Exported> =>
  exportSession(request, await portsOf(parts));

/** `repo` is a folder of the repository, as the user named it. */
export async function composeImport(request: ImportRequest, parts: Parts): Promise<Imported> {
  const repo = request.repo === null ? null : (await locatedRepo(request.repo, parts)).root;
  return importSession({...request, repo}, await portsOf(parts));
}

async function portsOf({home, catalogue, blobs}: Parts): Promise<PortablePorts> {
  return {
    catalogue: await catalogue(),
    blobs: await blobs(),
    archives: tarArchives(home),
    checkpoints: {write: writeBundle(home), check: checkBundle(home)},
    blobsIn: blobStore,
    sessionFolder: id => join(home, 'sessions', id),
    open: file => createReadStream(file, {highWaterMark: 1 << 18}) as AsyncIterable<Uint8Array>,
    program: version,
  };
}
