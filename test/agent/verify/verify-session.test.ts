import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {encode} from '../../../src/core/log/codec.ts';
import {sha256} from '../../../src/core/log/chain.ts';
import {defaultPolicy, withTokens} from '../../../src/core/truncation/policies.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Excerpt} from '../../../src/core/vocabulary/excerpt.ts';
import type {CallId, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {verifyStore} from '../../../src/agent/verify/verify-store.ts';
import {temporaryFolder} from '../../support/git-repository.ts';
import {provenSession, type ProvenSession} from '../../support/proven-session.ts';

async function session(): Promise<ProvenSession> {
  const home = temporaryFolder();
  onTestFinished(() => rmSync(home, {recursive: true, force: true}));
  return provenSession(home);
}

const verifyAll = (at: ProvenSession, which: readonly SessionId[] | 'all' = [at.id]) =>
  verifyStore(which, at, {passed: () => {}, done: () => {}});
const verified = async (at: ProvenSession) => (await verifyAll(at)).sessions[0]!;

const finished = (shown: Excerpt, call = '1.1'): SessionEvent => ({
  type: 'tool.finished',
  call: call as CallId,
  outcome: {kind: 'done', shown},
  touched: [],
});

describe('outputs', () => {
  test('a view that was replaced by another valid blob is found: where they differ', async () => {
    const at = await session();
    const {long, short} = at.outputs;
    await at.append([finished({...long, view: short.view})], true);
    const {faults, views} = await verified(at);
    expect(faults.map(({what}) => what)).toEqual(['view']);
    expect(faults[0]).toMatchObject({file: at.blobs.where(short.view), line: 14, seq: 13});
    expect(faults[0]!.why).toContain('they differ from byte 0, in line 1');
    expect(views.same).toBe(3);
  });

  test('a file under the name of a view that holds another sound blob is damaged', async () => {
    const at = await session();
    const {long, short} = at.outputs;
    writeFileSync(at.blobs.where(long.view), readFileSync(at.blobs.where(short.view)));
    expect((await verified(at)).faults[0]).toMatchObject({what: 'blob', file: at.blobs.where(long.view), seq: 9});
  });

  test('a view made for another label, and one of another policy, are not the view of this receipt', async () => {
    const at = await session();
    // The label stands in a notice only where there is room for it.
    const policy = withTokens(defaultPolicy, 400);
    const other = await at.output(Array.from({length: 300}, (_, line) => `line ${line + 1}\n`).join(''), {label: '7.7', policy});
    await at.append([finished(other), finished({...at.outputs.long, policy: policy.version})], true);
    const {faults} = await verified(at);
    expect(new Set(faults.map(({seq, what}) => `${what} ${seq}`))).toEqual(new Set(['view 13', 'view 14', 'receipt 14']));
  });

  test('each figure of a receipt is compared with what its bytes give', async () => {
    const {long} = (await session()).outputs;
    const changes: readonly Partial<Excerpt>[] = [
      {kept_head_lines: long.kept_head_lines + 1},
      {kept_tail_lines: long.kept_tail_lines + 1},
      {truncated: false},
      {truncated_lines_count: long.truncated_lines_count - 1},
      {windows: long.windows.slice(1)},
      {windows: long.windows.toReversed()},
      {windows: long.windows.map(window => ({...window, start: window.start + 1}))},
      {total: {...long.total, bytes: long.total.bytes + 1}},
      {total: {...long.total, lines: long.total.lines + 1}},
      {shown: {...long.shown, tokens: long.shown.tokens + 1}},
      {streams: {...long.streams, stdout: {...long.streams.stdout, bytes: 1}}},
      {streams: {...long.streams, stdout: {...long.streams.stdout, lines: 1}}},
      {streams: {...long.streams, stdout: {...long.streams.stdout, sha256: sha256('x')}}},
      {streams: {...long.streams, stderr: {...long.streams.stderr, sha256: sha256('x')}}},
    ];
    for (const change of changes) {
      const at = await session();
      await at.append([finished({...at.outputs.long, ...change})], true);
      const {faults, verdict} = await verified(at);
      expect(verdict, JSON.stringify(change)).toBe('faulty');
      expect(new Set(faults.map(({what, seq}) => `${what} ${seq}`)), JSON.stringify(change)).toEqual(new Set(['receipt 13']));
    }
  });

  test('a policy that this version lacks: the hash of the kept view only, and no fault', async () => {
    const at = await session();
    await at.append([finished({...at.outputs.long, policy: 'lines/0'})], true);
    const {verdict, unproven, views, faults} = await verified(at);
    expect({verdict, faults}).toEqual({verdict: 'partly', faults: []});
    expect(views).toMatchObject({same: 3, hash_only: 1});
    expect(unproven[0]!.why).toContain('lines/0');
    // And what was kept is still checked.
    rmSync(at.blobs.where(at.outputs.long.view));
    expect((await verified(at)).verdict).toBe('faulty');
  });

  test('a missing blob of each kind is named with the line that names it', async () => {
    const at = await session();
    const {long, prompt} = at.outputs;
    for (const [ref, line] of [
      [long.blob, 10],
      [long.view, 10],
      [prompt.view, 3],
      [sha256('Be brief.'), 1],
      [sha256('Test what you change.'), 2],
      [sha256('{"raw":1}'), 5],
    ] as const) {
      const file = at.blobs.where(ref);
      renameSync(file, `${file}.away`);
      const {faults} = await verified(at);
      expect(faults[0]).toMatchObject({what: 'blob', file, line, why: `blob ${ref} is missing`});
      renameSync(`${file}.away`, file);
    }
    expect((await verified(at)).verdict).toBe('proven');
  });

  test('what stood in a request of a long prompt begins with its view', async () => {
    const at = await session();
    await at.append([{type: 'user.prompted', text: 'something else', whole: at.outputs.prompt}], true);
    expect((await verified(at)).faults.map(({what, seq}) => [what, seq])).toEqual([['view', 13]]);
  });
});

describe('requests', () => {
  const delta = {assembler: 'trace/1', budget: 30_000, tokens: 1, through: 12, added: [], masked: [], removed: []};
  const assembled = (assembler: string): SessionEvent => ({
    type: 'context.assembled',
    step: 3,
    plan: {...delta, assembler},
    max_output: 1_000,
    sha256: sha256('not this'),
  });

  test('one whose hash does not agree is a fault', async () => {
    const at = await session();
    const {plan} = JSON.parse(readFileSync(at.file, 'utf8').split('\n')[3]!).event;
    await at.append([assembled(plan.assembler)], true);
    const {faults, requests} = await verified(at);
    expect(requests).toEqual({agree: 2, not_built: 1});
    expect(faults).toMatchObject([{what: 'request', line: 14, seq: 13}]);
  });

  test('one of another assembler is not proven, and no fault', async () => {
    const at = await session();
    await at.append([assembled('trace/0')], true);
    const {verdict, unproven} = await verified(at);
    expect(verdict).toBe('partly');
    expect(unproven).toMatchObject([{what: 'request', count: 1}]);
    expect(unproven[0]!.why).toContain('trace/0');
  });

  test('a view that is gone is cut again for them', async () => {
    const at = await session();
    rmSync(at.blobs.where(at.outputs.long.view));
    const {requests, faults} = await verified(at);
    expect(requests).toEqual({agree: 2, not_built: 0});
    expect(faults).toHaveLength(1);
  });

  test('behind a bad line they are not built, and the outputs behind it are still looked at', async () => {
    const at = await session();
    const lines = readFileSync(at.file, 'utf8').split('\n');
    writeFileSync(at.file, lines.with(5, lines[5]!.replace('mode full', 'mode fool')).join('\n'));
    const {requests, views, faults, unproven} = await verified(at);
    expect(faults.map(({line}) => line)).toEqual([6]);
    expect(views.same).toBe(3);
    expect(requests).toEqual({agree: 1, not_built: 1});
    expect(unproven).toMatchObject([{what: 'request'}]);
  });
});

describe('the end of a log', () => {
  const titled: SessionEvent = {type: 'session.titled', title: 'T'};

  test('records behind the last anchor are counted, and no fault', async () => {
    const at = await session();
    await at.append([titled, titled], false);
    const {verdict, log} = await verified(at);
    expect({verdict, anchored: log.anchored, since: log.since_anchor}).toEqual({verdict: 'proven', anchored: 12, since: 2});
  });

  test('of a session that was never anchored', async () => {
    const at = await session();
    rmSync(at.homeFile);
    const {home, sessions} = await verifyAll(at);
    expect(home).toMatchObject({file: null, verdict: 'proven'});
    expect(sessions[0]).toMatchObject({verdict: 'proven', log: {anchored: null, since_anchor: 13}});
  });

  test('a log written anew from some record on, with a chain that holds, is not the one that was anchored', async () => {
    const at = await session();
    let prev = sha256(at.id);
    const lines = readFileSync(at.file, 'utf8').split('\n').slice(0, -1);
    const anew = lines.map((text, seq) => {
      const {v, at: when, event} = JSON.parse(text);
      const {line, hash} = encode({v, seq, at: when, prev, event: seq === 5 ? {...event, read_only: true} : event});
      prev = hash;
      return line;
    });
    writeFileSync(at.file, anew.join(''));
    expect((await verified(at)).faults).toMatchObject([{what: 'anchor', seq: 12, line: 13}]);
  });

  test('a torn line of a session that nobody writes is not proven; of one that runs it is not looked at', async () => {
    const at = await session();
    const whole = readFileSync(at.file);
    writeFileSync(at.file, Buffer.concat([whole, Buffer.from('{"v":1,"seq":1')]));
    expect(await verified(at)).toMatchObject({verdict: 'partly', faults: [], log: {torn: {start: whole.length, bytes: 14}}});
    writeFileSync(at.file.replace('log.jsonl', 'lock'), `{"pid":${process.pid},"started":"1"}\n`);
    expect(await verified(at)).toMatchObject({verdict: 'proven', log: {torn: null}});
  });

  test('a whole last record whose line end alone is another byte was not torn', async () => {
    const at = await session();
    await at.append([titled], false);
    const whole = readFileSync(at.file);
    writeFileSync(at.file, Buffer.concat([whole.subarray(0, -1), Buffer.from('\x0b')]));
    expect((await verified(at)).faults).toMatchObject([{what: 'log', line: 14, bytes: {start: whole.length - 1, end: whole.length}}]);
  });

  test('a session may be verified while it is being written', async () => {
    const at = await session();
    const {log} = await at.catalogue.open(at.id);
    let writing = true;
    const writer = (async () => {
      for (; writing; await new Promise(setImmediate)) log.append(titled);
    })();
    for (let times = 0; times < 10; times++) expect((await verified(at)).verdict).toBe('proven');
    writing = false;
    await writer;
    await log.close();
  });
});

describe('the end of the home log', () => {
  test('a torn one that nobody holds is not proven, and what it may have told is said', async () => {
    const at = await session();
    await at.append([{type: 'session.titled', title: 'T'}], true);
    const whole = readFileSync(at.homeFile);
    const start = whole.subarray(0, -1).lastIndexOf(0x0a) + 1;
    // However much of the line is left; what has all but its line end was not torn.
    for (let end = start + 1; end < whole.length - 1; end += 9) {
      writeFileSync(at.homeFile, whole.subarray(0, end));
      const {home, verdict} = await verifyAll(at, end % 2 === 0 ? 'all' : [at.id]);
      expect({end, verdict, torn: home.torn}).toEqual({end, verdict: 'partly', torn: {start, bytes: end - start}});
    }
    writeFileSync(at.homeFile, whole.subarray(0, -5));
    const lines = readFileSync(at.file, 'utf8').split('\n');
    writeFileSync(at.file, [...lines.slice(0, -2), ''].join('\n'));
    const {home, verdict} = await verifyAll(at, 'all');
    expect(verdict).toBe('partly');
    expect(home.unproven[0]?.why).toMatch(/never finished .* that session session000 has a record 13:/);
    writeFileSync(join(at.home, 'lock'), `{"pid":${process.pid},"started":"1"}\n`);
    expect((await verifyAll(at)).home).toMatchObject({verdict: 'proven', torn: null});
  });

  test('the home log may be written meanwhile', async () => {
    const at = await session();
    let writing = true;
    const writer = (async () => {
      while (writing) await at.catalogue.note({type: 'config.distrusted', path: '/x'});
    })();
    for (let times = 0; times < 20; times++) expect((await verifyAll(at)).verdict).toBe('proven');
    writing = false;
    await writer;
  });
});

describe('a store in another shape', () => {
  const shapes: readonly [string, (path: string) => void][] = [
    ['a file', path => writeFileSync(path, 'no folder')],
    ['a link to itself', path => symlinkSync(path, path)],
    ['nothing', () => {}],
  ];
  test.each(shapes)('%s in the place of a folder is a fault, and the rest is still proven', async (_, put) => {
    const at = await session();
    for (const folder of [...new Set(readdirSync(join(at.home, 'blobs')).filter(name => name !== 'tmp'))].map(name => `blobs/${name}`)) {
      const path = join(at.home, folder);
      renameSync(path, `${path}.aside`);
      put(path);
      const {verdict, sessions} = await verifyAll(at, 'all');
      expect(verdict).toBe('faulty');
      expect(sessions[0]?.log.records).toBe(13);
      expect(sessions[0]?.faults.every(({what}) => what === 'blob')).toBe(true);
      rmSync(path, {force: true});
      renameSync(`${path}.aside`, path);
    }
    expect((await verifyAll(at, 'all')).verdict).toBe('proven');
  });

  test('the same in the place of all blobs, and of all sessions', async () => {
    const at = await session();
    for (const folder of ['blobs', 'sessions', `sessions/${at.id}`]) {
      const path = join(at.home, folder);
      renameSync(path, `${path}.aside`);
      writeFileSync(path, 'no folder');
      expect((await verifyAll(at, 'all')).verdict).toBe('faulty');
      rmSync(path);
      renameSync(`${path}.aside`, path);
    }
  });

  test('a wrong shape is one also where no session names a blob in it', async () => {
    const at = await session();
    const free = Array.from({length: 256}, (_, n) => n.toString(16).padStart(2, '0')).find(
      name => !readdirSync(join(at.home, 'blobs')).includes(name),
    );
    writeFileSync(join(at.home, 'blobs', free!), 'no folder');
    const {verdict, store, sessions} = await verifyAll(at, 'all');
    expect({verdict, faults: sessions[0]?.faults}).toEqual({verdict: 'faulty', faults: []});
    expect(store).toMatchObject([{what: 'blob', file: join(at.home, 'blobs', free!)}]);
  });
});

describe('what this version does not know', () => {
  test('events of unknown types are held by the chain, and not proven', async () => {
    const at = await session();
    await at.append([{type: 'moon.risen', over: 'the sea'} as unknown as SessionEvent], true);
    const {verdict, unproven, requests} = await verified(at);
    expect({verdict, agree: requests.agree}).toEqual({verdict: 'partly', agree: 2});
    expect(unproven).toMatchObject([{what: 'event', count: 1}]);
  });

  test('an event of a known type in a wrong shape is a fault', async () => {
    const at = await session();
    await at.append([{type: 'session.titled', title: 3} as unknown as SessionEvent], true);
    expect((await verified(at)).faults).toMatchObject([{what: 'log', line: 14}]);
  });

  test('a line of a newer format is not proven', async () => {
    const at = await session();
    const last = JSON.parse(readFileSync(at.file, 'utf8').split('\n').at(-2)!);
    const {line} = encode({v: 2 as 1, seq: 13, at: last.at, prev: last.hash, event: {type: 'session.titled', title: 'T'}});
    writeFileSync(at.file, line, {flag: 'a'});
    expect(await verified(at)).toMatchObject({verdict: 'partly', faults: [], unproven: [{what: 'log', count: 1}]});
  });
});

describe('all sessions', () => {
  test('with the blobs that none names, and each blob read once', async () => {
    const at = await session();
    const other = await provenSession(at.home, 'session111' as SessionId);
    const stray = await at.blobs.put(Buffer.from('nobody names this'));
    const {verdict, sessions, unnamed, lost} = await verifyAll(at, 'all');
    expect({verdict, lost}).toEqual({verdict: 'proven', lost: []});
    expect(sessions.map(({session: id}) => id).toSorted()).toEqual([at.id, other.id]);
    expect(unnamed).toEqual({blobs: 1, stored: (await at.blobs.size(stray))?.stored});
  });

  test('a session whose log is gone is a fault, unless it was removed', async () => {
    const at = await session();
    await provenSession(at.home, 'session111' as SessionId);
    rmSync(at.file.replace('/log.jsonl', ''), {recursive: true});
    expect((await verifyAll(at, 'all')).lost).toMatchObject([{what: 'anchor', file: at.homeFile, line: 1}]);
    await at.catalogue.note({type: 'session.removed', session: at.id});
    expect((await verifyAll(at, 'all')).verdict).toBe('proven');
  });

  test('one whose log was emptied is a fault too', async () => {
    const at = await session();
    writeFileSync(at.file, '');
    expect((await verifyAll(at, 'all')).verdict).toBe('faulty');
    expect(await verified(at)).toMatchObject({verdict: 'faulty', faults: [{what: 'anchor', line: 1, seq: 0}]});
  });

  test('a bad line of the home log is its fault, and what stands behind it is still known', async () => {
    const at = await session();
    await provenSession(at.home, 'session111' as SessionId);
    const lines = readFileSync(at.homeFile, 'utf8').split('\n');
    writeFileSync(at.homeFile, ['spoiled', ...lines.slice(1)].join('\n'));
    const {home, sessions, verdict} = await verifyAll(at, 'all');
    expect(verdict).toBe('faulty');
    expect(home.faults).toMatchObject([{what: 'log', line: 1}]);
    expect(sessions.find(({session: id}) => id === 'session111')?.log.anchored).toBe(12);
  });

  test('what cannot be read is said, and the rest goes on', async () => {
    const at = await session();
    const file = at.blobs.where(at.outputs.long.blob);
    rmSync(file);
    mkdirSync(file);
    const {faults, views} = await verified(at);
    expect(faults[0]).toMatchObject({what: 'blob', file});
    expect(views.same).toBe(2);
  });
});
