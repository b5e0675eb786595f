import {callTitle, outcomeTitle} from '../../core/projections/call-title.ts';
import {receiptLine} from '../../core/projections/receipt-line.ts';
import type {Entry} from '../../core/projections/transcript.ts';
import {unreachable} from '../../core/log/fold.ts';
import {visibleLines} from '../../core/text/visible.ts';
import {printable} from './printable.ts';

/** What happened, a line at a time, for terminals without cursor control, for pipes and for logs. */
export function plainLines(entry: Entry): readonly string[] {
  switch (entry.kind) {
    case 'prompt':
      return printable(entry.text)
        .split('\n')
        .map((line, index) => `${index === 0 ? '>' : ' '} ${line}`);
    case 'answer':
      return printable(entry.text).trim().split('\n');
    case 'thought':
      return [];
    case 'call':
      return callLines(entry.card);
    case 'failure':
      return [
        `! ${visibleLines(entry.error.message)}${entry.retry_in_ms === null ? '' : `; trying again in ${(entry.retry_in_ms / 1_000).toFixed(1)} s`}`,
      ];
    case 'note':
      return [`${entry.level === 'info' ? '-' : '!'} ${visibleLines(entry.text)}`];
    default:
      return unreachable(entry);
  }
}

function callLines({call, outcome}: Extract<Entry, {kind: 'call'}>['card']): readonly string[] {
  const title = `* ${callTitle(call)} — ${outcomeTitle(outcome)}`;
  const shown = 'shown' in outcome ? outcome.shown : undefined;
  return shown === undefined || shown.total.bytes === 0 ? [title] : [title, `    ${receiptLine(shown)}`];
}
