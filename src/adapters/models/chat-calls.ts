import type {ChatCallDelta} from './chat-chunk.ts';
import type {Piece} from './replied.ts';
import {isObject, parseInput} from './wire-call.ts';

type Call = {index: number | null; provider_id: string | null; tool: string; raw: string};

/**
 * Puts the fragments of tool calls together. By the book each has an index, and the first an id and a name; in the wild the index may be
 * missing or always 0, the id missing, repeated or new, and a whole call may come at once.
 */
export function chatCalls(named: (tool: string) => void): {
  take: (delta: ChatCallDelta) => void;
  pieces: () => Extract<Piece, {type: 'call'}>[];
} {
  const calls: Call[] = [];
  return {
    take: delta => {
      const name = delta.function?.name || '';
      const call = continued(calls, delta) ?? begun(calls, delta);
      call.provider_id ??= delta.id || null;
      if (name !== '' && call.tool === '') {
        call.tool = name;
        named(name);
      }
      call.raw += argumentText(delta);
    },
    pieces: () => calls.map(({provider_id, tool, raw}) => ({type: 'call', provider_id, tool, raw})),
  };
}

/** The call that this fragment goes on with; null where it begins a new one. */
function continued(calls: readonly Call[], delta: ChatCallDelta): Call | null {
  const {index, id} = delta;
  const call =
    typeof index === 'number' ? calls.findLast(each => each.index === index) : calls.findLast(each => !id || each.provider_id === id);
  if (call === undefined) return null;
  const name = delta.function?.name || '';
  if (name === '') return call;
  const otherName = call.tool !== '' && call.tool !== name;
  const otherId = Boolean(id) && call.provider_id !== null && call.provider_id !== id;
  // A repeated name goes on with its call, unless that call is complete already and more arguments come.
  const isWhole = isComplete(call.raw) && argumentText(delta).trim() !== '';
  return otherId || otherName || isWhole ? null : call;
}

function begun(calls: Call[], delta: ChatCallDelta): Call {
  const call = {index: delta.index ?? null, provider_id: null, tool: '', raw: ''};
  calls.push(call);
  return call;
}

/** Some servers send the arguments as an object and not as text. */
function argumentText(delta: ChatCallDelta): string {
  const given = delta.function?.arguments;
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '' : JSON.stringify(given);
}

function isComplete(raw: string): boolean {
  return raw.trim() !== '' && isObject(parseInput(raw).input);
}
