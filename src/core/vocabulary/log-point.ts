import type {Sha256} from './ids.ts';

/** Right behind a record of a log: where whoever knows all up to there goes on reading. `offset` counts the bytes of the log's file up to and with that record's line. */
export type LogPoint = {seq: number; hash: Sha256; offset: number};
