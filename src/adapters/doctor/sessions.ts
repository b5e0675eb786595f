import {existsSync} from 'node:fs';
import {open, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {isSessionEvent} from '../../core/log/event-types.ts';
import {liveGroups} from '../../core/projections/live-groups.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import {LogDamaged, type Catalogue} from '../../ports/catalogue.ts';
import type {Check} from '../../ports/doctor.ts';

type Options = {home: string; startTimeOf: (pid: number) => string | null};

/** What a crash left behind. Resuming such a session mends all of it; nothing is touched here. */
export async function sessionChecks(catalogue: Catalogue, {home, startTimeOf}: Options): Promise<Check[]> {
  const sessions = await catalogue.list();
  const idle = sessions.filter(({busy}) => !busy).map(({id}) => id);
  const crashed = idle.filter(id => existsSync(join(home, 'sessions', id, 'lock')));
  const [torn, left, homeLog] = await Promise.all([
    tornLogs(idle, home),
    leftBehind(crashed, catalogue, startTimeOf),
    homeLogCheck(catalogue),
  ]);
  const survivors = left.survivors.map(({id, group}): Check => ({
    name: 'processes',
    state: 'warning',
    found: `${group.command} (group ${group.pgid}) still runs from session ${id}, which crashed`,
    mend: `agent resume ${id} ends it; or: kill -- -${group.pgid}`,
  }));
  const damaged = left.damaged.map((message): Check => ({
    name: 'sessions',
    state: 'warning',
    found: message,
    mend: 'agent sessions repair, with its id, keeps every record that can be read',
  }));
  const stale = crashed.map((id): Check => ({
    name: 'sessions',
    state: 'note',
    found: `the program that had ${id} open died: its lock is left`,
    mend: `agent resume ${id}`,
  }));
  const tails = torn.map((path): Check => ({
    name: 'sessions',
    state: 'note',
    found: `the last line of ${path} was not written to its end`,
    mend: 'it is set aside when the session is resumed',
  }));
  return [
    {name: 'sessions', state: 'ok', found: `${sessions.length} in all, ${sessions.length - idle.length} open`, mend: null},
    ...homeLog,
    ...survivors,
    ...damaged,
    ...stale,
    ...tails,
  ];
}

/** Every line of the home log: a damaged one ends what can be granted, and a spoiled last one every note. */
async function homeLogCheck(catalogue: Catalogue): Promise<Check[]> {
  try {
    for await (const record of catalogue.home()) void record;
    return [];
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    const mend = `mv ${error.file} ${error.file}.damaged (sessions stay; grants for always and trusted configurations are asked about again)`;
    return [{name: 'home log', state: 'failed', found: error.message, mend}];
  }
}

/** Logs that do not end in 0x0A: the home log and those of sessions that nobody writes to. */
async function tornLogs(ids: readonly SessionId[], home: string): Promise<string[]> {
  const files = [
    ...ids.map(id => join(home, 'sessions', id, 'log.jsonl')),
    ...((await readdir(home).catch(absent)).includes('log.jsonl') ? [join(home, 'log.jsonl')] : []),
  ];
  const torn: string[] = [];
  for (const file of files) if (await isTorn(file)) torn.push(file);
  return torn;
}

function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function isTorn(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const {size} = await file.stat();
    if (size === 0) return false;
    const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await file.close();
  }
}

type Left = {survivors: {id: SessionId; group: ProcessGroup}[]; damaged: string[]};

async function leftBehind(ids: readonly SessionId[], catalogue: Catalogue, startTimeOf: Options['startTimeOf']): Promise<Left> {
  const left: Left = {survivors: [], damaged: []};
  for (const id of ids) {
    let groups = liveGroups.initial;
    try {
      for await (const record of catalogue.read(id))
        if (isSessionEvent(record.event)) groups = liveGroups.apply(groups, record as Recorded);
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      left.damaged.push(error.message);
    }
    left.survivors.push(...groups.filter(({pgid, started}) => startTimeOf(pgid) === started).map(group => ({id, group})));
  }
  return left;
}
