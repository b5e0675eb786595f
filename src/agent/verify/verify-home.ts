import {anchorsIn} from '../../core/audit/anchors.ts';
import {verdictOf, type Fault, type Unproven, type Verdict} from '../../core/audit/fault.ts';
import {checkHomeEvent} from '../../core/log/event-schema.ts';
import {isHomeEvent} from '../../core/log/event-types.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {Catalogue} from '../../ports/catalogue.ts';
import type {AnchorsOf} from './anchor-fault.ts';
import {readLog, type Entry, type ReadLog} from './read-log.ts';

/** What was proven of the home log. Nothing outside of it knows how long it is. */
export type HomeProof = {
  verdict: Verdict;
  file: string | null;
  records: number;
  bytes: number;
  /** A line that was never finished. */
  torn: {start: number; bytes: number} | null;
  faults: readonly Fault[];
  unproven: readonly Unproven[];
};

/** Reads the home log, and what it knows of the sessions: as far as its lines are whole. */
export async function verifyHome(catalogue: Catalogue): Promise<{proof: HomeProof; known: AnchorsOf}> {
  const raw = catalogue.raw('home');
  if (raw === null) return {proof: none, known: {file: 'the home log', anchors: new Map()}};
  const next = 'Put it back from a backup, or move it aside: every session stays; what was granted and trusted is asked about again.';
  const log = await readLog(raw, {name: 'home', check: checkHomeEvent, next});
  const {file, bytes, entries, faults, newer} = log;
  const torn = await tornIn(log, catalogue);
  const unknown = entries.filter(({record}) => !isHomeEvent(record.event)).length;
  const unproven: Unproven[] = [
    ...(torn === null ? [] : [{what: 'log' as const, why: tornWhy(torn), count: 1}]),
    ...(newer === 0
      ? []
      : [{what: 'log' as const, why: 'the home log has lines in a format that this version does not read', count: newer}]),
    ...(unknown === 0 ? [] : [{what: 'event' as const, why: 'the home log has events that this version does not know', count: unknown}]),
  ];
  const tail = torn && {start: torn.start, bytes: torn.bytes};
  const proof = {verdict: verdictOf({faults, unproven}), file, records: entries.length, bytes, torn: tail, faults, unproven};
  return {proof, known: {file, anchors: anchorsIn(entries.filter(isKnown).map(({record}) => record))}};
}

const none: HomeProof = {verdict: 'proven', file: null, records: 0, bytes: 0, torn: null, faults: [], unproven: []};

const isKnown = (entry: Entry): entry is Entry & {record: Recorded<HomeEvent>} => isHomeEvent(entry.record.event);

type Torn = {start: number; bytes: number; text: string};

/** Not where a process is just writing it, nor where the line is whole, or was set aside, by now. */
async function tornIn({tail, bytes}: ReadLog, catalogue: Catalogue): Promise<Torn | null> {
  if (tail === null || tail.damaged || catalogue.homeHeld()) return null;
  const pieces: Uint8Array[] = [];
  for await (const chunk of catalogue.raw('home')?.bytes ?? []) pieces.push(chunk);
  const rest = Buffer.concat(pieces).subarray(tail.start);
  if (rest.length < bytes - tail.start || rest.includes(0x0a)) return null;
  return {start: tail.start, bytes: tail.bytes, text: rest.toString('utf8')};
}

/** A line without its end proves nothing; what can still be read of it says what to look at. */
function tornWhy({start, bytes, text}: Torn): string {
  const [, id, seq] = /"type":"session\.(?:anchored|redacted)","session":"([0-9a-z]{10})","seq":(\d+)[,}]/.exec(text) ?? [];
  const told = id === undefined ? 'how long a session is' : `that session ${id} has a record ${seq}`;
  return `the home log's last line was never finished (${bytes} bytes from byte ${start} on). It may have told ${told}: were lines missing at that end, nothing else would show it`;
}
