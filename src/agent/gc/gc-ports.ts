import type {Archives} from '../../ports/archive.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {CheckpointStores} from '../../ports/checkpoint-stores.ts';
import type {Leftovers} from '../../ports/leftovers.ts';

/** What collecting needs of the world. */
export type GcPorts = {
  catalogue: Pick<Catalogue, 'list' | 'empty' | 'read' | 'files' | 'home'>;
  blobs: Pick<Blobs, 'list' | 'discard' | 'putBack'>;
  stores: CheckpointStores;
  leftovers: Leftovers;
  archives: Pick<Archives, 'read'>;
  /** Absolute paths of the archives that lie in AGENT_HOME. */
  archiveFiles: () => Promise<readonly string[]>;
  /** Milliseconds since 1970. */
  now: () => number;
};
