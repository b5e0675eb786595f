import {expect, test} from 'vitest';
import {examineLeft, examineRest, ofType} from '../../support/crash/examine.ts';
import {slow} from '../../support/crash/reference.ts';
import {begin, goOn, makeScene, recordsOf} from '../../support/crash/scene.ts';

const times = 20;

test(`after a crash two at once want to go on, ${times} times: exactly one does`, {timeout: 15 * 60_000}, async () => {
  const wrong: (readonly string[])[] = [];
  let left = times;
  const worker = async () => {
    while (left-- > 0) {
      // Another point each time, so that the two do not always find the same work.
      const problems = await raceAfter(`after:${100 + left * 2}`);
      if (problems.length > 0) wrong.push(problems);
    }
  };
  await Promise.all([worker(), worker()]);
  expect(wrong).toEqual([]);
});

async function raceAfter(point: string): Promise<readonly string[]> {
  const scene = makeScene(slow);
  try {
    const stopped = await begin(scene, point).ended;
    if (stopped.signal !== 'SIGKILL') return [`never stopped: ${stopped.stderr}`];
    const left = await examineLeft(scene);
    const both = await Promise.all([goOn(scene), goOn(scene)]);
    const [won, lost] = both.toSorted((a, b) => (a.code ?? 0) - (b.code ?? 0));
    const resumed = ofType(await recordsOf(scene), 'session.resumed').length;
    return [
      ...(won?.code === 0 ? [] : [`nobody won: ${won?.stderr}`]),
      ...(lost?.code === 1 && lost.stderr.includes('open in another process')
        ? []
        : [`the other ended with ${lost?.code}: ${lost?.stderr}`]),
      ...(resumed === 1 ? [] : [`resumed ${resumed} times`]),
      ...(await examineRest(scene, left)),
    ];
  } finally {
    scene.leave();
  }
}
