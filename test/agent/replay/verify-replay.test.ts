import {appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import {assemblers, type Assembler, type Assemblers} from '../../../src/agent/replay/assemblers.ts';
import {compose} from '../../../src/main/compose.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {logIn, recordsIn, rewriteLog, verifyReplayIn} from '../../support/replayed-home.ts';
import {runReplaySession} from '../../support/replay-sessions.ts';
import type {Sandbox} from '../../support/sandbox.ts';

const sh = (command: string) => ({tool: 'shell', input: {command}});
const secret = 'correct-horse-battery';
let whole: {at: Sandbox; id: SessionId};
beforeAll(async () => {
  whole = await runReplaySession({
    files: {'a.txt': 'alpha\n'},
    replies: [
      {text: 'First.', calls: [sh('seq 1 20000'), {tool: 'read', input: {path: 'a.txt'}}]},
      {text: 'Second.', calls: [sh(`echo ${secret} > b.txt; cat b.txt`)]},
      {text: 'Third.', calls: [sh('cat gone')]},
      {text: 'Done.'},
    ],
  });
});
afterAll(() => rmSync(whole.at.root, {recursive: true, force: true}));

/** A copy of the home that the test may damage. */
function copied(): string {
  const home = mkdtempSync(join(tmpdir(), 'agent-test-'));
  onTestFinished(() => rmSync(home, {recursive: true, force: true}));
  for (const name of ['sessions', 'blobs', 'log.jsonl']) cpSync(join(whole.at.home, name), join(home, name), {recursive: true});
  return home;
}

const [[version, own]] = [...assemblers] as [[string, Assembler]];
const changed = (by: Partial<Assembler>): Assemblers => new Map([[version, {...own, ...by}]]);
const eachPlan = (change: (plan: Extract<SessionEvent, {type: 'context.assembled'}>) => object) => (events: readonly SessionEvent[]) =>
  events.map(event => (event.type === 'context.assembled' ? {...event, ...change(event)} : event));

test('a session as it is', async () => {
  expect(await verifyReplayIn(whole.at.home, whole.id)).toMatchObject({
    verdict: 'proven',
    requests: {same: 4, different: 0, hash_only: 0, unproven: 0},
    views: {same: 4, hash_only: 0},
    divergences: [],
    not_recomputed: [],
  });
});

describe('an assembler that makes something else', () => {
  test('of the plan: the step, the message, and both prompts', async () => {
    const {divergences, requests, verdict} = await verifyReplayIn(
      whole.at.home,
      whole.id,
      changed({
        plan: given => {
          const delta = own.plan(given);
          const [reply, ...rest] = delta?.added ?? [];
          return delta === null || reply === undefined || [...given.trace.entries].length < 5 ? delta : {...delta, added: rest};
        },
      }),
    );
    expect({verdict, requests}).toEqual({verdict: 'faulty', requests: {same: 2, different: 2, hash_only: 0, unproven: 0}});
    expect(divergences.map(({what, step}) => [what, step])).toEqual([
      ['request', 3],
      ['request', 4],
    ]);
    const [first, second] = divergences;
    expect(first!.why).toContain('and planned again it does not');
    expect(first!.apart).toMatchObject({against: 'recorded', message: 4, part: 'message 4 (assistant)'});
    expect(first!.apart!.before).toContain('Second.');
    expect(first!.apart!.after).not.toContain('Second.');
    expect(second!.apart).toBeNull();
  });

  test('of one word of the text: the step, and what is new in it', async () => {
    const {divergences} = await verifyReplayIn(
      whole.at.home,
      whole.id,
      changed({
        prompts: textOf => {
          const build = own.prompts(textOf);
          return async parts => JSON.parse(JSON.stringify(await build(parts)).replace('alpha', 'alphb'));
        },
      }),
    );
    expect(divergences.map(({what, step}) => [what, step])).toEqual([
      ['request', 2],
      ['request', 3],
      ['request', 4],
    ]);
    expect(divergences[0]!.why).toContain('the plan is the same');
    expect(divergences[0]!.apart).toMatchObject({against: 'earlier', part: 'message 2 (assistant)'});
  });

  test('the very first request has nothing to be laid beside', async () => {
    const {divergences} = await verifyReplayIn(
      whole.at.home,
      whole.id,
      changed({
        prompts: textOf => {
          const build = own.prompts(textOf);
          return async parts => ({...(await build(parts)), system: 'Be another.'});
        },
      }),
    );
    expect(divergences[0]).toMatchObject({what: 'request', step: 1, apart: null});
  });
});

describe('what a log says that does not follow from it', () => {
  test.each([
    ['a hash', ({step, sha256}) => ({sha256: step === 3 ? sha256.replace(/^./, first => (first === '0' ? '1' : '0')) : sha256}), 3],
    ['tokens', ({step, plan}) => ({plan: step === 2 ? {...plan, tokens: plan.tokens + 1} : plan}), 2],
    ['a budget that no window gives', ({step, plan}) => ({plan: step === 4 ? {...plan, budget: plan.budget + 1} : plan}), 4],
    ['room for the reply', ({step, max_output}) => ({max_output: step === 2 ? max_output + 1 : max_output}), 2],
    ['how far it had read', ({step, plan}) => ({plan: step === 3 ? {...plan, through: plan.through - 1} : plan}), 3],
    ['a step', ({step}) => ({step: step === 3 ? 7 : step}), 7],
  ] as [string, (event: Extract<SessionEvent, {type: 'context.assembled'}>) => object, number][])('%s', async (_, change, step) => {
    const home = copied();
    rewriteLog(home, whole.id, eachPlan(change));
    const {divergences, verdict} = await verifyReplayIn(home, whole.id);
    expect(verdict).toBe('faulty');
    expect(divergences[0]).toMatchObject({step});
  });

  test('words of the user, of the model, and of a result', async () => {
    for (const [from, to, step] of [
      ['Do it.', 'Do that.', 1],
      ['First.', 'Worst.', 2],
      ['"exit":0', '"exit":9', 2],
    ] as const) {
      const home = copied();
      let once = false;
      rewriteLog(home, whole.id, events =>
        events.map(event => {
          const text = JSON.stringify(event);
          if (once || !text.includes(from)) return event;
          once = true;
          return JSON.parse(text.replace(from, to)) as SessionEvent;
        }),
      );
      const {divergences} = await verifyReplayIn(home, whole.id);
      expect(divergences[0], from).toMatchObject({what: 'request', step});
    }
  });
});

describe('what this build does not have', () => {
  test('the assembler: the hash of the prompt of the recorded plan only', async () => {
    const home = copied();
    rewriteLog(
      home,
      whole.id,
      eachPlan(({step, plan}) => (step === 2 ? {plan: {...plan, assembler: 'trace/0'}} : {})),
    );
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof).toMatchObject({verdict: 'partly', requests: {same: 3, different: 0, hash_only: 1, unproven: 0}, divergences: []});
    expect(proof.not_recomputed).toMatchObject([{what: 'request', count: 1}]);
    expect(proof.not_recomputed[0]!.why).toContain('needs assembler trace/0');
  });

  test('the assembler, and its words neither', async () => {
    const home = copied();
    rewriteLog(
      home,
      whole.id,
      eachPlan(({plan, sha256}) => ({plan: {...plan, assembler: 'trace/0'}, sha256: sha256.replaceAll('a', 'b')})),
    );
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof).toMatchObject({verdict: 'partly', requests: {same: 0, different: 0, hash_only: 0, unproven: 4}});
  });

  test.each([
    ['estimator', 'needs estimator other/1'],
    ['loop', null],
  ])('the %s', async (field, why) => {
    const home = copied();
    rewriteLog(home, whole.id, events =>
      events.map(event => ('versions' in event ? {...event, versions: {...event.versions, [field]: 'other/1'}} : event)),
    );
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof.divergences).toEqual([]);
    expect(proof.verdict).toBe(why === null ? 'proven' : 'partly');
    if (why !== null) expect(proof.not_recomputed[0]!.why).toContain(why);
  });

  test('the loop, where its order is another: a doubt, and no fault', async () => {
    const home = copied();
    rewriteLog(home, whole.id, events =>
      events
        .filter(event => event.type !== 'tool.judged' || event.call !== ('3.1' as string))
        .map(event => ('versions' in event ? {...event, versions: {...event.versions, loop: 'loop/0'}} : event)),
    );
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof.not_recomputed.map(({why}) => why).join()).toContain('needs loop rules loop/0');
    expect(proof.divergences.filter(({what}) => what === 'order')).toEqual([]);
  });

  test('the policy of a view', async () => {
    const home = copied();
    rewriteLog(home, whole.id, events =>
      events.map(event => JSON.parse(JSON.stringify(event).replaceAll('"policy":"page/1"', '"policy":"page/0"')) as SessionEvent),
    );
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof).toMatchObject({verdict: 'partly', views: {same: 3, hash_only: 1}, requests: {same: 4}, divergences: []});
    expect(proof.not_recomputed[0]!.why).toContain('page/0');
  });

  test('an event of a type that it does not know', async () => {
    const home = copied();
    rewriteLog(home, whole.id, events => [...events, {type: 'of.tomorrow'} as unknown as SessionEvent]);
    expect(await verifyReplayIn(home, whole.id)).toMatchObject({verdict: 'partly', requests: {same: 4}, not_recomputed: [{what: 'event'}]});
  });
});

