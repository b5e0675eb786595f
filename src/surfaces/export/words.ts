import {grouped} from '../../core/projections/call-title.ts';
import {receiptLine} from '../../core/projections/receipt-line.ts';
import type {Card} from '../../core/projections/card.ts';
import type {CallCard} from '../../core/projections/transcript.ts';
import type {UsageTotals} from '../../core/projections/usage.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import {readable} from './readable.ts';

/** Of a session without a title, the beginning of its first prompt. */
export function titleOf({title, titled}: Card): string {
  const words = readable(title).replaceAll(/\s+/g, ' ').trim();
  return words === '' ? '(no prompt yet)' : !titled && title.length >= 80 ? `${words}…` : words;
}

/** `2026-11-20 09:00:00 UTC`. */
export const moment = (at: string): string => at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');

/** How long a call took, from its start on the log to its end: `0.4 s`, `12 s`, `3 min 5 s`; '' where it did not start or end. */
export function took({started_at, ended_at}: CallCard): string {
  if (started_at === null || ended_at === null) return '';
  const seconds = Math.max(0, Date.parse(ended_at) - Date.parse(started_at)) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  return rounded < 60 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}

export const used = ({input, cached, output, usd}: UsageTotals): string =>
  `${grouped(input)} tokens in (${grouped(cached)} cached), ${grouped(output)} out · cost ${cost(usd)}`;

/** Null is unknown, which is not nothing. */
function cost(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

export const counted = (count: number, one: string): string => `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;

/** What stands where a part of a text is left out. */
export const leftOut = ({characters, lines}: {characters: number; lines: number}): string =>
  `${counted(lines, 'line')} (${counted(characters, 'character')}) left out here`;

/** The receipt with the sha256 in full. */
export const wholeReceipt = (shown: Excerpt): string => receiptLine(shown).replace(/sha256 \w+/, `sha256 ${shown.stdout_sha256}`);
