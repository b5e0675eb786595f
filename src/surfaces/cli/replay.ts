import {setTimeout as delay} from 'node:timers/promises';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {replayWait} from '../../core/projections/replay-pace.ts';
import {replayStep} from '../../core/projections/replay-step.ts';
import {transcript, type Entry} from '../../core/projections/transcript.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {appendixLines} from './appendix-lines.ts';
import type {Io} from './io.ts';
import {knownRecords} from './known-records.ts';
import {whichSession, type Named} from './named-session.ts';
import {plainLines} from './plain.ts';

/** `from` and `to` are steps, both included. `speed` is a factor, 0 is at once; null is what each form does by itself. */
export type ReplayOptions = Named & {
  form: 'player' | 'plain' | 'json';
  from: number | null;
  to: number | null;
  speed: number | null;
};

/**
 * `agent replay`: what happened, in order. On a terminal a player; else a line at a time. As JSON: the records of the log, one a line.
 */
export async function replay({form, from, to, speed, ...named}: ReplayOptions, program: Program, io: Io): Promise<ExitCode> {
  if (from !== null && to !== null && from > to)
    throw new Stop(2, `--from ${from} is behind --to ${to}: the first step to show comes first.\nType: agent replay --help`);
  const id = await whichSession(named, program);
  const limits = {id, from, to};
  if (form === 'player' && hasScreen(program, io)) return play(limits, speed ?? 1, program);
  await print(limits, {json: form === 'json', speed: speed ?? 0}, {program, io});
  return 0;
}

type Limits = {id: SessionId; from: number | null; to: number | null};

const hasScreen = ({env}: Program, {tty}: Io): boolean => tty.stdin && tty.stdout && env['TERM'] !== 'dumb';

/** Of a damaged log what stands before the damage is played; what is wrong is said when the player is left, as far as it was read by then. */
async function play({id, from, to}: Limits, speed: number, program: Program): Promise<ExitCode> {
  const read: Read = {asked: 0, damage: null};
  const ended = await program.player({id, records: upToDamage(knownRecords(id, program), read), from, to, speed});
  if (ended === 'interrupted') return 130;
  if (read.damage !== null) throw read.damage;
  if (ended === 'nothing') throw nothingWithin({id, from, to}, read.asked);
  return 0;
}

type Read = {asked: number; damage: Stop | null};

async function* upToDamage(records: AsyncIterable<Recorded>, read: Read): AsyncGenerator<Recorded> {
  let step = replayStep.initial;
  try {
    for await (const record of records) {
      step = replayStep.apply(step, record);
      read.asked = step.asked;
      yield record;
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    read.damage = error;
  }
}

async function print({id, from, to}: Limits, {json, speed}: {json: boolean; speed: number}, {program, io}: {program: Program; io: Io}) {
  let [state, step] = [transcript.initial, replayStep.initial];
  let last: Recorded | null = null;
  for await (const record of knownRecords(id, program)) {
    if (io.gone.aborted) return;
    step = replayStep.apply(step, record);
    const before = state.done.length;
    state = transcript.apply(state, record);
    if (!isWithin(step.step, {from, to})) continue;
    if (speed > 0 && last !== null) await pause(replayWait(last, record, speed), io.gone);
    last = record;
    if (json) await io.send(`${JSON.stringify(record)}\n`);
    else for (const entry of state.done.from(before)) await io.send(shown(entry));
    if (!json && record.event.type === 'session.repaired')
      for await (const line of appendixLines(record.event, await program.blobs())) await io.send(line);
  }
  if (last === null) throw nothingWithin({id, from, to}, step.asked);
}

const isWithin = (step: number, {from, to}: Pick<Limits, 'from' | 'to'>): boolean => step >= (from ?? 0) && step <= (to ?? Infinity);

/** Ends early, without an error, when nobody reads any more. */
async function pause(ms: number, gone: AbortSignal): Promise<void> {
  if (ms <= 0 || gone.aborted) return;
  try {
    await delay(ms, undefined, {signal: gone});
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

function nothingWithin({id, from}: Limits, steps: number): Stop {
  const which = steps === 0 ? 'no step was made in it' : steps === 1 ? 'its only step is 1' : `its steps are 1 to ${steps}`;
  return new Stop(2, `Session ${id} has no step ${from ?? 1}: ${which}.\nType: agent replay ${id}`);
}

function shown(entry: Entry): string {
  const lines = plainLines(entry);
  const apart = entry.kind === 'prompt' || entry.kind === 'answer' ? '\n' : '';
  return lines.length === 0 ? '' : `${apart}${lines.join('\n')}\n`;
}
