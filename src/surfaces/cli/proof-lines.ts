import type {HomeProof} from '../../agent/verify/verify-home.ts';
import type {SessionProof} from '../../agent/verify/verify-session.ts';
import type {Proof} from '../../agent/verify/verify-store.ts';
import type {Fault, Unproven, Verdict} from '../../core/audit/fault.ts';
import {grouped, size} from '../../core/projections/call-title.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Paint} from './paint.ts';

/** What `agent audit verify` prints behind the lines of the sessions, which were printed as they were done. */
export function proofLines(proof: Proof, {all, paint}: {all: boolean; paint: Paint}): readonly string[] {
  return all
    ? allLines(proof, paint)
    : proof.sessions.flatMap((session, index) => [...(index === 0 ? [] : ['']), ...detailLines(session, proof.home, paint)]);
}

/** A session among all: its verdict, and what was looked at. */
export function sessionLine({session, verdict, log, blobs, views, requests, faults}: SessionProof, paint: Paint): string {
  const counts = [
    plural(log.records, 'record'),
    plural(blobs.named, 'blob'),
    plural(views.same, 'view'),
    plural(requests.agree, 'request'),
    ...(faults.length === 0 ? [] : [plural(faults.length, 'fault')]),
  ];
  return `${session}  ${word(verdict, paint)}  ${counts.join(' · ')}`;
}

function allLines({sessions, home, lost, store, unnamed, verdict}: Proof, paint: Paint): readonly string[] {
  const withFaults = sessions.filter(({faults}) => faults.length > 0);
  const doubts = [
    ...sessions.flatMap(({session, unproven}) => unproven.map(one => `${session}: ${doubtLine(one)}`)),
    ...home.unproven.map(doubtLine),
  ];
  return [
    ...(sessions.length === 0 ? ['There is no session yet.'] : []),
    ...homeLines(home),
    ...(unnamed === null || unnamed.blobs === 0
      ? []
      : [
          `${plural(unnamed.blobs, 'blob')} in the store that no session names (${size(unnamed.stored)}): of sessions that were removed, or stopped before they were recorded`,
        ]),
    ...doubts,
    ...withFaults.flatMap(({session, faults}) => ['', ...faultLines(`Session ${session}`, faults, paint)]),
    ...(home.faults.length === 0 ? [] : ['', ...faultLines('The home log', home.faults, paint)]),
    ...(store.length === 0 ? [] : ['', ...faultLines('The store', store, paint)]),
    ...(lost.length === 0 ? [] : ['', ...faultLines('Sessions that are gone', lost, paint)]),
    '',
    summary(verdict, sessions, paint),
  ];
}

function summary(verdict: Verdict, sessions: readonly SessionProof[], paint: Paint): string {
  const of = (wanted: Verdict): number => sessions.filter(session => session.verdict === wanted).length;
  const counts = [`${grouped(of('proven'))} proven`, `${grouped(of('partly'))} in part`, `${grouped(of('faulty'))} faulty`];
  return `${word(verdict, paint).trimEnd()}: of ${plural(sessions.length, 'session')} ${counts.join(', ')}`;
}

function detailLines(proof: SessionProof, home: HomeProof, paint: Paint): readonly string[] {
  const {session, log, blobs, views, requests, faults, unproven} = proof;
  const verdict =
    faults.length > 0 || home.faults.length > 0
      ? 'faulty'
      : home.unproven.length > 0 && proof.verdict === 'proven'
        ? 'partly'
        : proof.verdict;
  return [
    `Session ${session}: ${word(verdict, paint).trimEnd()}`,
    `  log       ${plural(log.records, 'record')}, ${size(log.bytes)}; ${anchoredLine(log)}`,
    `  blobs     ${grouped(blobs.named)} named`,
    `  views     ${viewsLine(views)}`,
    `  requests  ${grouped(requests.agree)} built again with the hash that was recorded${requests.not_built === 0 ? '' : `, ${grouped(requests.not_built)} not`}`,
    ...homeLines(home).map(line => `  ${line}`),
    ...unproven.map(one => `  ? ${doubtLine(one)}`),
    ...home.unproven.map(one => `  ? ${doubtLine(one)}`),
    ...faultLines('', faults, paint),
    ...(home.faults.length === 0 ? [] : faultLines('The home log', home.faults, paint)),
  ];
}

/** What is behind the last anchor follows from what is before it; that nothing more followed is known of no log that was not anchored since. */
function anchoredLine({anchored, since_anchor, records}: SessionProof['log']): string {
  if (anchored === null) return 'the home log does not know yet how long it is: were lines missing at its end, nothing would show it';
  if (since_anchor === 0) return `the home log knows it up to its last record, ${anchored}`;
  return `the home log knows it up to record ${anchored}; ${since_anchor === records ? 'all' : 'the last'} ${grouped(since_anchor)} came after: were more missing behind them, nothing would show it`;
}

function viewsLine({same, hash_only, interleaved}: SessionProof['views']): string {
  return [
    `${grouped(same)} cut again from the originals, byte for byte the same`,
    ...(hash_only === 0 ? [] : [`${grouped(hash_only)} by the sha256 of what was kept only`]),
    ...(interleaved === 0
      ? []
      : [`of ${grouped(interleaved)} the sha256 of each pipe cannot be computed again (what came from which pipe is not stored)`]),
  ].join('; ');
}

const homeLines = ({file, records, bytes}: HomeProof): readonly string[] =>
  file === null ? ['home log  there is none'] : [`home log  ${plural(records, 'record')}, ${size(bytes)}`];

const doubtLine = ({why, count}: Unproven): string => `not proven: ${oneLine(why)}${count === 1 ? '' : ` (${grouped(count)} times)`}`;

/** The first in full, the next ones by their place and reason. */
function faultLines(of: string, faults: readonly Fault[], paint: Paint): readonly string[] {
  const [first, ...rest] = faults;
  if (first === undefined) return [];
  const shown = rest.slice(0, mostShown);
  return [
    `${of === '' ? '' : `${of}: `}${paint('red', plural(faults.length, 'fault'))}${rest.length === 0 ? '' : ', the first of them'}:`,
    `  ${place(first)}: ${oneLine(first.why)}`,
    `  ${oneLine(first.next)}`,
    ...(shown.length === 0 ? [] : ['Then:']),
    ...shown.map(fault => `  ${place(fault)}: ${oneLine(fault.why)}`),
    ...(rest.length > shown.length ? [`  … and ${grouped(rest.length - shown.length)} more: agent audit verify --json has them all`] : []),
  ];
}

const mostShown = 9;

/** A fault in a blob's file was named by a line of the log. */
function place({what, file, line, bytes}: Fault): string {
  const inLog = what !== 'blob' && what !== 'view';
  const range = bytes === null ? '' : bytes.start === bytes.end ? `byte ${bytes.start}` : `bytes ${bytes.start} to ${bytes.end}`;
  const where = [inLog && line !== null ? `line ${line}` : '', range].filter(Boolean).join(', ');
  const named = !inLog && line !== null ? ` (named in line ${line} of the log)` : '';
  return `${oneLine(file)}${where === '' ? '' : `, ${where}`}${named}`;
}

const words: Readonly<Record<Verdict, string>> = {proven: 'proven', partly: 'in part', faulty: 'FAULTY'};

function word(verdict: Verdict, paint: Paint): string {
  return paint(verdict === 'proven' ? 'green' : verdict === 'partly' ? 'yellow' : 'red', words[verdict].padEnd(7));
}
