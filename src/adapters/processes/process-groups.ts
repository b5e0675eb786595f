import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import type {BackgroundCommand, Shell, ShellCommand} from '../../ports/shell.ts';
import {BackgroundRun} from './background.ts';
import {endFamily, graces} from './end-family.ts';
import {family, groupsOf} from './family.ts';
import {runToEnd} from './foreground.ts';
import {findShell, spawnGated} from './gated-spawn.ts';
import {hidesDaemons, marker} from './table.ts';
import {WaitingShell} from './waiting-shell.ts';

/** Commands of a session, each in a process group of its own. `shell` is the absolute path of a POSIX shell; bash where there is one. */
export function processGroups(options: {shell?: string} = {}): Shell {
  const shell = options.shell ?? findShell();
  const running = new Set<ProcessGroup>();
  const left = new Map<number, ProcessGroup>();
  const leftKeys = new Set<string>();
  const backgrounds: BackgroundRun[] = [];
  const waiting = new WaitingShell(shell);

  const leave = (groups: readonly ProcessGroup[], keys: ReadonlySet<string>): void => {
    for (const group of groups) left.set(group.pgid, group);
    if (groups.length > 0 || hidesDaemons) for (const key of keys) leftKeys.add(key);
  };

  const run = async (command: ShellCommand, signal: AbortSignal) => {
    if (signal.aborted) return {exit: null, signal: null, settled: 'interrupt' as const, left_running: []};
    const started = (await waiting.take(command)) ?? (await spawnGated(shell, command));
    if ('failure' in started) return started;
    const keys = keysOf(command.env);
    running.add(started.group);
    try {
      const ending = await runToEnd(started, keys, command, signal);
      leave(ending.left_running, keys);
      return ending;
    } finally {
      running.delete(started.group);
    }
  };

  const start = async (command: BackgroundCommand) => {
    const started = await spawnGated(shell, command);
    if ('failure' in started) return started;
    const keys = keysOf(command.env);
    const background = new BackgroundRun(`bg${backgrounds.length + 1}`, started, keys, command.ended);
    backgrounds.push(background);
    left.set(started.group.pgid, started.group);
    void background.over.then(groups => {
      left.delete(started.group.pgid);
      leave(groups, keys);
    });
    return background;
  };

  const stopAll = async () => {
    waiting.dismiss();
    for (const background of backgrounds) background.forsake();
    const kin = {groups: [...running, ...left.values()], keys: leftKeys};
    if (kin.groups.length === 0 && leftKeys.size === 0) return [];
    const found = groupsOf(family(kin), kin.groups);
    const stuck = await endFamily(kin, {grace: graces.timeout});
    const own = new Set([...running, ...stuck].map(group => group.pgid));
    return found.filter(group => !own.has(group.pgid));
  };

  return {
    run,
    start,
    warm: where => waiting.warm(where),
    stopAll,
    background: id => backgrounds.find(one => one.id === id) ?? null,
    backgrounds: () => backgrounds,
  };
}

function keysOf(env: Readonly<Record<string, string>>): ReadonlySet<string> {
  const key = env[marker];
  return new Set(key === undefined ? [] : [key]);
}
