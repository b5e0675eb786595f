import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startAgent} from '../../support/agent-process.ts';
import {leftRunning} from '../../support/crash/examine.ts';
import {small, whole, type Reference} from '../../support/crash/reference.ts';
import {begin, makeScene, recordsOf, type Scene} from '../../support/crash/scene.ts';
import {readTrace, type Operation} from '../../support/crash/trace.ts';
import {bytesOf} from '../../support/git-repository.ts';

// After a crash nobody needs to go on with a session before its changes are looked at, applied or thrown away.

const run = (scene: Scene, ...args: string[]) => startAgent(args, {cwd: scene.repo, env: scene.env}).ended;

test('what a write left half-done is never brought into the checkout', async () => {
  const n = await numberOf(small, ({op, path}) => op === 'write' && path.includes('.agent-'));
  // Operations that run at the same time are not always counted alike, so those around it are tried as well.
  for (const k of [n - 2, n - 1, n, n + 1, n + 2]) {
    const scene = makeScene(small);
    expect(await begin(scene, `after:${k}`).ended).toMatchObject({signal: 'SIGKILL'});
    const {code, stderr} = await run(scene, 'apply', '--last');
    expect(code, stderr).toBe(0);
    expect(Object.keys(bytesOf(scene.repo)).filter(path => !path.startsWith('.git/'))).toEqual(['a.txt', 'b.txt', 'src/c.txt']);
    scene.leave();
  }
});

test.each([
  ['apply', '--last'],
  ['diff', '--last'],
  ['discard', '--last', '--yes'],
  ['sessions', 'rm', '--yes'],
])('%s %s ends what still runs', async (...words) => {
  const n = await numberOf(whole, ({text = ''}) => text.includes('"type":"tool.finished","call":"3.2"'));
  const scene = makeScene(whole);
  expect(await begin(scene, `after:${n + 2}`).ended).toMatchObject({signal: 'SIGKILL'});
  const records = await recordsOf(scene);
  const [first] = records;
  expect(leftRunning(scene, records).length).toBeGreaterThan(1);
  const id = first?.event.type === 'session.opened' ? first.event.session : '';
  const {code, stderr} = await run(scene, ...words, ...(words[0] === 'sessions' ? [id] : []));
  expect(code, stderr).toBe(0);
  expect(leftRunning(scene, records)).toEqual([]);
  scene.leave();
});

/** The number of the first such operation in an undisturbed run. */
async function numberOf(reference: Reference, is: (operation: Operation) => boolean): Promise<number> {
  const trace = traces.get(reference) ?? traced(reference);
  traces.set(reference, trace);
  const found = (await trace).find(is);
  if (found === undefined) throw new Error('There is no such operation.');
  return found.n;
}

const traces = new Map<Reference, Promise<readonly Operation[]>>();

async function traced(reference: Reference): Promise<readonly Operation[]> {
  const scene = makeScene(reference);
  const file = join(scene.root, 'trace');
  await begin(scene, null, file).ended;
  const trace = readTrace(file);
  scene.leave();
  return trace;
}
