import type {ToolCall} from '../vocabulary/block.ts';
import type {Outcome} from '../vocabulary/outcome.ts';
import {unreachable} from '../log/fold.ts';
import {visible} from '../text/visible.ts';

/** A call in one line: `shell npm test`, `read src/a.ts`. What a terminal would obey or hide is written out. */
export function callTitle({tool, input, malformed}: ToolCall): string {
  if (malformed !== undefined || typeof input !== 'object' || input === null) return visible(tool);
  const fields = input as Record<string, unknown>;
  const main = ['command', 'pattern', 'path', 'output', 'read', 'stop']
    .map(name => fields[name])
    .find(value => typeof value === 'string' && value !== '');
  return typeof main === 'string' ? visible(`${tool} ${main.replaceAll(/[ \t]*\n[ \t]*/g, ' ⏎ ')}`) : visible(tool);
}

/** How a call ended in a few words: `exit 1`, `refused`, `failed: not-found`. */
export function outcomeTitle(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ran':
      if (outcome.settled !== 'exit')
        return {timeout: 'timed out', interrupt: 'interrupted', 'output-limit': 'ended: too much output'}[outcome.settled];
      return outcome.signal === null ? `exit ${outcome.exit ?? '?'}` : `ended by ${outcome.signal}`;
    case 'done':
      return 'done';
    case 'failed':
      return visible(`failed: ${outcome.error.message.split('\n')[0] ?? outcome.error.code}`);
    case 'refused':
      return visible(`refused: ${outcome.reason.split('\n')[0] ?? ''}`);
    case 'lost':
      return 'outcome unknown';
    default:
      return unreachable(outcome);
  }
}

export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
