import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {sha256} from '../../../src/core/log/chain.ts';
import {afterStop, type Tried} from '../../support/crash/campaign.ts';
import {whole} from '../../support/crash/reference.ts';
import {begin, makeScene} from '../../support/crash/scene.ts';

// KILL_SEED=… throws the dice of an earlier run again: the moments are then the same, where in the session they fall is up to the machine.
const {KILL_SEED: seed = String(Date.now())} = process.env;
const moments = process.env['CRASH'] === 'full' ? 500 : 50;

/** Between 0 and 1, the same for the same seed. */
const chance = (n: number): number => Number.parseInt(sha256(`${seed} ${n}`).slice(0, 8), 16) / 2 ** 32;

test(
  `killed at ${moments} random moments (seed ${seed}), a session goes on with nothing lost and nothing run twice`,
  {timeout: moments * 18_000},
  async () => {
    const length = await lengthOfRun();
    const tried: Tried[] = [];
    let next = 0;
    const worker = async () => {
      while (next < moments) tried.push(await killedAfter(chance(next++) * length));
    };
    await Promise.all([worker(), worker()]);
    expect(tried.filter(({problems}) => problems.length > 0)).toEqual([]);
    // Most of them must have fallen into the run.
    expect(tried.filter(({stopped}) => stopped).length).toBeGreaterThan(moments / 2);
  },
);

/** Milliseconds, while as much else goes on as in the test. */
async function lengthOfRun(): Promise<number> {
  const [scene, other] = [makeScene(whole), makeScene(whole)];
  const since = performance.now();
  await Promise.all([begin(scene).ended, begin(other).ended]);
  const length = performance.now() - since;
  for (const one of [scene, other]) one.leave();
  return length;
}

async function killedAfter(ms: number): Promise<Tried> {
  const scene = makeScene(whole);
  const run = begin(scene);
  await Promise.race([delay(ms), run.ended]);
  run.child.kill('SIGKILL');
  return afterStop(scene, {point: `killed after ${ms.toFixed(1)} ms`}, await run.ended);
}