describe('files that are not as they were', () => {
  test('a flipped byte: the line, and everything before it still comes out', async () => {
    const home = copied();
    const lines = readFileSync(logIn(home, whole.id), 'utf8').split('\n');
    const at = recordsIn(home, whole.id).findIndex(({event}) => event.type === 'context.assembled' && event.step === 3);
    writeFileSync(logIn(home, whole.id), lines.with(at - 1, lines[at - 1]!.replace('"seq":', '"seq": ')).join('\n'));
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof).toMatchObject({verdict: 'faulty', requests: {same: 2, different: 0, unproven: 2}});
    expect(proof.divergences).toMatchObject([{what: 'log', line: at}]);
  });

  test('a last line that was never finished is no difference, and is told', async () => {
    const home = copied();
    appendFileSync(logIn(home, whole.id), '{"v":1,"seq":');
    const proof = await verifyReplayIn(home, whole.id);
    expect(proof).toMatchObject({verdict: 'partly', requests: {same: 4}, divergences: []});
    expect(proof.not_recomputed[0]!.why).toContain('never finished');
  });

  test('each blob that a request is made of, taken away and replaced by another', async () => {
    const records = recordsIn(whole.at.home, whole.id);
    const opened = records[0]!.event as Extract<SessionEvent, {type: 'session.opened'}>;
    const {shown} = records.flatMap(({event}) =>
      event.type === 'tool.finished' && event.outcome.kind === 'ran' ? [event.outcome] : [],
    )[0]!;
    for (const ref of [opened.environment, opened.versions.charter, opened.versions.tools, shown.blob]) {
      const home = copied();
      const blobs = blobStore(join(home, 'blobs'));
      rmSync(blobs.where(ref));
      const gone = await verifyReplayIn(home, whole.id);
      expect(gone.divergences[0], ref).toMatchObject({what: 'blob', file: blobs.where(ref)});
      cpSync(blobs.where(shown.view), blobs.where(ref));
      expect((await verifyReplayIn(home, whole.id)).verdict).toBe('faulty');
    }
    const home = copied();
    rmSync(blobStore(join(home, 'blobs')).where(shown.view));
    const without = await verifyReplayIn(home, whole.id);
    expect(without.requests.same).toBe(4);
    expect(without.divergences).toMatchObject([{what: 'blob'}]);
  });

  test('a session without a log, and one whose log is empty', async () => {
    const home = copied();
    writeFileSync(logIn(home, whole.id), '');
    expect(await verifyReplayIn(home, whole.id)).toMatchObject({verdict: 'partly', not_recomputed: [{what: 'log'}]});
    rmSync(logIn(home, whole.id));
    expect(await verifyReplayIn(home, whole.id)).toMatchObject({verdict: 'partly', not_recomputed: [{what: 'log'}]});
  });
});

test('a value that was taken out: what cannot be counted again is told, and is no difference', async () => {
  const home = copied();
  const program = compose({env: {...whole.at.env, AGENT_HOME: home}, cwd: whole.at.repo});
  await program.redact({id: whole.id, value: secret, all: false, confirm: async () => true});
  expect(readFileSync(logIn(home, whole.id), 'utf8')).not.toContain(secret);
  const proof = await verifyReplayIn(home, whole.id);
  expect(proof.divergences).toEqual([]);
  expect(proof.requests.different).toBe(0);
  expect(proof.requests.same).toBeGreaterThan(0);
});
