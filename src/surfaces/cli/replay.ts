import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {transcript, type Entry} from '../../core/projections/transcript.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {whichSession, type Named} from './named-session.ts';
import {plainLines} from './plain.ts';

export type ReplayOptions = Named & {json: boolean};

/** `agent replay`: what happened, in order, a line at a time. As JSON: the records of the log, one a line. */
export async function replay({json, ...named}: ReplayOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  let state = transcript.initial;
  for await (const record of knownRecords(id, program)) {
    if (io.gone.aborted) break;
    if (json) {
      await io.send(`${JSON.stringify(record)}\n`);
      continue;
    }
    const before = state.done.length;
    state = transcript.apply(state, record);
    for (const entry of state.done.from(before)) await io.send(shown(entry));
  }
  return 0;
}

function shown(entry: Entry): string {
  const lines = plainLines(entry);
  const apart = entry.kind === 'prompt' || entry.kind === 'answer' ? '\n' : '';
  return lines.length === 0 ? '' : `${apart}${lines.join('\n')}\n`;
}
