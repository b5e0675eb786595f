import {anchorsIn} from '../../core/audit/anchors.ts';
import {verdictOf, type Fault, type Unproven, type Verdict} from '../../core/audit/fault.ts';
import {checkHomeEvent} from '../../core/log/event-schema.ts';
import {isHomeEvent} from '../../core/log/event-types.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {AnchorsOf} from './anchor-fault.ts';
import {readLog, type Entry} from './read-log.ts';

/** What was proven of the home log. Nothing outside of it knows how long it is. */
export type HomeProof = {
  verdict: Verdict;
  file: string | null;
  records: number;
  bytes: number;
  faults: readonly Fault[];
  unproven: readonly Unproven[];
};

/** Reads the home log, and what it knows of the sessions: as far as its lines are whole. */
export async function verifyHome(catalogue: Catalogue): Promise<{proof: HomeProof; known: AnchorsOf}> {
  const raw = catalogue.raw('home');
  if (raw === null) return {proof: none, known: {file: 'the home log', anchors: new Map()}};
  const next = 'Put it back from a backup, or move it aside: every session stays; what was granted and trusted is asked about again.';
  const {file, bytes, entries, faults, newer} = await readLog(raw, {name: 'home', check: checkHomeEvent, next});
  const unknown = entries.filter(({record}) => !isHomeEvent(record.event)).length;
  const unproven: Unproven[] = [
    ...(newer === 0
      ? []
      : [{what: 'log' as const, why: 'the home log has lines in a format that this version does not read', count: newer}]),
    ...(unknown === 0 ? [] : [{what: 'event' as const, why: 'the home log has events that this version does not know', count: unknown}]),
  ];
  const proof = {verdict: verdictOf({faults, unproven}), file, records: entries.length, bytes, faults, unproven};
  return {proof, known: {file, anchors: anchorsIn(entries.filter(isKnown).map(({record}) => record))}};
}

const none: HomeProof = {verdict: 'proven', file: null, records: 0, bytes: 0, faults: [], unproven: []};

const isKnown = (entry: Entry): entry is Entry & {record: Recorded<HomeEvent>} => isHomeEvent(entry.record.event);
