import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Archives, CheckpointBundles} from '../../ports/archive.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';

/** What exporting and importing need of the world. */
export type PortablePorts = {
  catalogue: Catalogue;
  blobs: Blobs;
  archives: Archives;
  checkpoints: CheckpointBundles;
  /** The same kind of store in another folder. */
  blobsIn: (folder: string) => Blobs;
  /** Where a session lies, or would. */
  sessionFolder: (id: SessionId) => string;
  /** The bytes of a file, as they come. */
  open: (file: string) => AsyncIterable<Uint8Array>;
  /** This program's version. */
  program: string;
};

/** How far it has come, in bytes. */
export type Told = (stage: 'checked' | 'packed' | 'unpacked', bytes: number) => void;
