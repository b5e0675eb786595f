import {createWriteStream} from 'node:fs';
import {once} from 'node:events';
import {chainStart, sha256} from '../../src/core/log/chain.ts';
import {encode} from '../../src/core/log/codec.ts';
import type {Block, ToolCall} from '../../src/core/vocabulary/block.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {Excerpt} from '../../src/core/vocabulary/excerpt.ts';
import type {CallId, GitTree, RunId, SessionId} from '../../src/core/vocabulary/ids.ts';
import type {FileTouch, Outcome} from '../../src/core/vocabulary/outcome.ts';
import type {Item, PlanDelta} from '../../src/core/vocabulary/plan.ts';
import {settings, versions} from './reference-session.ts';

/** It works in a folder that is in no repository. Its trees are nowhere: with `planned` it says that its place was never made ready, so that it can go on. */
type Of = {id: SessionId; root: string; planned?: boolean};
const usual: Of = {id: 'longlonglo' as SessionId, root: '/repo'};

/** A session as long as one likes, always the same: prompts of a hundred steps, reads, edits, commands and their processes, checkpoints, and requests that evict the oldest steps. */
export function* longSession(records: number, of: Of = usual): Generator<SessionEvent> {
  let made = 0;
  for (const event of endless(of)) {
    if (made++ === records) return;
    yield event;
  }
}

