import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {LogRewriting} from '../../ports/log-rewriting.ts';

/** `key` is the home's, which placeholders are made with. */
export type RedactPorts = {catalogue: Catalogue; blobs: Blobs; rewriting: LogRewriting; now: () => string; key: Uint8Array};
