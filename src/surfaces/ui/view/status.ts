import {isBusy, type Ui} from '../state.ts';
import {elapsed} from './elapsed.ts';
import {costWords} from './help.ts';
import {lineWidth, span, type Line, type Span, type Tone} from './line.ts';
import {safeLine} from './safe-text.ts';
import {cut} from './cut.ts';
import {oneRow, thoughtLine} from './item.ts';

/** What the agent does now; null where it rests. */
export function activityLines(ui: Ui, width: number): readonly Line[] {
  if (!isBusy(ui)) return [];
  if (ui.dialog !== null && ui.dialog.kind !== 'confirm-full') return [];
  const took = elapsed(Math.max(1000, ui.now - (ui.working?.since ?? ui.now)));
  const {waiting, thinking, text, calling} = ui.live;
  if (waiting !== null)
    return [
      cut(
        [
          span('↻ ', 'warning'),
          span(`retrying in ${elapsed(Math.max(1000, waiting.until - ui.now))}: ${safeLine(waiting.why)}`, 'warning'),
        ],
        width,
      ),
    ];
  const doing = calling !== null ? `writing ${safeLine(calling)}` : thinking !== '' && text === '' ? 'thinking' : 'working';
  const line = cut([span('✳ ', 'accent'), span(`${doing} ${took}`), span(' · esc to interrupt', 'muted')], width);
  return thinking === '' || text !== '' || ui.live.committed !== '' ? [line] : [line, thoughtLine(thinking, width)];
}

const shownQueue = 3;

/** Messages that wait for the agent to rest. */
export function queueLines({queue}: Ui, width: number): readonly Line[] {
  const rows = queue.slice(0, shownQueue).map(text => cut([span('queued ', 'muted'), ...oneRow(text, width - 7)], width));
  return queue.length > shownQueue ? [...rows, [span(`… ${queue.length - shownQueue} more queued`, 'muted')]] : rows;
}

const modeTones: Readonly<Record<string, Tone>> = {plan: 'accent', ask: 'good', 'accept-edits': 'warning', full: 'bad'};

/** Mode, model, context, cost and session in one row. Where it is narrow the least needed goes first. */
export function statusLine(ui: Ui, width: number): Line {
  const {settings, usage} = ui.session;
  const mode = settings?.mode ?? 'ask';
  const parts: readonly {keep: number; part: Span}[] = [
    {keep: 5, part: span(mode, modeTones[mode] ?? 'muted')},
    {keep: 3, part: span(safeLine(settings?.model ?? ''), 'muted')},
    {keep: 4, part: span(contextWords(usage.newest.estimated, usage.newest.budget || (settings?.context.window ?? 0)), 'muted')},
    {keep: 2, part: span(costWords(usage.usd), 'muted')},
    {keep: 1, part: span(ui.id, 'muted')},
  ];
  const kept = [...parts];
  while (kept.length > 1 && lineWidth(joined(kept)) > width)
    kept.splice(kept.indexOf(kept.reduce((least, each) => (each.keep < least.keep ? each : least))), 1);
  return cut(joined(kept), width);
}

const joined = (parts: readonly {part: Span}[]): Line =>
  parts.flatMap(({part}, index) => (index === 0 ? [part] : [span(' · ', 'muted'), part]));

const contextWords = (used: number, budget: number): string =>
  budget === 0 ? `${thousands(used)} tokens` : `${thousands(used)}/${thousands(budget)} (${Math.round((100 * used) / budget)} %)`;

function thousands(count: number): string {
  return count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0).replace(/\.0$/, '')}k`;
}
