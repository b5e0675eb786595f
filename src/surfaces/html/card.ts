import {callTitle, outcomeTitle} from '../../core/projections/call-title.ts';
import {receiptLine} from '../../core/projections/receipt-line.ts';
import type {CallCard} from '../../core/projections/transcript.ts';
import {visible, visibleLines} from '../../core/text/visible.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import type {Verdict} from '../../core/vocabulary/verdict.ts';
import {portion} from '../export/portion.ts';
import type {Source} from '../export/source.ts';
import {leftOut, took, wholeReceipt} from '../export/words.ts';
import {coloured} from './coloured.ts';
import {markup, nothing, type Markup} from './markup.ts';

/** What a card is made with: `room` is how many characters of one text are shown. */
export type Showing = {source: Source; room: number};

/** A call: closed it shows what was called, how it ended and its receipt; open, what was asked for and what the model saw. */
export async function card(call: CallCard, showing: Showing): Promise<Markup> {
  const {id} = call.call;
  const {outcome} = call;
  const ended = outcome === null ? 'never ended' : outcomeTitle(outcome);
  const shown = outcome === null ? undefined : shownOf(outcome);
  const {state, mark} = look(outcome);
  return markup`<details class="card ${state}" id="c${id}">
<summary><span class="mark" aria-hidden="true">${mark}</span> <code class="title">${callTitle(call.call)}</code> <span class="end">${[ended, took(call)].filter(Boolean).join(' · ')}</span>${shown === undefined || shown.total.bytes === 0 ? null : markup`<span class="receipt">${receiptLine(shown)}</span>`}</summary>
${asked(call, showing.room)}${outcome === null ? null : await result(outcome, id, showing)}
</details>
`;
}

/** What a call gave back, or what was put in its place. */
export async function result(outcome: Outcome, label: CallId, showing: Showing): Promise<Markup> {
  const why =
    outcome.kind === 'failed'
      ? [outcome.error.message, outcome.error.hint ?? ''].join('\n').trim()
      : outcome.kind === 'refused'
        ? outcome.reason
        : '';
  const shown = shownOf(outcome);
  return markup`${why === '' ? null : markup`<p class="as-typed">${visibleLines(why)}</p>`}${shown === undefined ? null : await output(shown, label, showing)}`;
}

/** The text that the model saw of an output, with its receipt. */
export async function output(shown: Excerpt, label: string, {source, room}: Showing): Promise<Markup> {
  const view = shown.total.bytes === 0 ? null : await source.view(shown, label);
  const text =
    view === null
      ? markup`<p class="none">Nothing was printed.</p>`
      : 'text' in view
        ? seen(view.text, label, room)
        : missing(view.missing);
  return markup`${text}<p class="receipt">${wholeReceipt(shown)}</p>`;
}

export const missing = (why: string): Markup => markup`<p class="missing">${visible(why)}</p>`;

const shownOf = (outcome: Outcome): Excerpt | undefined => ('shown' in outcome ? outcome.shown : undefined);

function look(outcome: Outcome | null): {state: string; mark: string} {
  if (outcome?.kind === 'done' || (outcome?.kind === 'ran' && outcome.exit === 0 && outcome.settled === 'exit'))
    return {state: 'good', mark: '✓'};
  return outcome === null || outcome.kind === 'lost' ? {state: 'unknown', mark: '?'} : {state: 'bad', mark: '✗'};
}

function asked({call, verdict}: CallCard, room: number): Markup {
  const fields = typeof call.input === 'object' && call.input !== null && !Array.isArray(call.input) ? Object.entries(call.input) : [];
  const rows = call.malformed === undefined ? fields : [['as it came', call.malformed] as const];
  const shown = rows.map(([name, value]) => markup`<dt>${visible(name)}</dt><dd>${argument(value, room)}</dd>`);
  return markup`<dl class="asked"><dt>call</dt><dd>${call.id} · ${visible(call.tool)}${verdict === null ? null : markup` · ${verdictWords(verdict)}`}</dd>${shown}</dl>`;
}

function argument(value: unknown, room: number): Markup {
  const text = visibleLines(typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''));
  const {head, left, tail} = portion(text, room);
  return markup`<pre><code>${head}${left === null ? null : gap(leftOut(left))}${tail}</code></pre>`;
}

function verdictWords(verdict: Verdict): string {
  if (verdict.kind === 'allow') return visible(`allowed by ${verdict.rule}`);
  return verdict.kind === 'ask' ? 'waited for an answer' : visible(`refused: ${verdict.reason}`);
}

function seen(text: string, label: string, room: number): Markup {
  const {head, left, tail} = portion(text, room);
  const rest = left === null ? nothing : markup`${gap(leftOut(left))}${coloured(tail)}`;
  return markup`<pre class="output" tabindex="0" role="region" aria-label="What the model saw of ${label}"><code>${coloured(head)}${rest}</code></pre>`;
}

const gap = (words: string): Markup => markup`<span class="gap">⟨${words}⟩
</span>`;
