import {callTitle, outcomeTitle} from '../../../core/projections/call-title.ts';
import {receiptLine} from '../../../core/projections/receipt-line.ts';
import type {CallCard} from '../../../core/projections/transcript.ts';
import type {ToolCall} from '../../../core/vocabulary/block.ts';
import type {Outcome} from '../../../core/vocabulary/outcome.ts';
import {cut} from './cut.ts';
import {changeLines} from './diff.ts';
import {elapsed} from './elapsed.ts';
import {span, type Line, type Tone} from './line.ts';
import {lastLines, safeLine} from './safe-text.ts';

/** A call that has ended: its title, how it ended, what it changed or last printed, and its receipt. `seen` was seen going by. */
export function finishedCall(card: CallCard & {outcome: Outcome}, seen: readonly string[], width: number): readonly Line[] {
  const {mark, tone} = look(card.outcome);
  const took = card.started_at === null || card.ended_at === null ? '' : elapsed(Date.parse(card.ended_at) - Date.parse(card.started_at));
  const end = [outcomeWords(card), took].filter(text => text !== '').join(' · ');
  const body = [...changed(card, width - 4), ...todoLines(card.call), ...seen.map(text => [span(text, 'muted')])];
  const receipt =
    'shown' in card.outcome && card.outcome.shown !== undefined && card.outcome.shown.total.bytes > 0
      ? [[span(receiptLine(card.outcome.shown, width - 4), 'muted')]]
      : [];
  return [titled({mark, tone}, card.call, {end, width}), ...[...body, ...receipt].map(line => cut([span('    '), ...line], width))];
}

/** A call that runs or waits, in at most two rows. */
export function openCall(
  {call, started_at, verdict}: CallCard,
  {output, now, width}: {output: Uint8Array | undefined; now: number; width: number},
): readonly Line[] {
  const end = started_at !== null ? elapsed(now - Date.parse(started_at)) : verdict?.kind === 'ask' ? 'waits for you' : 'waits';
  const title = titled({mark: started_at === null ? '○' : '●', tone: started_at === null ? 'muted' : 'accent'}, call, {end, width});
  const last = output === undefined ? undefined : lastLines(new TextDecoder().decode(output), 1)[0];
  return last === undefined ? [title] : [title, cut([span('    '), span(last, 'muted')], width)];
}

function titled({mark, tone}: {mark: string; tone: Tone}, call: ToolCall, {end, width}: {end: string; width: number}): Line {
  const tail = end === '' ? [] : [span(` · ${end}`, 'muted')];
  const room = Math.max(Math.floor(width / 2), width - 2 - end.length - 3);
  const title = cut([span(callTitle(call))], room);
  return cut([span(`${mark} `, tone), ...title, ...tail], width);
}

const look = (outcome: Outcome): {mark: string; tone: Tone} => {
  if (outcome.kind === 'done' || (outcome.kind === 'ran' && outcome.exit === 0 && outcome.settled === 'exit'))
    return {mark: '✓', tone: 'good'};
  return outcome.kind === 'lost' ? {mark: '?', tone: 'warning'} : {mark: '✗', tone: 'bad'};
};

// "done" says no more than the mark does.
const outcomeWords = ({outcome}: {outcome: Outcome}): string => (outcome.kind === 'done' ? '' : outcomeTitle(outcome));

const shownChange = 12;

function changed({call, outcome}: CallCard & {outcome: Outcome}, width: number): readonly Line[] {
  return outcome.kind === 'done' ? changeLines(call, {width, height: shownChange}) : [];
}

function todoLines({tool, input}: ToolCall): readonly Line[] {
  const items = tool === 'todo' && typeof input === 'object' && input !== null ? (input as {items?: unknown}).items : undefined;
  return Array.isArray(items) ? items.map(todoLine) : [];
}

function todoLine(item: unknown): Line {
  const {text, state} = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  const words = typeof text === 'string' ? safeLine(text) : '';
  if (state === 'done') return [span(`☑ ${words}`, {tone: 'muted', strike: true})];
  return state === 'doing' ? [span(`▸ ${words}`, {bold: true})] : [span(`☐ ${words}`)];
}
