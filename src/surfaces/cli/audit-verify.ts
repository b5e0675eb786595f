import type {Program, Unread} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Proof} from '../../agent/verify/verify-store.ts';
import {grouped, size} from '../../core/projections/call-title.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {exitCodeFor} from './exit-code.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';
import {proofLines, sessionLine} from './proof-lines.ts';

export type AuditVerifyOptions = Named & {all: boolean; json: boolean};

/**
 * `agent audit verify`: proves a session, or all of them, from the files on the disk. As JSON: `{v: 1, verdict, home, sessions, lost, store, unnamed}`. Exit
 * code 0 where all is proven, 6 where something is wrong, 7 where nothing is wrong and not all could be proven.
 */
export async function verifyAudit({all, json, ...named}: AuditVerifyOptions, program: Program, io: Io): Promise<ExitCode> {
  if (all && (named.session !== null || named.last))
    throw new Stop(2, 'Both --all and one session were named: give one of them.\nType: agent audit verify --help');
  const {which, unread} = all ? {which: 'all' as const, unread: []} : await toProve(named, program);
  const [{verifyStore}, catalogue, blobs] = await Promise.all([
    import('../../agent/verify/verify-store.ts'),
    program.catalogue(),
    program.blobs(),
  ]);
  const paint = painter(io.color.stdout);
  const telling = tellProgress(io);
  const done = (proof: Proof['sessions'][number]): void => {
    telling.sessions++;
    if (all && !json) io.print(sessionLine(proof, paint));
  };
  try {
    const proof = await verifyStore(which, {catalogue, blobs}, {passed: bytes => void (telling.bytes += bytes), done});
    io.print(json ? JSON.stringify({v: 1, ...proof}, null, 2) : proofLines(proof, {all, paint}).join('\n'));
    for (const {id, why} of unread)
      io.progress(`Session ${id} may be the newest of this repository, and does not say where it was opened: ${oneLine(why)}`);
    return exitCodeFor(proof.verdict);
  } finally {
    telling.stop();
  }
}

/** Without a name, the newest of this repository and whatever may be newer: none that is damaged is passed over. */
async function toProve(named: Named, program: Program): Promise<{which: readonly SessionId[]; unread: readonly Unread[]}> {
  const {id, unread} = named.session === null ? await program.newest(named.dir) : {id: null, unread: []};
  if (unread.length === 0) return {which: [id ?? (await whichSession({...named, gone: true}, program))], unread};
  return {which: [...(id === null ? [] : [id]), ...unread.map(one => one.id)], unread};
}

/** Where it takes long, how far it has come. */
function tellProgress(io: Io): {bytes: number; sessions: number; stop: () => void} {
  const telling = {bytes: 0, sessions: 0, stop: () => clearInterval(timer)};
  const timer = setInterval(() => {
    io.progress(`… ${grouped(telling.sessions)} sessions done, ${size(telling.bytes)} of blobs read`);
  }, 5_000);
  return telling;
}
