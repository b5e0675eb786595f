import type {Fold} from '../log/fold.ts';
import {Keyed} from '../log/keyed.ts';
import type {Recorded} from '../vocabulary/event.ts';
import type {Sha256} from '../vocabulary/ids.ts';

/** The newest content that this session read or wrote of each file, by its shown path: an edit of anything else is refused. */
export type KnownFiles = ReadonlyMap<string, Sha256>;

export const knownFiles: Fold<KnownFiles> = {initial: new Keyed(), apply};

function apply(state: KnownFiles, {event}: Recorded): KnownFiles {
  if (event.type !== 'tool.finished' || event.touched.length === 0) return state;
  let known = Keyed.of(state);
  for (const {path, sha256} of event.touched) known = sha256 === null ? known.without([path]) : known.with([[path, sha256]]);
  return known;
}
