import type {Anchor, Anchors} from '../../core/audit/anchors.ts';
import type {Fault} from '../../core/audit/fault.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {ReadLog} from './read-log.ts';

/** What the home log knows, and the file it stands in. */
export type AnchorsOf = {file: string; anchors: Anchors};

/** The newest record of a log that the home log knows of, how many stand behind it, and whether the log still holds what it held then. */
export function anchorFault(log: ReadLog, id: SessionId, home: AnchorsOf): {last: number | null; since: number; fault: Fault | null} {
  const anchors = [...(home.anchors.get(id) ?? [])].toSorted(([a], [b]) => a - b);
  const end = log.sealed.at(-1)?.seq ?? -1;
  const newest = anchors.at(-1);
  if (newest === undefined) return {last: null, since: log.sealed.length, fault: null};
  const since = log.sealed.filter(({seq}) => seq > newest[0]).length;
  return {
    last: newest[0],
    since,
    fault: replaced(log, anchors, home) ?? (newest[0] > end ? shortened(log, {id, end, newest}, home) : null),
  };
}

/** Where the log is not there at all. */
export function anchorFaultOfNothing(id: SessionId, {file, anchors}: AnchorsOf): Fault {
  const newest = [...(anchors.get(id) ?? [])].toSorted(([a], [b]) => a - b).at(-1);
  const known = newest === undefined ? '' : `, and line ${newest[1].line} of it knows its record ${newest[0]}`;
  const why = `session ${id} has no log${known}. It was not taken away with agent sessions rm`;
  return {
    what: 'anchor',
    file,
    line: newest?.[1].line ?? null,
    seq: null,
    bytes: null,
    why,
    next: `Put sessions/${id} back from a backup. Where it is gone for good: agent sessions rm ${id}`,
  };
}

/** A record in the place of another, in a log that follows from its first line on: it was written anew from there. */
function replaced({file, sealed}: ReadLog, anchors: readonly (readonly [number, Anchor])[], home: AnchorsOf): Fault | null {
  const known = new Map(anchors);
  const bad = sealed.find(({seq, hash}) => {
    const anchor = known.get(seq);
    return anchor !== undefined && anchor.hash !== hash && anchor.was !== hash;
  });
  if (bad === undefined) return null;
  const {seq, place} = bad;
  const {line, ...bytes} = place;
  const why = `record ${seq} is not the one that line ${known.get(seq)?.line} of ${home.file} knows: the log was written anew up to here or before`;
  return {what: 'anchor', file, line, seq, bytes, why, next: 'Put the file back from a backup.'};
}

type Shortened = {id: SessionId; end: number; newest: readonly [number, Anchor]};

function shortened({file, bytes, sealed}: ReadLog, {id, end, newest: [seq, {line}]}: Shortened, home: AnchorsOf): Fault {
  const missing = seq - end;
  const why = `it ends ${end === -1 ? 'before its first record' : `with record ${end}`}, and line ${line} of ${home.file} knows record ${seq}: at least ${missing} ${missing === 1 ? 'line is' : 'lines are'} missing`;
  const next = `Put the file back from a backup. What is left can be read: agent replay ${id}`;
  return {what: 'anchor', file, line: (sealed.at(-1)?.place.line ?? 0) + 1, seq: end + 1, bytes: {start: bytes, end: bytes}, why, next};
}
