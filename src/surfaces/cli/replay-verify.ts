import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import {exitCodeFor} from './exit-code.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter} from './paint.ts';
import {replayJson, replayLines} from './replay-proof-lines.ts';

export type ReplayVerifyOptions = Named & {json: boolean};

/**
 * `agent replay --verify`: runs the loop again over what was recorded of the world, and compares what it makes with the log. As JSON: `{v: 1, verdict, requests, views, moves,
 * divergences, not_recomputed}`. Exit code 0 where all came out the same, 6 where something did not, 7 where not all could be made again.
 */
export async function replayVerify({json, ...named}: ReplayVerifyOptions, program: Program, io: Io): Promise<ExitCode> {
  const session = await whichSession(named, program);
  const [{verifyReplay}, catalogue, blobs] = await Promise.all([
    import('../../agent/replay/verify-replay.ts'),
    program.catalogue(),
    program.blobs(),
  ]);
  let read = 0;
  const telling = setInterval(() => io.progress(`… ${size(read)} of outputs cut again`), 5_000);
  try {
    const proof = await verifyReplay(session, {catalogue, blobs, passed: bytes => void (read += bytes)});
    const {version} = program;
    io.print(json ? JSON.stringify(replayJson(proof), null, 2) : replayLines(proof, {version, paint: painter(io.color.stdout)}).join('\n'));
    return exitCodeFor(proof.verdict);
  } finally {
    clearInterval(telling);
  }
}
