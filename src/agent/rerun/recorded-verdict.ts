import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import {maskedFailure} from '../masking.ts';
import {readInput} from '../moves/judge-call.ts';
import {placeholderRefused} from '../moves/placeholder-refusal.ts';
import type {Scene} from '../scene.ts';
import type {ScoredCall} from './score.ts';

/**
 * What ran then may run now; what did not run then does not run now, whatever the rules would say of it today. A call that this build cannot run as it stands, and one that
 * would reach another process by its number, does not run either.
 */
export async function recordedVerdict(call: ToolCall, was: ScoredCall | undefined, {ports, state}: Scene): Promise<SessionEvent> {
  if (was === undefined || was.started === null) return notRun(call, was?.outcome ?? null);
  const tool = ports.tools.find(({name}) => name === call.tool);
  if (tool === undefined) return denied(call, `There is no tool named "${call.tool}" in this version.`);
  const input = readInput(tool, call);
  const failure = 'failure' in input ? input.failure : placeholderRefused(tool, input.value);
  if (failure !== null) {
    const error = maskedFailure(failure, {ports, state});
    return {type: 'tool.finished', call: call.id, outcome: {kind: 'failed', error}, touched: []};
  }
  const lines = 'value' in input ? tool.subjects(input.value).filter(({kind}) => kind === 'command') : [];
  for (const {text} of lines) {
    const pid = namedProcess((await ports.syntax.parse(text)).commands);
    if (pid !== null) return denied(call, `${byNumber}: ${pid} may be any process by now.`);
  }
  return {
    type: 'tool.judged',
    call: call.id,
    verdict: {kind: 'allow', rule: 'it ran in the session that is run again'},
    read_only: was.read_only,
  };
}

/** The reason of a call that is not run again because it names a process. */
export const byNumber = 'It ends a process by its number';

function notRun(call: ToolCall, outcome: Outcome | null): SessionEvent {
  // Arguments that could not be read were never judged.
  if (outcome?.kind === 'failed')
    return {type: 'tool.finished', call: call.id, outcome: {kind: 'failed', error: outcome.error}, touched: []};
  return denied(call, outcome?.kind === 'refused' ? outcome.reason : 'It did not run in the session that is run again.');
}

const denied = (call: ToolCall, reason: string): SessionEvent => ({
  type: 'tool.judged',
  call: call.id,
  verdict: {kind: 'deny', reason, needs_approval: false},
  read_only: true,
});

/** The number by which a command line ends a process, or a group of them; null where it does not. */
function namedProcess(commands: readonly {words: readonly (string | null)[]}[]): string | null {
  for (const {words} of commands) {
    const [program, ...rest] = words;
    if (program?.split('/').at(-1) !== 'kill') continue;
    const signal = typeof rest[0] === 'string' && /^-(?!-)/.test(rest[0]) ? rest.slice(rest[0] === '-s' || rest[0] === '-n' ? 2 : 1) : rest;
    const named = signal.find(word => typeof word === 'string' && /^-?\d+$/.test(word) && word !== '0');
    if (typeof named === 'string') return named;
  }
  return null;
}
