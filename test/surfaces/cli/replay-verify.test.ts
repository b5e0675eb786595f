import {readFileSync, writeFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {assemblers} from '../../../src/agent/replay/assemblers.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {replayJson, replayLines} from '../../../src/surfaces/cli/replay-proof-lines.ts';
import {replayVerify} from '../../../src/surfaces/cli/replay-verify.ts';
import {painter} from '../../../src/surfaces/cli/paint.ts';
import {logIn, rewriteLog, verifyReplayIn} from '../../support/replayed-home.ts';
import {captured, CliWorld, type Said} from './world.ts';

const world = new CliWorld();
const home = world.env['AGENT_HOME'] ?? '';
let id: SessionId;
let log: string;
let whole: string;
beforeAll(async () => {
  id = await world.session({commands: ['seq 1 5000', String.raw`printf 'an \033[31mescape\n'`]});
  log = logIn(home, id);
  whole = readFileSync(log, 'utf8');
});
afterAll(() => world.remove());

async function verified(options: {session?: string | null; last?: boolean; json?: boolean} = {}, terminal = false): Promise<Said> {
  const {io, out, err} = captured({terminal});
  const code = await replayVerify({session: id, last: false, json: false, dir: world.repo, ...options}, world.program(), io);
  return {code, out: out(), err: err()};
}

async function changed<T>(change: (events: readonly SessionEvent[]) => readonly SessionEvent[], act: () => Promise<T>): Promise<T> {
  rewriteLog(home, id, change);
  return act().finally(() => writeFileSync(log, whole));
}

const plans = (change: (event: Extract<SessionEvent, {type: 'context.assembled'}>) => object) => (events: readonly SessionEvent[]) =>
  events.map(event => (event.type === 'context.assembled' ? {...event, ...change(event)} : event));

describe('agent replay --verify', () => {
  test('a session as it is: one line', async () => {
    const {code, out, err} = await verified();
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toMatch(
      new RegExp(`^Session ${id}: 2 requests reassembled, 2 views cut again, \\d+ moves of the loop in order: all equal\\.\n$`),
    );
    expect(await verified({session: null, last: true})).toEqual({code, out, err});
  });

  test('as JSON, one object', async () => {
    const {code, out} = await verified({json: true});
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      session: id,
      verdict: 'proven',
      requests: {same: 2, different: 0, hash_only: 0, unproven: 0},
      divergences: [],
      not_recomputed: [],
    });
  });

  test('a plan that does not come out: the step, the message, and a diff of the two prompts', async () => {
    const lost = plans(({step, plan}) => (step === 2 ? {plan: {...plan, added: plan.added.slice(0, 1)}} : {}));
    const {code, out} = await changed(lost, () => verified());
    expect(code).toBe(6);
    expect(out).toContain(`Session ${id}: DIFFERS at step 2. 1 request reassembled, 1 not the same`);
    expect(out).toContain('step 2: the request of step 2 does not come out the same: planned again it adds record');
    const json = await changed(lost, () => verified({json: true}));
    expect(json.code).toBe(6);
    expect(JSON.parse(json.out).divergences[0]).toMatchObject({what: 'request', step: 2, line: expect.any(Number), file: log});
  });

  test('a word that this version says otherwise: what is new in the request, with nothing that a terminal would obey', async () => {
    const [[version, own]] = [...assemblers] as [
      [string, {plan: never; prompts: typeof import('../../../src/agent/prompt-builder.ts').promptBuilder}],
    ];
    const other = new Map([
      [
        version,
        {
          ...own,
          prompts: (textOf => {
            const build = own.prompts(textOf);
            return async parts => JSON.parse(JSON.stringify(await build(parts)).replace('lines not shown', 'lines \\u001b[2J not shown'));
          }) as typeof own.prompts,
        },
      ],
    ]);
    const proof = await verifyReplayIn(home, id, other);
    expect(proof.divergences.map(({step}) => step)).toEqual([2]);
    const lines = replayLines(proof, {version: '9.9.9', paint: painter(false)});
    expect(lines).toContain('+++ as version 9.9.9 makes this one');
    expect(lines.some(line => /^\+.*lines \\x1b\[2J not shown/.test(line))).toBe(true);
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(lines.length).toBeLessThan(100);
    const {divergences} = replayJson(proof) as {divergences: {diff: string; part: string; against: string}[]};
    expect(divergences[0]).toMatchObject({against: 'earlier', part: 'message 2 (assistant)'});
    expect(divergences[0]!.diff).toMatch(/^@@ /);
  });

  test('another prompt that was sent: both, as a diff', async () => {
    const [[version, own]] = [...assemblers] as [[string, NonNullable<ReturnType<typeof assemblers.get>>]];
    const plan: typeof own.plan = given => {
      const delta = own.plan(given);
      return delta === null ? null : {...delta, added: delta.added.slice(0, 2)};
    };
    const proof = await verifyReplayIn(home, id, new Map([[version, {...own, plan}]]));
    const lines = replayLines(proof, {version: '9.9.9', paint: painter(false)});
    expect(lines).toContain('--- as it was sent');
    expect(lines).toContain('  In message 3 (results):');
    expect(lines).toContain('+Not run: the user interrupted before it started.');
  });

  test('an assembler that this version lacks', async () => {
    const {code, out} = await changed(
      plans(({plan}) => ({plan: {...plan, assembler: 'trace/0'}})),
      () => verified(),
    );
    expect(code).toBe(7);
    expect(out).toContain('0 requests reassembled, 2 by the hash only');
    expect(out).toContain('  ? not recomputed: needs assembler trace/0: only the hash of the prompt of its recorded plan agrees (2 times)');
  });

  test('an order that the loop never makes', async () => {
    const {code, out} = await changed(
      events => events.filter(({type}) => type !== 'tool.judged'),
      () => verified(),
    );
    expect(code).toBe(6);
    expect(out).toContain(
      'call 1.1 was not to run: it was not allowed, or another one had to end before, and the record says tool.started',
    );
    expect(out).toContain('Then:');
  });

  test('a damaged line, on a terminal in colour', async () => {
    writeFileSync(log, whole.replace('"mode":"full"', '"mode":"fall"'));
    const {code, out} = await verified({}, true).finally(() => writeFileSync(log, whole));
    expect(code).toBe(6);
    expect(out).toContain('DIFFERS');
    expect(out).toContain('line 1: its hash does not match its bytes');
  });

  test('no such session', async () => {
    await expect(verified({session: 'zzzz'})).rejects.toMatchObject({code: 2});
    await expect(verified({last: true})).rejects.toMatchObject({code: 2});
  });

  test('it changes nothing', async () => {
    await verified();
    expect(readFileSync(log, 'utf8')).toBe(whole);
  });
});
