import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {examineLeft, examineRest, ofType} from '../../support/crash/examine.ts';
import {whole} from '../../support/crash/reference.ts';
import {begin, goOn, logOf, makeScene, stateOf, type Scene} from '../../support/crash/scene.ts';

const {CRASH: wanted = 'small'} = process.env;
const every = wanted === 'full' ? 1 : 9;

type Interrupted = {k: number; ended: string; problems: readonly string[]};

test(`interrupted at every ${every}. operation, a session closes its log, says 130 and goes on later`, {timeout: 30 * 60_000}, async () => {
  const tried: Interrupted[] = [];
  let next = 1;
  let over = false;
  const worker = async () => {
    while (!over) {
      const k = next;
      next += every;
      const one = await interruptedAt(k);
      over ||= one.ended === 'never';
      tried.push(one);
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(tried.map(({k, ended}) => `${k} ${ended}`).join(', '));
  expect(tried.filter(({problems}) => problems.length > 0)).toEqual([]);
});

async function interruptedAt(k: number): Promise<Interrupted> {
  const scene = makeScene(whole);
  try {
    const trace = join(scene.root, 'trace');
    const {code, signal, stderr} = await begin(scene, `signal:${k}`, trace).ended;
    const count = JSON.parse(readFileSync(trace, 'utf8').trimEnd().split('\n').at(-1) ?? '{}').n as number;
    if (count < k) return {k, ended: 'never', problems: []};
    const left = await examineLeft(scene);
    const closed = await notClosed(scene);
    const state = await stateOf(scene);
    const gone = await goOn(scene);
    const problems = [
      ...left.problems,
      // Before a session listens, and when it has nothing more to interrupt, the signal ends the program as it ends any other.
      ...(signal === 'SIGINT' ? (state !== null && state.turn.owes !== 'human' ? ['ended in the middle of its work'] : []) : closed),
      ...(signal === null && code !== 130 && code !== 0 ? [`exit ${code}: ${stderr}`] : []),
      ...(code === 0 && state?.turn.rest.why !== 'done' ? [`exit 0 at ${JSON.stringify(state?.turn.rest)}`] : []),
      ...(gone.code === 0 ? [] : [`then exit ${gone.code}: ${gone.stderr}`]),
      ...(await examineRest(scene, left)),
    ];
    return {k, ended: signal ?? String(code), problems};
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
    ...(existsSync(home) && readFileSync(home, 'utf8').includes(records.at(-1)?.hash ?? 'nothing') ? [] : ['the last record is not anchored']),
    ...started.filter(call => !finished.has(call)).map(call => `call ${call} was left without an end`),
  ];
}
