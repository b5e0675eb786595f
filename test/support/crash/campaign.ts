import type {Finished} from '../agent-process.ts';
import {examineLeft, examineRest} from './examine.ts';
import {begin, goOn, makeScene, type Point, type Scene} from './scene.ts';
import type {Reference} from './reference.ts';

/** What went wrong with a session that was stopped at one point; nothing, where all is well. `stopped` is false where it ended before. */
export type Tried = {point: Point; stopped: boolean; problems: readonly string[]};

/** Stops the session at one point and goes on with it until it rests. */
export async function tryPoint(reference: Reference, point: Point): Promise<Tried> {
  const scene = makeScene(reference);
  return afterStop(scene, point, await begin(scene, point).ended);
}

/** Goes on with a session that was stopped, and says what is not as it should be. */
export async function afterStop(scene: Scene, point: Point, stopped: Finished): Promise<Tried> {
  try {
    if (stopped.signal !== 'SIGKILL')
      return {point, stopped: false, problems: stopped.code === 0 ? [] : [`exit ${stopped.code}: ${stopped.stderr}`]};
    const left = await examineLeft(scene);
    const gone = await goOn(scene);
    const ended = gone.code === 0 ? [] : [`exit ${gone.code} ${gone.signal}: ${gone.stderr}`];
    return {point, stopped: true, problems: [...left.problems, ...ended, ...(await examineRest(scene, left))]};
  } catch (error) {
    return {point, stopped: true, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)]};
  } finally {
    scene.leave();
  }
}

/** Every point of one kind (`after`, or `after,effects`), two at a time, until the session is no longer stopped by them. */
export async function everyPoint(reference: Reference, kind: string): Promise<{points: number; wrong: readonly Tried[]}> {
  const wrong: Tried[] = [];
  let next = 1;
  let last = Infinity;
  const worker = async () => {
    // Operations that run at the same time are not always counted alike, so a session that was not stopped at a point ends nothing by itself.
    while (next <= last + beyond) {
      const k = next++;
      const tried = await tryPoint(reference, kind.replace(/\w+/, `$&:${k}`));
      if (!tried.stopped) last = Math.min(last, k);
      else if (k > last) last = Infinity;
      if (tried.problems.length > 0) wrong.push(tried);
    }
  };
  await Promise.all([worker(), worker()]);
  return {points: last - 1, wrong};
}

const beyond = 3;
