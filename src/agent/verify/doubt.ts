import type {Fault, Unproven} from '../../core/audit/fault.ts';
import {isSessionEvent} from '../../core/log/event-types.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Entry} from './read-log.ts';

/** One thing that could be neither proven nor refuted. */
export type Doubt = Omit<Unproven, 'count'>;

/** A record of a type that this version knows. */
export type Known = {record: Recorded; place: Entry['place']};

export const isKnown = (entry: Entry): entry is Entry & Known => isSessionEvent(entry.record.event);

/** What to do about a fault; `file` where it is one of a blob. */
export function nextOf(what: Fault['what'], id: SessionId, file: string | null): string {
  if (what === 'blob') return `Put ${file ?? 'it'} back from a backup. What the session says besides: agent replay ${id}`;
  if (what === 'view') return `The original output is whole: agent audit ${id}. What the model saw of it cannot be proven.`;
  return `The log is as it was written, and what it says does not fit its blobs: keep both, and report it with the version that the session was made by (agent sessions show ${id}).`;
}