/** Writes it as a log, faster than it could be appended. */
export async function writeLongSession(file: string, records: number, of: Of = usual): Promise<void> {
  const stream = createWriteStream(file, {mode: 0o600, highWaterMark: 1 << 20});
  let prev = chainStart(of.id);
  let seq = 0;
  for (const event of longSession(records, of)) {
    const {line, hash} = encode({v: 1, seq, at: timeOf(seq), prev, event});
    prev = hash;
    seq++;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** What the newest requests hold, as texts to be stored: the environment, and what was shown of the outputs of this many steps. */
export function* textsOf(records: number, steps: number): Generator<string> {
  yield environmentText;
  const views: string[] = [];
  for (const event of longSession(records)) if (event.type === 'tool.finished') views.push(viewOf(event.call));
  yield* views.slice(-2 * steps);
}

const environmentText = JSON.stringify({
  platform: 'test',
  shell: 'bash',
  cwd: '/repo',
  kind: 'in-place',
  branch: null,
  date: '2026-01-01',
  granted: [],
});

const viewOf = (call: CallId): string => `view ${call}`;

export const timeOf = (seq: number): string => new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();

const stepsOfTurn = 100;
const budget = 200_000;
/** Tokens of what the user said: it is never evicted. */
const ofPrompt = 30;

type Request = {kept: Item[]; fresh: Item[]};

function* endless(of: Of): Generator<SessionEvent> {
  let seq = -1;
  const request: Request = {kept: [], fresh: []};
  const said = (tokens: number) => void request.fresh.push({layer: 'L2', ref: {seq}, as: 'whole', tokens});
  const at = (event: SessionEvent): SessionEvent => {
    seq++;
    return event;
  };
  yield at(opened(of));
  for (let step = 1; ; step++) {
    if (step % stepsOfTurn === 1) {
      yield at({type: 'user.prompted', text: `Now see to part ${step} of the work, and test it before you say that it is done.`});
      said(ofPrompt);
    }
    yield at({type: 'context.assembled', step, plan: planned(request, seq - 1), max_output: 8_192, sha256: sha256(`request ${step}`)});
    if (step === 1 && of.planned !== true)
      yield at({type: 'worktree.prepared', base: treeOf(0), head: null, left_out: [], dependencies: []});
    const last = step % stepsOfTurn === 0;
    yield at(replied(step, last ? [] : callsOf(step)));
    said(120);
    for (const call of last ? [] : callsOf(step)) {
      for (const event of ran(call, step)) yield at(event);
      said(900);
    }
    if (!last && kindOf(step) === 'edit')
      yield at({type: 'files.checkpointed', step, tree: treeOf(step), changed: [pathOf(step)], left_out: []});
  }
}

function opened({id, root}: Of): SessionEvent {
  const place = {kind: 'in-place' as const, root, cwd: '', head: null};
  const run = 'run00000' as RunId;
  return {type: 'session.opened', session: id, run, repo: null, place, settings, versions, environment: sha256(environmentText)};
}

function planned(request: Request, through: number): PlanDelta {
  const {kept, fresh} = request;
  const news = fresh.splice(0);
  const gone = evicted([...kept, ...news]);
  const added = news.filter(item => !gone.has(item));
  request.kept = [...kept.filter(item => !gone.has(item)), ...added];
  const removed = kept.filter(item => gone.has(item)).map(({ref}) => ({seq: 'seq' in ref ? ref.seq : -1, why: 'over-budget' as const}));
  return {assembler: 'trace/1', budget, tokens: sumOf(request.kept), through, added, masked: [], removed};
}

/** The oldest that the user did not say, from four fifths of the budget down to half of it. */
function evicted(items: readonly Item[]): ReadonlySet<Item> {
  const gone = new Set<Item>();
  let tokens = sumOf(items);
  if (tokens <= budget * 0.8) return gone;
  for (const item of items) {
    if (tokens <= budget * 0.5) break;
    if (item.tokens === ofPrompt) continue;
    gone.add(item);
    tokens -= item.tokens;
  }
  return gone;
}

const sumOf = (items: readonly Item[]): number => items.reduce((sum, {tokens}) => sum + tokens, 0);

type Kind = 'read' | 'edit' | 'shell';
const kindOf = (step: number): Kind => (step % 3 === 0 ? 'edit' : step % 3 === 1 ? 'read' : 'shell');

const pathOf = (step: number): string => `src/part-${step % 40}/module-${step % 2_000}.ts`;

function callsOf(step: number): readonly ToolCall[] {
  const path = pathOf(step);
  const call = (k: number, tool: string, input: unknown): ToolCall => ({
    type: 'call',
    id: `${step}.${k}` as CallId,
    provider_id: `call_${step}_${k}`,
    tool,
    input,
  });
  switch (kindOf(step)) {
    case 'read':
      return [call(1, 'read', {path}), call(2, 'read', {path: pathOf(step + 1)})];
    case 'edit':
      return [
        call(1, 'edit', {path, replace: `const was${step} = ${step};\n`.repeat(8), by: `const is${step} = ${step + 1};\n`.repeat(8)}),
      ];
    case 'shell':
      return [call(1, 'shell', {command: `npm test -- part-${step % 40} --run ${step}`})];
  }
}

function replied(step: number, calls: readonly ToolCall[]): SessionEvent {
  const text: Block = {type: 'text', text: `Step ${step}: what stands there now does not hold for part ${step % 40}, so that comes next.`};
  const usage = {input: 40_000, output: 200, cached: 38_000, cache_written: 1_000};
  const stop = calls.length === 0 ? ('end' as const) : ('calls' as const);
  return {
    type: 'model.replied',
    step,
    content: [text, ...calls],
    stop,
    model: 'test',
    usage,
    usd: 0.01,
    response: sha256(`response ${step}`),
  };
}

function* ran({id, tool}: ToolCall, step: number): Generator<SessionEvent> {
  const kind = tool as Kind;
  yield {type: 'tool.judged', call: id, verdict: {kind: 'allow', rule: 'mode full'}, read_only: kind === 'read'};
  yield {type: 'tool.started', call: id, idempotency_key: sha256(id)};
  const group = {pgid: 1_000 + step, started: String(step), command: `npm test -- part-${step % 40}`};
  if (kind === 'shell') yield {type: 'process.spawned', call: id, group};
  if (kind === 'shell') yield {type: 'process.ended', group, by: 'itself'};
  const path = pathOf(id.endsWith('.2') ? step + 1 : step);
  const touched: FileTouch[] =
    kind === 'shell' ? [] : [{path, access: kind === 'edit' ? 'written' : 'read', sha256: sha256(`${path} ${step}`)}];
  yield {type: 'tool.finished', call: id, outcome: outcomeOf(kind, id), touched};
}

function outcomeOf(kind: Kind, id: CallId): Outcome {
  const shown = excerptOf(id);
  if (kind !== 'shell') return {kind: 'done', shown};
  return {kind: 'ran', exit: 0, signal: null, timedOut: false, shown, settled: 'exit', left_running: []};
}

function excerptOf(name: CallId): Excerpt {
  const blob = sha256(`output ${name}`);
  const none = {bytes: 0, lines: 0, sha256: sha256('')};
  return {
    stdout_sha256: blob,
    blob,
    policy: 'lines/2',
    view: sha256(viewOf(name)),
    kept_head_lines: 60,
    kept_tail_lines: 40,
    truncated: true,
    truncated_lines_count: 212,
    windows: [
      {why: 'head', start: 0, end: 2_411, first: 1, last: 60},
      {why: 'tail', start: 9_871, end: 12_544, first: 273, last: 312},
    ],
    streams: {stdout: {bytes: 12_544, lines: 312, sha256: blob}, stderr: none},
    total: {bytes: 12_544, lines: 312},
    shown: {bytes: 5_240, lines: 102, tokens: 1_310},
    redactions: 0,
  };
}

const treeOf = (step: number): GitTree => sha256(`tree ${step}`).slice(0, 40) as GitTree;
