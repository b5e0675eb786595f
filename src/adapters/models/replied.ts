import type {Block, Failure, Stop, Usage} from '../../core/vocabulary/block.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Reply} from '../../ports/model.ts';
import {parseInput} from './wire-call.ts';

/** What a stream brought, before our call ids are given. `raw` of a call is its arguments as the model wrote them. */
export type Piece =
  | {type: 'text'; text: string}
  | {type: 'thinking'; text: string; provider: string; opaque: unknown}
  | {type: 'call'; provider_id: string | null; tool: string; raw: string};

export type Gathered = {step: number; pieces: readonly Piece[]; stop: Stop; model: string; usage: Usage; raw: unknown};

/** A finished stream as a reply. One that says nothing and calls nothing is a failure, unless the model was cut short or refused. */
export function replied(gathered: Gathered): Reply {
  const {step, pieces, model, raw} = gathered;
  const usage = wholeNumbers(gathered.usage);
  const content = blocks(step, pieces);
  const calls = content.some(block => block.type === 'call');
  const stop = calls && (gathered.stop === 'end' || gathered.stop === 'other') ? 'calls' : gathered.stop;
  if (stop === 'end' && content.every(block => block.type === 'thinking')) return {kind: 'failed', failure: emptyReply(model)};
  return {kind: 'replied', content, stop: stop === 'calls' && !calls ? 'end' : stop, model, usage, raw};
}

/** What a server counts is taken as it says only where it can be a count: the log holds whole numbers. */
function wholeNumbers({input, output, cached, cache_written}: Usage): Usage {
  const whole = (count: number): number => (Number.isFinite(count) && count > 0 ? Math.min(Math.round(count), Number.MAX_SAFE_INTEGER) : 0);
  return {input: whole(input), output: whole(output), cached: whole(cached), cache_written: whole(cache_written)};
}

export const NO_USAGE: Usage = {input: 0, output: 0, cached: 0, cache_written: 0};

function blocks(step: number, pieces: readonly Piece[]): Block[] {
  let calls = 0;
  return pieces
    .filter(piece => piece.type !== 'text' || piece.text !== '')
    .map(piece => {
      if (piece.type !== 'call') return piece;
      calls += 1;
      const {provider_id, tool, raw} = piece;
      return {
        type: 'call',
        id: `${step}.${calls}` as CallId,
        provider_id: provider_id === null ? null : String(provider_id),
        tool: String(tool),
        ...parseInput(raw),
      };
    });
}

function emptyReply(model: string): Failure {
  return {code: 'empty-reply', message: `${model} ended its reply without a word or a call.`, retryable: true};
}
