import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {age} from './format/age.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';
import {painter, type Paint} from './paint.ts';
import {listedSessions, type ListedSession} from './session-list.ts';

export type TreeOptions = {session: string | null; all: boolean; json: boolean};

/** A session with what was forked from it. `orphan`: it is a fork, and what it came from was removed. */
export type Family = {session: ListedSession; orphan: boolean; forks: readonly Family[]};

/** `agent sessions tree`. As JSON: `{v: 1, families: [{id, title, state, changed, steps, parent, orphan, forks: […]}], alone}`. */
export async function drawSessions({session, all, json}: TreeOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = session === null ? null : await namedSession({session, dir: program.cwd}, program);
  const families = familiesOf(await Array.fromAsync(listedSessions({dir: program.cwd, all: all || id !== null}, program)));
  const drawn = families.filter(family => (id === null ? family.orphan || family.forks.length > 0 : holds(family, id)));
  const alone = id === null ? families.length - drawn.length : 0;
  if (json) {
    io.print(JSON.stringify({v: 1, families: drawn.map(forPrograms), alone}, null, 2));
    return 0;
  }
  const paint = painter(io.color.stdout);
  if (drawn.length > 0) io.print(drawn.map(family => linesOf(family, paint).join('\n')).join('\n\n'));
  if (drawn.length === 0) io.progress(`No session ${all ? '' : 'of this repository '}was forked. Fork one: agent fork <id>@<step>`);
  else if (alone > 0) io.progress(`${plural(alone, 'session')} without a fork: agent sessions`);
  return 0;
}

/** Every session stands in one family, once: those whose parent is not there any more begin one. The family that changed last comes first. */
export function familiesOf(sessions: readonly ListedSession[]): readonly Family[] {
  const there = new Set(sessions.map(({id}) => id));
  const forksOf = new Map<SessionId, ListedSession[]>();
  for (const session of sessions) {
    const parent = session.parent?.session;
    if (parent !== undefined && there.has(parent)) forksOf.set(parent, [...(forksOf.get(parent) ?? []), session]);
  }
  const family = (session: ListedSession): Family => {
    const forks = (forksOf.get(session.id) ?? []).toSorted(
      (a, b) => (a.parent?.step ?? 0) - (b.parent?.step ?? 0) || a.changed - b.changed || (a.id < b.id ? -1 : 1),
    );
    return {session, orphan: session.parent !== null && !there.has(session.parent.session), forks: forks.map(family)};
  };
  const roots = sessions.filter(({parent}) => parent === null || !there.has(parent.session)).map(family);
  return roots.toSorted((a, b) => newest(b) - newest(a));
}

const newest = ({session, forks}: Family): number => Math.max(session.changed, ...forks.map(newest));

const holds = ({session, forks}: Family, id: SessionId): boolean => session.id === id || forks.some(fork => holds(fork, id));

function forPrograms({session, orphan, forks}: Family): object {
  const {id, title, state, changed, steps, parent, repo} = session;
  return {id, title, repo, state, changed: new Date(changed).toISOString(), steps, parent, orphan, forks: forks.map(forPrograms)};
}

function linesOf({session, orphan, forks}: Family, paint: Paint): string[] {
  const from = session.parent;
  const note =
    orphan && from !== null ? ` ${paint('yellow', `(forked from ${from.session}, which was removed, after step ${from.step})`)}` : '';
  return [`${lineOf(session, paint)}${note}`, ...below(forks, paint)];
}

function below(forks: readonly Family[], paint: Paint): string[] {
  return forks.flatMap(({session, forks: own}, index) => {
    const isLast = index === forks.length - 1;
    const step = `@${session.parent?.step ?? 0}`;
    return [
      `${isLast ? '└─' : '├─'} ${paint('cyan', step)} ${lineOf(session, paint)}`,
      ...below(own, paint).map(line => `${isLast ? '  ' : '│ '} ${line}`),
    ];
  });
}

const lineOf = ({id, title, steps, state, changed}: ListedSession, paint: Paint): string =>
  `${paint('bold', id)}  ${title || '(no prompt yet)'}  ${paint('dim', [plural(steps, 'step'), state, age(changed, Date.now())].join(' · '))}`;
