import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Finished} from '../../support/agent-process.ts';
import {examineLeft, examineRest, ofType} from '../../support/crash/examine.ts';
import {whole} from '../../support/crash/reference.ts';
import {begin, goOn, logOf, makeScene, stateOf, type Point, type Scene} from '../../support/crash/scene.ts';
import {readTrace} from '../../support/crash/trace.ts';

const {CRASH: wanted = 'small'} = process.env;
const full = wanted === 'full';

/** `ended` is the exit code or the signal; null where the session ended before that operation. */
type Interrupted = {point: Point; ended: string | null; problems: readonly string[]};

test('interrupted at any operation, a session closes its log, says 130 and goes on later', {timeout: 30 * 60_000}, async () => {
  const tried = await sample(full ? 1 : 29, async k => {
    const scene = makeScene(whole);
    const point = `signal:${k}`;
    const stopped = await interrupt(scene, point);
    if (stopped === null) return {point, ended: null, problems: []};
    const state = await stateOf(scene);
    const early = stopped.signal === 'SIGINT' && (state === null || state.turn.rest.why === 'new');
    const problems = [
      // Before a session listens, the signal ends the program as it ends any other.
      ...(early ? [] : await notClosed(scene)),
      ...(early || stopped.code === 130 || (stopped.code === 0 && state?.turn.rest.why === 'done')
        ? []
        : [`exit ${stopped.code} ${stopped.signal}: ${stopped.stderr}`]),
      ...(await goneOn(scene)),
    ];
    return {point, ended: stopped.signal ?? String(stopped.code), problems};
  });
  expect(tried.filter(({problems}) => problems.length > 0)).toEqual([]);
  expect(tried.filter(({ended}) => ended === '130').length).toBeGreaterThan(tried.length / 2);
});

test('killed while it closes after an interrupt, a session still knows which calls were lost', {timeout: 30 * 60_000}, async () => {
  const tried = await sample(full ? 1 : 29, async k => {
    const scene = makeScene(whole);
    const point = `signal:${k},after:${k + 1 + (k % 6)}`;
    const stopped = await interrupt(scene, point);
    return {point, ended: stopped?.signal ?? null, problems: stopped === null ? [] : await goneOn(scene)};
  });
  expect(tried.filter(({problems}) => problems.length > 0)).toEqual([]);
  expect(tried.filter(({ended}) => ended === 'SIGKILL').length).toBeGreaterThan(tried.length / 2);
});

/** Every so manieth operation, two at a time, until the session ends before. */
async function sample(every: number, at: (k: number) => Promise<Interrupted>): Promise<readonly Interrupted[]> {
  const tried: Interrupted[] = [];
  let next = 1;
  const worker = async () => {
    while (!tried.some(({ended}) => ended === null)) {
      const k = next;
      next += every;
      tried.push(await at(k));
    }
  };
  await Promise.all([worker(), worker()]);
  return tried;
}

async function interrupt(scene: Scene, point: Point): Promise<Finished | null> {
  const trace = join(scene.root, 'trace');
  const stopped = await begin(scene, point, trace).ended;
  const reached = readTrace(trace).some(({n}) => `signal:${n}` === point.split(',')[0]);
  if (!reached) scene.leave();
  return reached ? stopped : null;
}

async function goneOn(scene: Scene): Promise<readonly string[]> {
  try {
    const left = await examineLeft(scene);
    const gone = await goOn(scene);
    return [...left.problems, ...(gone.code === 0 ? [] : [`then exit ${gone.code}: ${gone.stderr}`]), ...(await examineRest(scene, left))];
  } finally {
    scene.leave();
  }
}

/** Left as after any other run: nothing is lost, no lock is held, and the home log knows the last record. */
async function notClosed(scene: Scene): Promise<readonly string[]> {
  const log = logOf(scene);
  const {records} = await examineLeft(scene);
  if (log === null) return ['no log'];
  const started = ofType(records, 'tool.started').map(({call}) => call);
  const finished = new Set(ofType(records, 'tool.finished').map(({call}) => call));
  const home = join(scene.home, 'log.jsonl');
  return [
    ...(existsSync(join(log.file, '..', 'lock')) ? ['the lock is left'] : []),
    ...(existsSync(home) && readFileSync(home, 'utf8').includes(records.at(-1)?.hash ?? 'nothing')
      ? []
      : ['the last record is not anchored']),
    ...started.filter(call => !finished.has(call)).map(call => `call ${call} was left without an end`),
  ];
}
