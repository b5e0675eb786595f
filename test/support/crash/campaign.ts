import type {Finished} from '../agent-process.ts';
import {examineLeft, examineRest} from './examine.ts';
import type {Reference} from './reference.ts';
import {begin, goOn, makeScene, type Point, type Scene} from './scene.ts';

/** What went wrong with a session that was stopped at one point; nothing, where all is well. `stopped` is false where it ended before. */
export type Tried = {point: Point; stopped: boolean; problems: readonly string[]};

/** Stops the session at one point and goes on with it until it rests; `again` stops that, too. */
export async function tryPoint(reference: Reference, point: Point, again: Point | null = null): Promise<Tried> {
  const scene = makeScene(reference, point);
  return afterStop(scene, {point, again}, await begin(scene, point).ended);
}

/** Goes on with a session that was stopped, and says what is not as it should be. */
export async function afterStop(
  scene: Scene,
  {point, again = null}: {point: Point; again?: Point | null},
  first: Finished,
): Promise<Tried> {
  try {
    if (first.signal !== 'SIGKILL') return {point, stopped: false, problems: endedBadly(first)};
    const left = await examineLeft(scene);
    if (again === null)
      return {point, stopped: true, problems: [...left.problems, ...endedBadly(await goOn(scene)), ...(await examineRest(scene, left))]};
    const second = await goOn(scene, again);
    const stopped = second.signal === 'SIGKILL';
    const between = await examineLeft(scene);
    const last = stopped ? await goOn(scene) : second;
    const problems = [
      ...left.problems,
      ...between.problems,
      ...endedBadly(last),
      ...(await examineRest(scene, left)),
      ...(await examineRest(scene, between)),
    ];
    return {point: `${point}, then ${again}`, stopped, problems};
  } catch (error) {
    return {point, stopped: true, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)]};
  } finally {
    scene.leave();
  }
}

const endedBadly = ({code, signal, stderr}: Finished): readonly string[] => (code === 0 ? [] : [`exit ${code} ${signal}: ${stderr}`]);

/**
 * Stops at every operation (or every so manieth), two at a time, until the session is no longer stopped by them. Operations that run at the
 * same time are not always counted alike, so a session that was not stopped at a point ends nothing by itself.
 */
export async function everyPoint(attempt: (k: number) => Promise<Tried>, apart = 1): Promise<{points: number; wrong: readonly Tried[]}> {
  const wrong: Tried[] = [];
  let next = 1;
  let last = Infinity;
  const worker = async () => {
    while (next <= last + beyond * apart) {
      const k = next;
      next += apart;
      const tried = await attempt(k);
      if (!tried.stopped) last = Math.min(last, k);
      else if (k > last) last = Infinity;
      if (tried.problems.length > 0) wrong.push(tried);
    }
  };
  await Promise.all([worker(), worker()]);
  return {points: last - 1, wrong};
}

const beyond = 3;
