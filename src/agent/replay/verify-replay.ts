import {verdictOf, type Fault} from '../../core/audit/fault.ts';
import {checkSessionEvent} from '../../core/log/event-schema.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import {BlobChecks} from '../verify/blob-checks.ts';
import {logDoubts, tally, tornTail} from '../verify/log-doubts.ts';
import {readLog} from '../verify/read-log.ts';
import {verifyOutputs} from '../verify/verify-outputs.ts';
import {assemblers as builtIn, type Assemblers} from './assemblers.ts';
import type {Divergence, ReplayProof} from './replay-proof.ts';
import {replayLog} from './replay-log.ts';

export type Over = {
  catalogue: Catalogue;
  blobs: Blobs;
  /** Those of this build, unless others are to be tried. */
  assemblers?: Assemblers;
  /** Bytes that were read of blobs. */
  passed?: (bytes: number) => void;
};

/**
 * Runs the loop of a session again with the recorded model and the recorded outputs, makes every request anew, and compares plan and hash with the recorded ones. Cuts every
 * view again. Takes no lock, and changes nothing.
 */
export async function verifyReplay(
  session: SessionId,
  {catalogue, blobs, assemblers = builtIn, passed = () => {}}: Over,
): Promise<ReplayProof> {
  const raw = catalogue.raw(session);
  if (raw === null) return nothing(session);
  const next = `What stands before it can be read: agent replay ${session}. All that is wrong: agent audit verify ${session}`;
  const log = await readLog(raw, {name: session, check: checkSessionEvent, next});
  const outputs = await verifyOutputs(log, new BlobChecks(blobs, passed), session);
  const loop = await replayLog(log, {session, blobs, assemblers});
  const told = (fault: Fault): Divergence => ({
    ...fault,
    step: fault.seq === null ? null : (loop.steps.get(fault.seq) ?? null),
    apart: null,
  });
  const divergences = [
    ...log.faults.map(told),
    ...[...outputs.faults.map(told), ...loop.divergences].toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0)),
  ];
  const not_recomputed = tally([...logDoubts(log, await tornTail(log, session, catalogue)), ...outputs.unproven, ...loop.doubts]);
  return {
    session,
    verdict: verdictOf({faults: divergences, unproven: not_recomputed}),
    log: {file: log.file, records: log.sealed.length},
    made_by: loop.made_by,
    requests: loop.requests,
    views: {same: outputs.views.same, hash_only: outputs.views.hash_only},
    moves: loop.moves,
    divergences,
    not_recomputed,
  };
}

const nothing = (session: SessionId): ReplayProof => ({
  session,
  verdict: 'partly',
  log: {file: null, records: 0},
  made_by: null,
  requests: {same: 0, different: 0, hash_only: 0, unproven: 0},
  views: {same: 0, hash_only: 0},
  moves: 0,
  divergences: [],
  not_recomputed: [{what: 'log', why: 'it has no log: it was stopped before its first record, or the file is gone', count: 1}],
});
