import {looksAt, type Look} from '../../core/policy/looks.ts';
import {unseen} from '../../core/projections/closed-gates.ts';
import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {CallId} from '../../core/vocabulary/ids.ts';
import type {Outcome} from '../../core/vocabulary/outcome.ts';
import type {Scene} from '../scene.ts';
import type {Subject} from '../tool.ts';
import {readInput} from './judge-call.ts';

type Closed = Extract<SessionEvent, {type: 'gate.closed'}>;
type Opened = Extract<SessionEvent, {type: 'gate.opened'}>;

/** What a lost call may have changed: the files that it names, else anything in the worktree. One that only read has changed nothing. */
export async function gatesClosed(id: CallId, scene: Scene): Promise<readonly Closed[]> {
  const pending = scene.state().turn.calls.get(id);
  if (pending === undefined || pending.at !== 'started' || pending.read_only) return [];
  const found = subjectsOf(pending.call, scene);
  const paths = found.every(({kind}) => kind === 'path') ? await shownPaths(found, scene) : [];
  const subjects = paths.length === 0 ? ['.'] : [...new Set(paths)];
  return subjects.map(subject => ({type: 'gate.closed', subject, why: 'lost', call: id}));
}

/** The closed gates that a reading call opens when it ends well: it has looked at what was not known. */
export async function gatesOpened(call: ToolCall, outcome: Outcome, scene: Scene): Promise<() => readonly Opened[]> {
  const pending = scene.state().turn.calls.get(call.id);
  const looked = pending?.at === 'started' && pending.read_only && scene.state().gates.size > 0 && hasSeen(outcome);
  const look = looked ? await lookOf(call, scene) : null;
  if (look === null) return () => [];
  // Another call may have looked in the meantime.
  return () =>
    unseen(scene.state().gates)
      .filter(subject => looksAt(look, subject))
      .map(subject => ({type: 'gate.opened', subject, by: call.id}));
}

/** That a file is not there is an answer too; `grep` and `diff` end with 1 where they have one. */
function hasSeen(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'done':
      return true;
    case 'ran':
      return outcome.settled === 'exit' && (outcome.exit === 0 || outcome.exit === 1);
    case 'failed':
      return outcome.error.code === 'not-found';
    default:
      return false;
  }
}

async function lookOf(call: ToolCall, scene: Scene): Promise<Look | null> {
  const {place} = scene.state().changes;
  if (place === null) return null;
  const subjects = subjectsOf(call, scene);
  const command = subjects.find(({kind}) => kind === 'command');
  if (command !== undefined) return {root: place.root, cwd: place.cwd, parsed: await scene.ports.syntax.parse(command.text)};
  const paths = subjects.filter(({kind}) => kind === 'path');
  return paths.length === 0 ? null : {root: place.root, cwd: place.cwd, paths: await shownPaths(paths, scene)};
}

function subjectsOf(call: ToolCall, {ports}: Scene): readonly Subject[] {
  const tool = ports.tools.find(({name}) => name === call.tool);
  if (tool === undefined) return [];
  const input = readInput(tool, call);
  return 'failure' in input ? [] : tool.subjects(input.value);
}

async function shownPaths(subjects: readonly Subject[], {ports, state}: Scene): Promise<readonly string[]> {
  const {settings, changes} = state();
  if (settings === null || changes.place === null) throw new Error('The session has not been opened.');
  const files = ports.files(changes.place, settings.add_dirs);
  return await Promise.all(
    subjects.map(async ({text}) => {
      const resolved = await files.resolve(text);
      return 'failure' in resolved ? text : resolved.shown;
    }),
  );
}
