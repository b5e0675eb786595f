import {unreachable} from '../log/fold.ts';
import type {ToolCall} from '../vocabulary/block.ts';
import type {CallId} from '../vocabulary/ids.ts';
import type {Pending, Turn} from './turn.ts';

/** What the loop may do. Moves that are returned together may run at the same time. */
export type Move =
  | {do: 'prepare-worktree'}
  | {do: 'assemble'; step: number; squeeze: number}
  | {do: 'ask-model'; step: number; attempt: number; wait_ms: number; squeeze: number}
  | {do: 'judge'; call: ToolCall}
  | {do: 'run'; call: ToolCall; read_only: boolean}
  | {do: 'refuse'; call: CallId; reason: string}
  | {do: 'declare-lost'; call: CallId}
  | {do: 'checkpoint'; step: number};

/** The agent's whole control flow, pure: the same log always gives the same moves, so resuming needs no loop of its own. No moves is rest. */
export function next(turn: Turn): readonly Move[] {
  const kept = [...lost(turn), ...save(turn)];
  switch (turn.owes) {
    case 'human':
      return kept;
    case 'request':
      return [...kept, {do: 'assemble', step: turn.step + 1, squeeze: turn.squeeze}];
    case 'reply':
      return [
        ...kept,
        {do: 'ask-model', step: turn.step, attempt: turn.attempt + 1, wait_ms: turn.wait_ms, squeeze: turn.squeeze},
        ...prepare(turn),
      ];
    case 'calls':
      return [...kept, ...prepare(turn), ...nextCalls(turn)];
    default:
      return unreachable(turn.owes);
  }
}

/** Names a move: one that is under way is not started again. */
export function moveKey(move: Move): string {
  switch (move.do) {
    case 'prepare-worktree':
      return move.do;
    case 'assemble':
      return `${move.do} ${move.step} ${move.squeeze}`;
    case 'ask-model':
      return `${move.do} ${move.step} ${move.attempt} ${move.squeeze}`;
    case 'checkpoint':
      return `${move.do} ${move.step}`;
    case 'judge':
    case 'run':
      return `${move.do} ${move.call.id}`;
    case 'refuse':
    case 'declare-lost':
      return `${move.do} ${move.call}`;
    default:
      return unreachable(move);
  }
}

// Not before a request is under way: the user waits for the first word, and the worktree for the first call.
const prepare = (turn: Turn): readonly Move[] => (turn.place === 'planned' ? [{do: 'prepare-worktree'}] : []);

// Calls of one step share a checkpoint; the next step's writes wait for it, so that every step's files can be restored.
const save = (turn: Turn): readonly Move[] =>
  turn.unsaved !== null && turn.place === 'ready' && (turn.owes !== 'calls' || turn.unsaved < turn.step)
    ? [{do: 'checkpoint', step: turn.unsaved}]
    : [];

const lost = (turn: Turn): readonly Move[] =>
  [...turn.calls.values()]
    .filter(pending => pending.at === 'started' && pending.earlier)
    .map(({call}) => ({do: 'declare-lost', call: call.id}));

// Before the worktree is there, no path can be resolved, so no rule about one can be kept: calls wait to be judged.
// And before it is on the log what was lost, none is judged: it could be one that has to wait until somebody looked.
function nextCalls(turn: Turn): readonly Move[] {
  if (turn.place !== 'ready' || lost(turn).length > 0) return [];
  const moves: Move[] = [];
  let openBefore = false;
  let writeBefore = false;
  const unsaved = turn.unsaved !== null && turn.unsaved < turn.step;
  let unjudgedBefore = false;
  for (const pending of turn.calls.values()) {
    const move = moveOf(pending, {
      free: isReadOnly(pending) ? !writeBefore : !openBefore && !unsaved,
      judge: !unjudgedBefore,
    });
    if (move !== null) moves.push(move);
    if (pending.at === 'finished') continue;
    openBefore = true;
    writeBefore ||= !isReadOnly(pending);
    unjudgedBefore ||= pending.at === 'proposed' || pending.at === 'asking';
  }
  return moves;
}

// Calls are judged one after the other, so that an answer for the session already counts for the call behind it.
function moveOf(pending: Pending, may: {free: boolean; judge: boolean}): Move | null {
  switch (pending.at) {
    case 'proposed':
      return may.judge ? {do: 'judge', call: pending.call} : null;
    case 'allowed':
      return may.free ? {do: 'run', call: pending.call, read_only: pending.read_only} : null;
    case 'refused':
      return {do: 'refuse', call: pending.call.id, reason: pending.reason};
    case 'asking':
    case 'started':
    case 'finished':
      return null;
    default:
      return unreachable(pending);
  }
}

const isReadOnly = (pending: Pending): boolean => pending.at === 'refused' || ('read_only' in pending && pending.read_only);
