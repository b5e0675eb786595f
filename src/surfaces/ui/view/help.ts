import {grouped} from '../../../core/projections/call-title.ts';
import type {UsageTotals} from '../../../core/projections/usage.ts';

const keys: readonly (readonly [string, string])[] = [
  ['Enter', 'send; while the agent works: send when it rests'],
  ['Ctrl+S, Ctrl+Enter', 'steer: the running turn gets the message with its next request'],
  ['Shift+Enter, Alt+Enter, Ctrl+J, \\ Enter', 'break the line'],
  ['Esc', 'stop the agent; the session goes on afterwards'],
  ['Esc Esc', 'at rest: go back to an earlier prompt'],
  ['Shift+Tab', 'next mode: plan, ask, accept-edits, full'],
  ['↑ ↓', 'what you sent before; in an empty prompt, first what still waits'],
  ['Ctrl+A E, Alt+← →, Ctrl+W K U, Ctrl+Y', 'move, cut, put back'],
  ['Ctrl+C', 'stop the agent, or clear the prompt; twice: quit'],
  ['Ctrl+D', 'quit, where the prompt is empty'],
];

export function helpText(cards: readonly {usage: string; about: string}[]): string {
  return [...keys.map(([key, does]) => `${key}\n    ${does}`), '', ...cards.map(({usage, about}) => `${usage}\n    ${about}`)].join('\n');
}

export function costText({steps, input, output, cached, usd}: UsageTotals): string {
  const share = input === 0 ? 0 : Math.round((100 * cached) / input);
  return [
    `steps   ${steps}`,
    `input   ${grouped(input)} tokens, ${share} % of them from the cache`,
    `output  ${grouped(output)} tokens`,
    `cost    ${costWords(usd)}`,
  ].join('\n');
}

/** Null: the price of a model that was used is not known. */
export function costWords(usd: number | null): string {
  if (usd === null) return 'cost unknown';
  return `$${usd > 0 && usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;
}
