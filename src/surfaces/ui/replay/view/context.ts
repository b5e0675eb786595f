import {grouped} from '../../../../core/projections/call-title.ts';
import {safeLine} from '../../view/safe-text.ts';
import {cut} from '../../view/cut.ts';
import {span, type Line, type Tone} from '../../view/line.ts';
import type {ContextItem, RequestContext} from '../context-at.ts';

export function contextTitle({step, tokens, budget}: RequestContext): Line {
  const share = budget === 0 ? '' : ` of ${grouped(budget)} (${Math.round((100 * tokens) / budget)} %)`;
  return [span(`Request of step ${step}`, {bold: true}), span(` · ${grouped(tokens)} tokens${share}`, 'muted')];
}

/** One row for each item of the request: who, how it stood in it, its tokens, and its first words. */
export function contextRows({items, fixed, left_out, assembler, sha256}: RequestContext, width: number): readonly Line[] {
  const columns = Math.max(6, ...items.map(({tokens}) => grouped(tokens).length), grouped(fixed).length);
  return [
    row({who: 'fixed', tokens: fixed, what: 'the charter and the tools', tone: 'muted', as: 'whole'}, columns, width),
    ...items.map(item => row({...item, tone: tones[item.who]}, columns, width)),
    ...(left_out === 0
      ? []
      : [cut([span(`${grouped(left_out)} earlier ${left_out === 1 ? 'entry' : 'entries'} gave way`, 'warning')], width)]),
    cut([span(`assembler ${safeLine(assembler)} · sha256 ${sha256}`, 'muted')], width),
  ];
}

type Shown = Omit<ContextItem, 'who' | 'seq'> & {who: string; tone: Tone};

function row({who, as, tokens, what, tone}: Shown, columns: number, width: number): Line {
  return cut(
    [
      span(who.padEnd(7), tone),
      span(`${grouped(tokens).padStart(columns)} `, 'muted'),
      span(as === 'masked' ? 'masked ' : 'whole  ', as === 'masked' ? 'warning' : 'muted'),
      span(safeLine(what)),
    ],
    width,
  );
}

const tones: Readonly<Record<ContextItem['who'], Tone>> = {user: 'accent', model: 'good', result: 'code', note: 'warning'};
