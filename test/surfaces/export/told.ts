import {sha256} from '../../../src/core/log/chain.ts';
import type {ToolCall} from '../../../src/core/vocabulary/block.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {Excerpt} from '../../../src/core/vocabulary/excerpt.ts';
import type {CallId, GitTree, SessionId} from '../../../src/core/vocabulary/ids.ts';
import {outlineOf} from '../../../src/surfaces/export/outline.ts';
import type {Outline} from '../../../src/surfaces/export/outline.ts';
import type {Diff, Source} from '../../../src/surfaces/export/source.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';

/** A session to be written out that lies in memory: its events and the texts of its outputs, by their views. */
export class Told {
  readonly events: SessionEvent[] = [referenceSession[0]!];
  readonly views = new Map<string, string>();
  diff = 'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n--- old\n+++ new\n';
  #step = 0;

  add(...events: SessionEvent[]): this {
    this.events.push(...events);
    return this;
  }

  prompt(text: string): this {
    return this.add({type: 'user.prompted', text});
  }

  /** One step: an answer, and calls that all ended with these outputs. */
  step(text: string, calls: readonly {tool?: string; input: unknown; output: string; exit?: number}[] = []): this {
    const step = ++this.#step;
    const asked = calls.map(({tool = 'shell', input}, at): ToolCall => ({
      type: 'call',
      id: `${step}.${at + 1}` as CallId,
      provider_id: null,
      tool,
      input,
    }));
    this.add({
      type: 'model.replied',
      step,
      content: [{type: 'text', text}, ...asked],
      stop: 'end',
      model: 'test',
      usage: {input: 10, output: 5, cached: 0, cache_written: 0},
      usd: null,
      response: sha256('response'),
    });
    for (const [at, {id}] of asked.entries()) this.#run(id, calls[at]!);
    return this;
  }

  checkpoint(tree: string): this {
    return this.add({type: 'files.checkpointed', step: this.#step, tree: tree.repeat(40) as GitTree, changed: ['a.ts'], left_out: []});
  }

  excerpt(text: string): Excerpt {
    const view = sha256(text);
    this.views.set(view, text);
    const [bytes, lines] = [Buffer.byteLength(text), text === '' ? 0 : text.replace(/\n$/, '').split('\n').length];
    return {
      stdout_sha256: view,
      blob: view,
      policy: 'lines/2',
      view,
      kept_head_lines: lines,
      kept_tail_lines: 0,
      truncated: false,
      truncated_lines_count: 0,
      windows: lines === 0 ? [] : [{why: 'head', start: 0, end: bytes, first: 1, last: lines}],
      streams: {stdout: {bytes, lines, sha256: view}, stderr: {bytes: 0, lines: 0, sha256: sha256('')}},
      total: {bytes, lines},
      shown: {bytes, lines, tokens: Math.ceil(bytes / 4)},
      redactions: 0,
    };
  }

  #run(call: CallId, {output, exit = 0}: {output: string; exit?: number}): void {
    const ran = {kind: 'ran' as const, exit, signal: null, timedOut: false, settled: 'exit' as const, left_running: []};
    this.add(
      {type: 'tool.judged', call, verdict: {kind: 'allow', rule: 'mode full'}, read_only: false},
      {type: 'tool.started', call, idempotency_key: sha256(call)},
      {type: 'tool.finished', call, outcome: {...ran, shown: this.excerpt(output)}, touched: []},
    );
  }

  source(): Source {
    const {records} = recordsOf(this.events);
    return {
      session: 'session000' as SessionId,
      records: async function* () {
        yield* records;
      },
      view: async ({view}) => {
        const text = this.views.get(view);
        return text === undefined ? {missing: 'It is gone.'} : {text};
      },
      diff: async (_change, limit): Promise<Diff> => {
        const lines = this.diff.split('\n').length - 1;
        const text = this.diff.length <= limit ? this.diff : this.diff.slice(0, this.diff.lastIndexOf('\n', limit) + 1);
        return {text, lines, shown: text.split('\n').length - 1};
      },
    };
  }

  /** The session written out by `write`. */
  async written(write: (outline: Outline, source: Source) => AsyncIterable<string>): Promise<string> {
    const source = this.source();
    let text = '';
    for await (const piece of write(await outlineOf(source), source)) text += piece;
    return text;
  }
}

/** A session with something of everything that a page or a document has to show. */
export function everything(): Told {
  const told = new Told();
  return told
    .add({type: 'worktree.prepared', base: 'a'.repeat(40) as GitTree, head: null, left_out: [], dependencies: []})
    .prompt('Mend the test.\nAnd `say` how *it* went <b>now</b>.')
    .step('I **look** first, at [the page](https://example.org/a?b=1&c=2).', [
      {
        input: {command: 'npm test', timeout_ms: 1000},
        output: '\u001b[31mfailed\u001b[0m \u001b[1;38;5;10mbut\u001b[m \u001b]0;title\u0007plain\n',
        exit: 1,
      },
      {tool: 'read', input: {path: 'a.ts'}, output: 'one\ntwo\n'},
    ])
    .checkpoint('b')
    .add({type: 'user.steered', text: 'Quickly, please.'})
    .add({
      type: 'model.failed',
      step: 2,
      attempt: 1,
      error: {code: 'busy', message: 'The server is busy.', retryable: true},
      retry_in_ms: 5,
    })
    .step(answerOfAll)
    .prompt('And the next?')
    .step('Here.', [{tool: 'edit', input: {path: 'b.ts', old: '<a>', new: '</script><script>x</script>'}, output: ''}])
    .add({type: 'result.replaced', call: '3.1' as CallId, outcome: {kind: 'done', shown: told.excerpt('put here by hand\n')}})
    .add({type: 'degraded', what: 'disk', why: 'The disk is nearly full.'})
    .step('Last.', [{input: {command: 'true'}, output: 'ok\n'}]);
}

const answerOfAll = `# Done

It is *mended*: \`a < b\`, ~~not~~ **so**. A line\\
break, <https://example.org>, ![no picture](https://example.org/p.png), [bad](javascript:alert(1)), <img src=x onerror=alert(1)>

<script>alert(1)</script>

1. one
2. two
   - [x] done
   - [ ] open

> quoted

| a | b |
| --- | --- |
| 1 | \`2\` |

---

\`\`\`ts
const open = '<!--';
`;
