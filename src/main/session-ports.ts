import {join} from 'node:path';
import {systemClock} from '../adapters/clock/clock.ts';
import type {Ports} from '../agent/ports.ts';
import type {Models} from '../agent/program.ts';
import type {Failure} from '../core/vocabulary/block.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Log} from '../ports/log.ts';
import type {Model} from '../ports/model.ts';
import type {Secrets} from '../ports/secrets.ts';
import type {Parts} from './parts.ts';
import {tools} from './tools.ts';

/** A session's world, out of the real adapters. */
export async function sessionPorts({
  log,
  id,
  model,
  models,
  secrets,
  parts,
}: {
  log: Log;
  id: SessionId;
  model: Model;
  models: Models;
  secrets: Secrets | null;
  parts: Parts;
}): Promise<Ports> {
  const [
    {workspaceFiles},
    {ripgrepSearch},
    {processGroups},
    {allowedEnvironment},
    {quiet},
    {shellSyntax},
    {threadedLineReaders},
    blobs,
    worktrees,
    catalogue,
  ] = await Promise.all([
    import('../adapters/files/workspace-files.ts'),
    import('../adapters/files/ripgrep.ts'),
    import('../adapters/processes/process-groups.ts'),
    import('../adapters/processes/environment.ts'),
    import('../adapters/worktree/git.ts'),
    import('../adapters/shell-syntax/shell-syntax.ts'),
    import('../adapters/threads/line-readers.ts'),
    parts.blobs(),
    parts.worktrees(),
    parts.catalogue(),
  ]);
  const opened = new Map<string, Promise<Model | {failure: Failure}>>([[model.name, Promise.resolve(model)]]);
  const openModel = (name: string) => {
    const known = opened.get(name) ?? models.open(name);
    opened.set(name, known);
    // A server that is started later is asked again.
    void known.then(answer => 'failure' in answer && opened.delete(name));
    return known;
  };
  const search = ripgrepSearch();
  const environment = remembered((allow: readonly string[]) => ({...allowedEnvironment(parts.env, allow), ...quiet}));
  const shell = processGroups();
  // A command sees the dependency folders only when they are all there; what could not be brought is said once.
  let said = false;
  const dependencies = async (): Promise<void> => {
    const problems = await worktrees.ready(id);
    if (!said) log.append(...problems.map(why => ({type: 'degraded' as const, what: 'dependencies', why})));
    said = true;
  };
  return {
    log,
    blobs,
    lines: threadedLineReaders(),
    clock: systemClock,
    worktrees,
    shell: {
      ...shell,
      run: async (command, signal) => {
        await dependencies();
        return shell.run(command, signal);
      },
      start: async command => {
        await dependencies();
        return shell.start(command);
      },
    },
    syntax: shellSyntax(),
    tools,
    openModel,
    files: (place, granted) => workspaceFiles({root: place.root, cwd: join(place.root, place.cwd), granted: [...granted]}),
    search: () => search,
    environment,
    secrets,
    freeDisk: parts.freeDisk,
    note: event => catalogue.note(event),
  };
}

/** The answer to the newest question: settings change rarely. */
function remembered<Question, Answer>(answer: (question: Question) => Answer): (question: Question) => Answer {
  let last: {question: Question; answer: Answer} | null = null;
  return question => {
    if (last?.question !== question) last = {question, answer: answer(question)};
    return last.answer;
  };
}
