import {verdictOf, type Fault, type Unproven, type Verdict} from '../../core/audit/fault.ts';
import {checkSessionEvent} from '../../core/log/event-schema.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import {anchorFault, anchorFaultOfNothing, type AnchorsOf} from './anchor-fault.ts';
import type {BlobChecks} from './blob-checks.ts';
import {logDoubts, tally, tornTail} from './log-doubts.ts';
import {readLog} from './read-log.ts';
import {requestFaults} from './request-faults.ts';
import {verifyOutputs} from './verify-outputs.ts';

/** What was proven of one session, and what was not. */
export type SessionProof = {
  session: SessionId;
  verdict: Verdict;
  log: {
    file: string;
    records: number;
    bytes: number;
    /** The newest record that the home log knows of; null where it knows of none. */
    anchored: number | null;
    /** Records behind it: that none is missing behind the last of them is not known. */
    since_anchor: number;
    /** A line that was never finished. */
    torn: {start: number; bytes: number} | null;
  };
  blobs: {named: number};
  /** `interleaved`: both pipes printed; the sha256 of each cannot be computed again, since what came from which is not stored. */
  views: {same: number; hash_only: number; interleaved: number};
  requests: {agree: number; not_built: number};
  /** In the order of the records; those of the log itself first. */
  faults: readonly Fault[];
  unproven: readonly Unproven[];
};

/** What a session is measured against: the store, and what the home log knows of it, read before the session's own log. */
export type Measure = {catalogue: Catalogue; checks: BlobChecks; home: AnchorsOf};

/** Checks everything that the log and the blobs of a session can show. Takes no lock, and changes nothing. */
export async function verifySession(id: SessionId, {catalogue, checks, home}: Measure): Promise<SessionProof> {
  const raw = catalogue.raw(id);
  if (raw === null) return nothing(id, home);
  const next = `Every line before it can be read: agent replay ${id}. Put the file back from a backup, or keep every record that can be read: agent sessions repair ${id}`;
  const log = await readLog(raw, {name: id, check: checkSessionEvent, next});
  const torn = await tornTail(log, id, catalogue);
  const anchored = anchorFault(log, id, home);
  const outputs = await verifyOutputs(log, checks, id);
  const requests = await requestFaults(log, checks, id);
  const faults = [...log.faults, ...(anchored.fault === null ? [] : [anchored.fault]), ...bySeq([...outputs.faults, ...requests.faults])];
  const unproven = tally([...logDoubts(log, torn), ...outputs.unproven, ...requests.unproven]);
  return {
    session: id,
    verdict: verdictOf({faults, unproven}),
    log: {
      file: log.file,
      records: log.sealed.length,
      bytes: log.bytes,
      anchored: anchored.last,
      since_anchor: anchored.since,
      torn: torn && {start: torn.start, bytes: torn.bytes},
    },
    blobs: {named: outputs.named},
    views: outputs.views,
    requests: requests.counts,
    faults,
    unproven,
  };
}

/** That it ever had a log is known only from the home log. */
function nothing(session: SessionId, home: AnchorsOf): SessionProof {
  const known = home.anchors.has(session);
  return {
    session,
    verdict: known ? 'faulty' : 'partly',
    log: {file: home.file, records: 0, bytes: 0, anchored: null, since_anchor: 0, torn: null},
    blobs: {named: 0},
    views: {same: 0, hash_only: 0, interleaved: 0},
    requests: {agree: 0, not_built: 0},
    faults: known ? [anchorFaultOfNothing(session, home)] : [],
    unproven: known ? [] : [{what: 'log', why: 'it has no log: it was stopped before its first record, or the file is gone', count: 1}],
  };
}

const bySeq = (faults: readonly Fault[]): readonly Fault[] => faults.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
