import type {Archives} from '../../ports/archive.ts';
import {makeScratch} from './scratch.ts';
import {tarEntries} from './tar-read.ts';
import {measure, writeArchive} from './write.ts';
import {decompressed} from './zstd-file.ts';

/** `home` is AGENT_HOME. */
export const tarArchives = (home: string): Archives => ({
  measure,
  write: writeArchive,
  read: file => tarEntries(decompressed(file)),
  scratch: () => makeScratch(home),
});
