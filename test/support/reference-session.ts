import type {Excerpt} from '../../src/core/vocabulary/excerpt.ts';
import type {SessionEvent, Versions} from '../../src/core/vocabulary/event.ts';
import type {CallId, GitTree, RunId, SessionId} from '../../src/core/vocabulary/ids.ts';
import type {SessionSettings} from '../../src/core/vocabulary/settings.ts';
import {sha256} from '../../src/core/log/chain.ts';

export const settings: SessionSettings = {
  mode: 'full',
  model: 'scripted/test',
  rules: [],
  add_dirs: [],
  headless: true,
  context: {window: 32_000},
  output: {tokens: 2_000, max_stored: 1e9, min_free: 0},
  shell: {timeout_ms: 60_000, environment: []},
  limits: {steps: null, tokens: null, usd: null, ms: null},
  retries: {attempts: 3, base_ms: 1},
};

const excerpt = (text: string): Excerpt => {
  const blob = sha256(text);
  const bytes = Buffer.byteLength(text);
  const lines = text === '' ? 0 : text.trimEnd().split('\n').length;
  return {
    stdout_sha256: blob,
    blob,
    policy: 'lines/1',
    view: blob,
    kept_head_lines: lines,
    kept_tail_lines: 0,
    truncated: false,
    truncated_lines_count: 0,
    windows: lines === 0 ? [] : [{why: 'head', start: 0, end: bytes, first: 1, last: lines}],
    streams: {stdout: {bytes, lines, sha256: blob}, stderr: {bytes: 0, lines: 0, sha256: sha256('')}},
    total: {bytes, lines},
    shown: {bytes, lines, tokens: Math.ceil(bytes / 4)},
    redactions: 0,
  };
};

const tree = 'a'.repeat(40) as GitTree;
const delta = (through: number) => ({assembler: 'trace/1', budget: 30_000, tokens: 100, through, added: [], masked: [], removed: []});
const usage = {input: 10, output: 5, cached: 0, cache_written: 0};
const ran = (exit: number, text: string) => ({
  kind: 'ran' as const,
  exit,
  signal: null,
  timedOut: false,
  shown: excerpt(text),
  settled: 'exit' as const,
  left_running: [],
});
const calls = {a: '1.1' as CallId, b: '1.2' as CallId, c: '2.1' as CallId};

export const versions: Versions = {
  program: '0.1.0',
  assembler: 'trace/1',
  estimator: 'bytes4/1',
  policy: 'lines/1',
  charter: sha256('charter'),
  tools: sha256('tools'),
};

/** A whole turn with parallel reads, a write, a failed request and a checkpoint: events of most types in an order that really happens. */
export const referenceSession: readonly SessionEvent[] = [
  {
    type: 'session.opened',
    session: 'session000' as SessionId,
    run: 'run00000' as RunId,
    repo: '/repo',
    place: {kind: 'worktree', root: '/home/worktrees/repo/session000', cwd: '', head: 'b'.repeat(40)},
    settings,
    versions,
    environment: sha256('environment'),
  },
  {type: 'user.prompted', text: 'Mend the test. Привет, 世界, \u2028 and a lone \ud800'},
  {
    type: 'context.assembled',
    step: 1,
    plan: {...delta(1), added: [{layer: 'L2', ref: {seq: 1}, as: 'whole', tokens: 20}]},
    max_output: 8_000,
    sha256: sha256('prompt 1'),
  },
  {type: 'worktree.prepared', base: tree, head: 'b'.repeat(40), left_out: [], dependencies: ['node_modules']},
  {type: 'model.failed', step: 1, attempt: 1, error: {code: 'overloaded', message: 'The server is busy.', retryable: true}, retry_in_ms: 5},
  {
    type: 'model.replied',
    step: 1,
    content: [
      {type: 'text', text: 'I look first.'},
      {type: 'call', id: calls.a, provider_id: 'x', tool: 'read', input: {path: 'a.ts'}},
      {type: 'call', id: calls.b, provider_id: 'x', tool: 'grep', input: {pattern: 'b'}},
    ],
    stop: 'calls',
    model: 'test',
    usage,
    usd: 0.5,
    response: sha256('response 1'),
  },
  {type: 'tool.judged', call: calls.a, verdict: {kind: 'allow', rule: 'reads'}, read_only: true},
  {type: 'tool.judged', call: calls.b, verdict: {kind: 'ask', rule: 'mode ask', risk: 'reads'}, read_only: true},
  {type: 'tool.started', call: calls.a, idempotency_key: sha256('1.1')},
  {type: 'human.answered', call: calls.b, answer: 'allow'},
  {type: 'tool.started', call: calls.b, idempotency_key: sha256('1.2')},
  {type: 'tool.finished', call: calls.b, outcome: {kind: 'done', shown: excerpt('b\n')}, touched: []},
  {
    type: 'tool.finished',
    call: calls.a,
    outcome: {kind: 'done', shown: excerpt('a\n')},
    touched: [{path: 'a.ts', access: 'read', sha256: sha256('a')}],
  },
  {type: 'context.assembled', step: 2, plan: delta(12), max_output: 8_000, sha256: sha256('prompt 2')},
  {
    type: 'model.replied',
    step: 2,
    content: [
      {type: 'thinking', text: 'hm', provider: 'test', opaque: {signature: 's'}},
      {type: 'call', id: calls.c, provider_id: null, tool: 'shell', input: {command: 'npm test'}},
    ],
    stop: 'calls',
    model: 'test',
    usage,
    usd: 0.5,
    response: sha256('response 2'),
  },
  {type: 'tool.judged', call: calls.c, verdict: {kind: 'allow', rule: 'mode full'}, read_only: false},
  {type: 'tool.started', call: calls.c, idempotency_key: sha256('2.1')},
  {type: 'process.spawned', call: calls.c, group: {pgid: 4242, started: '1', command: 'npm test'}},
  {type: 'process.ended', group: {pgid: 4242, started: '1', command: 'npm test'}, by: 'itself'},
  {type: 'tool.finished', call: calls.c, outcome: ran(1, 'failed\n'), touched: []},
  {type: 'files.checkpointed', step: 2, tree, changed: ['a.ts'], left_out: []},
  {type: 'context.assembled', step: 3, plan: delta(20), max_output: 8_000, sha256: sha256('prompt 3')},
  {
    type: 'model.replied',
    step: 3,
    content: [{type: 'text', text: 'Done.'}],
    stop: 'end',
    model: 'test',
    usage,
    usd: null,
    response: sha256('response 3'),
  },
];
