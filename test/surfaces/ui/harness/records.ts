import {chainStart} from '../../../../src/core/log/chain.ts';
import {encode} from '../../../../src/core/log/codec.ts';
import type {Block} from '../../../../src/core/vocabulary/block.ts';
import type {Recorded, SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import type {Excerpt} from '../../../../src/core/vocabulary/excerpt.ts';
import type {BlobRef, CallId, RunId, SessionId, Sha256} from '../../../../src/core/vocabulary/ids.ts';
import type {SessionSettings} from '../../../../src/core/vocabulary/settings.ts';

export const id = '0k3v9q2m7x' as SessionId;
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

/** Events as records of one log, a second apart. */
export function recordsOf(
  events: readonly SessionEvent[],
  after: {seq: number; hash: Sha256} = {seq: -1, hash: chainStart(id)},
): readonly Recorded[] {
  const records: Recorded[] = [];
  let last = after;
  for (const event of events) {
    const open = {v: 1 as const, seq: last.seq + 1, at: at(last.seq + 1), prev: last.hash, event};
    const record = {...open, hash: encode(open).hash};
    records.push(record);
    last = record;
  }
  return records;
}

const digest = 'ab12cd34'.repeat(8) as BlobRef;

export const settings: SessionSettings = {
  mode: 'ask',
  model: 'local/qwen3-coder',
  rules: [],
  add_dirs: [],
  headless: false,
  context: {window: 32_000},
  output: {tokens: 2_000, max_stored: 1e9, min_free: 2e9},
  shell: {timeout_ms: 120_000, environment: []},
  limits: {steps: null, tokens: null, usd: null, ms: null},
  retries: {attempts: 3, base_ms: 500},
};

export const opened: SessionEvent = {
  type: 'session.opened',
  session: id,
  run: 'r1' as RunId,
  repo: '/home/u/project',
  place: {kind: 'worktree', root: '/home/u/.agent/worktrees/project/0k3v9q2m7x', cwd: '', head: null},
  settings,
  versions: {program: '0.1.0', assembler: 'a/1', estimator: 'e/1', policy: 'p/1', charter: digest, tools: digest},
  environment: digest,
};

export const call = (name: string, tool: string, input: unknown): Extract<Block, {type: 'call'}> => ({
  type: 'call',
  id: name as CallId,
  provider_id: null,
  tool,
  input,
});

export const assembled = (step: number, through: number, tokens = 1_234): SessionEvent => ({
  type: 'context.assembled',
  step,
  plan: {assembler: 'a/1', budget: 32_000, tokens, through, added: [], masked: [], removed: []},
  max_output: 8_000,
  sha256: digest,
});

export const replied = (step: number, content: readonly Block[]): SessionEvent => ({
  type: 'model.replied',
  step,
  content,
  stop: content.some(({type}) => type === 'call') ? 'calls' : 'end',
  model: settings.model,
  usage: {input: 1_200, output: 80, cached: 600, cache_written: 0},
  usd: 0.0123,
  response: digest,
});

/** What the gate would offer to remember: nothing for what may destroy. */
const grants = {
  'runs-command': {grant: {effect: 'allow', tool: 'shell', pattern: 'npm test'}},
  'writes-worktree': {grant: {effect: 'allow', tool: 'edit', pattern: 'src/sum.js'}},
  destroys: {},
} as const;

export const asks = (name: string, risk: 'runs-command' | 'writes-worktree' | 'destroys' = 'runs-command'): SessionEvent => ({
  type: 'tool.judged',
  call: name as CallId,
  verdict: {kind: 'ask', rule: 'mode ask', risk, ...grants[risk]},
  read_only: false,
});

export const allowed = (name: string): SessionEvent => ({
  type: 'tool.judged',
  call: name as CallId,
  verdict: {kind: 'allow', rule: 'it only reads'},
  read_only: true,
});

export const started = (name: string): SessionEvent => ({type: 'tool.started', call: name as CallId, idempotency_key: digest});

export const ran = (name: string, exit: number, lines: number, receipt: Partial<Excerpt> = {}): SessionEvent => ({
  type: 'tool.finished',
  call: name as CallId,
  outcome: {kind: 'ran', exit, signal: null, timedOut: false, settled: 'exit', left_running: [], shown: {...excerpt(lines), ...receipt}},
  touched: [],
});

export const done = (name: string, lines: number): SessionEvent => ({
  type: 'tool.finished',
  call: name as CallId,
  outcome: {kind: 'done', shown: excerpt(lines)},
  touched: [],
});

export const said = (text: string): Block => ({type: 'text', text});

export const thought = (text: string): Block => ({type: 'thinking', text, provider: 'local', opaque: null});

function excerpt(lines: number): Excerpt {
  const truncated = lines > 100;
  return {
    stdout_sha256: digest,
    blob: digest,
    policy: 'default/1',
    view: digest,
    kept_head_lines: truncated ? 20 : lines,
    kept_tail_lines: truncated ? 50 : 0,
    truncated,
    truncated_lines_count: truncated ? lines - 70 : 0,
    windows: [],
    streams: {stdout: {bytes: lines * 40, lines, sha256: digest}, stderr: {bytes: 0, lines: 0, sha256: digest}},
    total: {bytes: lines * 40, lines},
    shown: {bytes: Math.min(lines, 70) * 40, lines: Math.min(lines, 70), tokens: 500},
    redactions: 0,
  };
}
