import {join} from 'node:path';
import {blobStore} from '../../src/adapters/session/blob-store.ts';
import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import {anchor} from '../../src/agent/anchors.ts';
import {capture} from '../../src/agent/capture.ts';
import {promptBuilder, systemOf} from '../../src/agent/prompt-builder.ts';
import {assemble} from '../../src/core/context/assemble.ts';
import {withDelta} from '../../src/core/context/plan.ts';
import {promptHash} from '../../src/core/context/render.ts';
import {sha256} from '../../src/core/log/chain.ts';
import {sessionState, type SessionState} from '../../src/core/projections/session-state.ts';
import {defaultPolicy, promptPolicy, withTokens} from '../../src/core/truncation/policies.ts';
import type {Environment} from '../../src/core/vocabulary/environment.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {CutPolicy, Excerpt} from '../../src/core/vocabulary/excerpt.ts';
import type {BlobRef, CallId, RunId, SessionId} from '../../src/core/vocabulary/ids.ts';
import type {Blobs} from '../../src/ports/blobs.ts';
import type {Catalogue} from '../../src/ports/catalogue.ts';
import {settings, versions} from './reference-session.ts';

export type ProvenSession = {
  home: string;
  id: SessionId;
  file: string;
  homeFile: string;
  catalogue: Catalogue;
  blobs: Blobs;
  /** What the session's outputs are called in the store. */
  outputs: {long: Excerpt; short: Excerpt; prompt: Excerpt};
  /** Goes on with the session's log: these events follow, and the home log is told where `anchored`. */
  append: (events: readonly SessionEvent[], anchored: boolean) => Promise<void>;
  /** Cuts and stores an output as a call would. */
  output: (text: string, more?: {label?: string; policy?: CutPolicy; stderr?: string}) => Promise<Excerpt>;
};

/**
 * A whole session in a home of its own, as small as one can be that has everything to prove: an environment, instructions, two requests, a prompt
 * too long to be shown whole, an output that was shortened and one of both pipes, and an anchor in the home log.
 */
export async function provenSession(home: string, id = 'session000' as SessionId): Promise<ProvenSession> {
  const catalogue = sessionCatalogue({home, now: () => '2026-01-01T00:00:00.000Z', startTimeOf: pid => (pid === process.pid ? '1' : null)});
  const blobs = blobStore(join(home, 'blobs'));
  const put = (text: string) => blobs.put(Buffer.from(text));
  const load = async (ref: BlobRef) => new TextDecoder().decode(await blobs.get(ref));
  const output: ProvenSession['output'] = async (text, {label = '1.1', policy = small, stderr = ''} = {}) => {
    const captured = capture({blobs, policy, label, maxStored: 1e9, minFree: 0, freeDisk: async () => 1e12});
    await captured.out(Buffer.from(text), 'stdout');
    if (stderr !== '') await captured.out(Buffer.from(stderr), 'stderr');
    return captured.finish();
  };
  const log = await catalogue.create(id);
  let state: SessionState = sessionState.initial;
  log.subscribe(record => (state = sessionState.apply(state, record)));
  const made = {...versions, charter: await put('Be brief.'), tools: await put('[]')};
  const environment: Environment = {
    platform: 'test',
    shell: 'bash',
    cwd: '/repo',
    kind: 'worktree',
    branch: 'main',
    date: '2026-01-01',
    granted: [],
  };
  const build = promptBuilder(({excerpt}) => load(excerpt.view));
  const request = async (step: number) => {
    const {plan, trace, opened} = state;
    const delta = assemble({plan, trace, fixed: 10, budget: 30_000})!;
    const system = await systemOf('Be brief.', opened!, load);
    const prompt = await build({step, plan: withDelta(plan, delta), trace, max_output: 1_000, system, tools: []});
    log.append({type: 'context.assembled', step, plan: delta, max_output: 1_000, sha256: promptHash(prompt)});
  };
  const usage = {input: 10, output: 5, cached: 0, cache_written: 0};
  const replied = {type: 'model.replied' as const, stop: 'calls' as const, model: 'test', usage, usd: null};
  const call = (callId: CallId) => ({type: 'call' as const, id: callId, provider_id: null, tool: 'shell', input: {command: 'make'}});

  log.append({
    type: 'session.opened',
    session: id,
    run: 'run00000' as RunId,
    repo: '/repo',
    place: {kind: 'worktree', root: '/repo', cwd: '', head: null},
    settings,
    versions: made,
    environment: await put(JSON.stringify(environment)),
  });
  log.append({type: 'instructions.read', file: 'AGENTS.md', blob: await put('Test what you change.')});
  const prompt = await output(`Mend it.\n${'more words about it\n'.repeat(60)}`, {label: 'prompt', policy: withTokens(promptPolicy, 80)});
  log.append({
    type: 'user.prompted',
    text: `${await load(prompt.view)}\n⟨The whole prompt: read_output {"output":"${prompt.blob}"}⟩`,
    whole: prompt,
  });
  await request(1);
  log.append({...replied, step: 1, content: [call('1.1' as CallId), call('1.2' as CallId)], response: await put('{"raw":1}')});
  for (const callId of ['1.1', '1.2'] as CallId[]) {
    log.append({type: 'tool.judged', call: callId, verdict: {kind: 'allow', rule: 'mode full'}, read_only: false});
    log.append({type: 'tool.started', call: callId, idempotency_key: sha256(callId)});
  }
  const long = await output(Array.from({length: 300}, (_, line) => `line ${line + 1}\n`).join(''));
  const short = await output('ok\n', {label: '1.2', stderr: 'warned\n'});
  log.append({type: 'tool.finished', call: '1.1' as CallId, outcome: {...ran, shown: long}, touched: []});
  log.append({type: 'tool.finished', call: '1.2' as CallId, outcome: {...ran, shown: short}, touched: []});
  await request(2);
  log.append({...replied, stop: 'end', step: 2, content: [{type: 'text', text: 'Done.'}], response: await put('{"raw":2}')});
  await anchor(log, id, event => catalogue.note(event));
  await log.close();

  return {
    home,
    id,
    file: join(home, 'sessions', id, 'log.jsonl'),
    homeFile: join(home, 'log.jsonl'),
    catalogue,
    blobs,
    outputs: {long, short, prompt},
    output,
    async append(events, anchored) {
      const again = (await catalogue.open(id)).log;
      again.append(...events);
      if (anchored) await anchor(again, id, event => catalogue.note(event));
      await again.close();
    },
  };
}

const small = withTokens(defaultPolicy, 64);
const ran = {kind: 'ran' as const, exit: 0, signal: null, timedOut: false, settled: 'exit' as const, left_running: []};
