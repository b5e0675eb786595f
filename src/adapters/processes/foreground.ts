import {setTimeout as sleep} from 'node:timers/promises';
import {givenBackAfter} from '../../core/text/spent-bytes.ts';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import type {ShellCommand, ShellEnding} from '../../ports/shell.ts';
import {endFamily, graces} from './end-family.ts';
import {familyForSure, groupsOf, leftSomething, type Kin} from './family.ts';
import type {Started} from './gated-spawn.ts';
import {Intake, type Halt} from './intake.ts';

/** Follows a command that was let through its gate to its end. */
export async function runToEnd(
  started: Started,
  keys: ReadonlySet<string>,
  command: ShellCommand,
  signal: AbortSignal,
): Promise<ShellEnding> {
  const {child, group} = started;
  const kin = {groups: [group], keys};
  const intake = new Intake(child, (stream, bytes) => givenBackAfter(bytes, command.out(stream, bytes)));
  const exited = exitOf(started);
  const cut = firstCut({signal, timeout_ms: command.timeout_ms, halted: intake.halted});
  void exited.then(cut.exited);
  const cause = await Promise.race([cut.happened, settled(exited, intake)]);
  const left =
    cause === 'exit'
      ? await leftBehind(kin, group, (await exited).at)
      : await endFamily(kin, {grace: graceOf(cause), hurry: signal, held: heldBy(started)});
  // What cannot be ended has no exit to wait for.
  const end = await (left.length === 0 ? exited : Promise.race([exited, nothingYet]));
  if (cause !== 'exit') await Promise.race([intake.ended, intake.drained()]);
  await intake.discard();
  cut.forget();
  child.unref();
  if (intake.halt !== null && 'error' in intake.halt) throw intake.halt.error;
  return {exit: end.exit, signal: end.signal, settled: cause, left_running: left};
}

/** `at` as performance.now() tells it. */
export type Exit = {exit: number | null; signal: string | null; at: number};

export function exitOf({child}: Started): Promise<Exit> {
  return new Promise(resolve => child.once('exit', (exit, signal) => resolve({exit, signal, at: performance.now()})));
}

/** The child's own group as long as Node has not reaped it, which is as long as its number cannot be given to another. */
export function heldBy({child, group}: Started): () => number | null {
  return () => (child.exitCode === null && child.signalCode === null ? group.pgid : null);
}

/** What lives on in the group of a command that ended by itself, in its session, or away from both. */
export async function leftBehind(kin: Kin, group: ProcessGroup, exitedAt: number): Promise<ProcessGroup[]> {
  if (!(await leftSomething(group, kin.keys))) return [];
  // Some only need a moment to die: the writer of a closed pipe, a process substitution.
  await sleep(Math.max(0, exitedAt + 25 - performance.now()));
  return groupsOf(await familyForSure(kin), kin.groups);
}

/** Milliseconds that a pipe is waited for whose writer outlived the shell. */
const afterExit = 200;

type Cause = ShellEnding['settled'];

const nothingYet: Promise<Exit> = Promise.resolve({exit: null, signal: null, at: 0});

async function settled(exited: Promise<Exit>, intake: Intake): Promise<Cause> {
  await exited;
  await endedWithin(intake, afterExit);
  return intake.halt === null ? 'exit' : 'output-limit';
}

/** The pipes' end; or, where something else holds them, the end of what the shell itself had printed. */
async function endedWithin(intake: Intake, ms: number): Promise<void> {
  const taken = intake.taken;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => (timer = setTimeout(resolve, ms)));
  await Promise.race([intake.ended, late.then(() => intake.drained(taken))]);
  clearTimeout(timer);
}

function graceOf(cause: Exclude<ShellEnding['settled'], 'exit'>): number {
  return cause === 'timeout' ? graces.timeout : graces.interrupt;
}

function firstCut(watched: {signal: AbortSignal; timeout_ms: number; halted: Promise<Halt>}) {
  let resolve: (cause: Cause) => void = () => {};
  const happened = new Promise<Cause>(told => (resolve = told));
  const interrupt = (): void => resolve('interrupt');
  const timer = setTimeout(() => resolve('timeout'), Math.min(watched.timeout_ms, longestTimer));
  watched.signal.addEventListener('abort', interrupt, {once: true});
  if (watched.signal.aborted) interrupt();
  void watched.halted.then(() => resolve('output-limit'));
  return {happened, exited: () => clearTimeout(timer), forget: () => watched.signal.removeEventListener('abort', interrupt)};
}

/** Node turns a longer wait into one of a millisecond. */
const longestTimer = 2 ** 31 - 1;
