import {callTitle, outcomeTitle} from '../../../core/projections/call-title.ts';
import {receiptLine} from '../../../core/projections/receipt-line.ts';
import type {Entry} from '../../../core/projections/transcript.ts';
import {unreachable} from '../../../core/log/fold.ts';
import type {Tape} from './tape.ts';

/** The entries of the whole range in which a text stands, ascending. A capital letter in it makes capitals count. */
export function entriesWith(text: string, tape: Tape): readonly number[] {
  const {hidden, last} = tape.range;
  const wanted = folded(text);
  const found: number[] = [];
  for (let item = hidden; item < (tape.shown[last] ?? 0); item++) {
    const entry = tape.entries.at(item);
    if (entry !== undefined && wanted.in(textOf(entry))) found.push(item);
  }
  return found;
}

/** Where a text stands in another, by the same rule: index and length, or null. */
export function placeIn(text: string, row: string): {from: number; to: number} | null {
  const from = isPlain(text) ? row.toLowerCase().indexOf(text) : row.indexOf(text);
  // Letters whose small form is longer would move what stands behind them.
  return from < 0 || (isPlain(text) && row.toLowerCase().length !== row.length) ? null : {from, to: from + text.length};
}

const isPlain = (text: string): boolean => text.toLowerCase() === text;

const folded = (text: string): {in: (whole: string) => boolean} =>
  isPlain(text) ? {in: whole => whole.toLowerCase().includes(text)} : {in: whole => whole.includes(text)};

/** All that an entry says, whether its card shows the whole of it or not. */
function textOf(entry: Entry): string {
  switch (entry.kind) {
    case 'prompt':
    case 'answer':
    case 'thought':
    case 'note':
      return entry.text;
    case 'failure':
      return `${entry.error.message}\n${entry.error.hint ?? ''}`;
    case 'call': {
      const {call, outcome} = entry.card;
      const receipt = 'shown' in outcome && outcome.shown !== undefined ? receiptLine(outcome.shown) : '';
      return [call.id, callTitle(call), ...strings(call.input), outcomeTitle(outcome), receipt].join('\n');
    }
    default:
      return unreachable(entry);
  }
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
