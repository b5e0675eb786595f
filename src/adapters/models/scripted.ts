import {setTimeout as sleep} from 'node:timers/promises';
import type {Failure, Usage} from '../../core/vocabulary/block.ts';
import type {Model, ModelProgress, Prompt, Reply} from '../../ports/model.ts';
import {INTERRUPTED} from './failures.ts';
import type {Piece} from './replied.ts';
import {replied} from './replied.ts';
import {requestText} from './request-text.ts';
import type {Script, ScriptedReply} from './script.ts';
import {filled} from './script-fill.ts';
import {unmet} from './script-expect.ts';

/**
 * A model that reads its replies from a script. Which one is next follows from the step alone, so that a resumed session goes on where it
 * stood. A request that is not what the script expects fails, and says in what.
 */
export function scripted(script: Script, name = `scripted/${script.name ?? 'script'}`): Model {
  const attempts = new Map<number, number>();
  return {
    name,
    window: script.window ?? 200_000,
    price: {input: 0, output: 0, cached: 0, cache_written: 0, as_of: 'scripted'},
    reply: async (prompt, show, signal) => {
      const attempt = (attempts.get(prompt.step) ?? 0) + 1;
      attempts.set(prompt.step, attempt);
      return answer(script, {name, prompt, show, signal, attempt});
    },
  };
}

type Request = {name: string; prompt: Prompt; show: (progress: ModelProgress) => void; signal: AbortSignal; attempt: number};

async function answer(script: Script, request: Request): Promise<Reply> {
  const {prompt, signal, attempt} = request;
  const reply = script.replies[prompt.step - 1] ?? (script.repeat_last === true ? script.replies.at(-1) : undefined);
  if (reply === undefined) return failed(mismatch(prompt, `the script ends after reply ${script.replies.length}`));
  const problem = unmet(reply, prompt);
  if (problem !== null) return failed(mismatch(prompt, problem));
  const pieces = written(reply, prompt);
  if ('problem' in pieces) return failed(mismatch(prompt, pieces.problem));
  if (!(await waited(reply.delay_ms ?? 0, signal))) return failed(INTERRUPTED);
  if (reply.fail !== undefined && attempt <= (reply.fail.times ?? Infinity)) return failed(scriptedFailure(reply.fail));
  if (!(await streamed(pieces.pieces, reply, request))) return failed(INTERRUPTED);
  return replied({
    step: prompt.step,
    ...pieces,
    stop: reply.stop ?? 'end',
    model: request.name,
    usage: usage(reply, prompt, pieces.pieces),
    raw: reply,
  });
}

function failed(failure: Failure): Reply {
  return {kind: 'failed', failure};
}

function mismatch({step}: Prompt, problem: string): Failure {
  return {code: 'script-mismatch', message: `Reply ${step} of the script: ${problem}.`, retryable: false};
}

function scriptedFailure({code, message, retryable, retry_after_ms}: NonNullable<ScriptedReply['fail']>): Failure {
  return {code, message: message ?? `The script says: ${code}.`, retryable, ...(retry_after_ms === undefined ? {} : {retry_after_ms})};
}

function written(reply: ScriptedReply, prompt: Prompt): {pieces: Piece[]} | {problem: string} {
  const pieces: Piece[] = [];
  if (reply.thinking !== undefined) pieces.push({type: 'thinking', text: reply.thinking, provider: 'scripted', opaque: null});
  if (reply.text !== undefined) pieces.push({type: 'text', text: reply.text});
  for (const {tool, input} of reply.calls ?? []) {
    const fill = filled(input ?? {}, requestText(prompt));
    if ('problem' in fill) return fill;
    // A string stands for arguments just as a careless model would write them.
    const raw = typeof fill.value === 'string' ? fill.value : JSON.stringify(fill.value);
    pieces.push({type: 'call', provider_id: null, tool, raw});
  }
  return {pieces};
}

/** False where the signal ended it. */
async function streamed(pieces: readonly Piece[], reply: ScriptedReply, {show, signal}: Request): Promise<boolean> {
  for (const piece of pieces) {
    if (piece.type === 'call') show({type: 'calling', tool: piece.tool});
    else {
      for (const delta of piece.text.match(/\s*\S+\s*/g) ?? []) {
        show({type: piece.type, delta});
        if (!(await waited(reply.stream_delay_ms ?? 0, signal))) return false;
      }
    }
  }
  return !signal.aborted;
}

/** False where the signal ended it: the timer goes with it. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms === 0 || signal.aborted) return Promise.resolve(!signal.aborted);
  return sleep(ms, true, {signal}).catch(() => false);
}

/** Four bytes a token, as the deterministic estimator counts, unless the script says its own figures. */
function usage(reply: ScriptedReply, prompt: Prompt, pieces: readonly Piece[]): Usage {
  const output = pieces.map(piece => (piece.type === 'call' ? piece.tool + piece.raw : piece.text)).join('');
  const given = reply.usage ?? {};
  return {
    input: given.input ?? tokens(requestText(prompt)),
    output: given.output ?? tokens(output),
    cached: given.cached ?? 0,
    cache_written: given.cache_written ?? 0,
  };
}

function tokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
