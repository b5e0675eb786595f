import type {SessionId} from '../../core/vocabulary/ids.ts';
import {ArchiveRefused} from '../../ports/archive.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import type {GcPorts} from './gc-ports.ts';
import {hexNames} from './hex-names.ts';

/** What is named by anything that is kept: every hex word in the files of every session, and in the logs of archives. More than is needed does no harm. */
export type Marks = {names: ReadonlySet<string>; sessions: ReadonlySet<SessionId>; live: readonly SessionId[]};

/** `refused`: the system does not give it; else it is damaged, or lacks something. */
export type Unread = {session: SessionId | null; file: string; why: string; refused?: true};

type Marking = Pick<GcPorts, 'catalogue' | 'archives' | 'archiveFiles'>;

/** Reads every log to its end. Where one cannot be, or lacks records that it had, it is not known what it names: then there are no marks at all. */
export async function marksOf({catalogue, archives, archiveFiles}: Marking): Promise<Marks | {unread: readonly Unread[]}> {
  const anchors = await anchored(catalogue);
  if ('unread' in anchors) return anchors;
  const [listed, empty] = await Promise.all([catalogue.list(), catalogue.empty()]);
  const names = new Set<string>();
  const unread: Unread[] = [];
  const mark = (name: string): void => void names.add(name);
  for (const {id} of listed) unread.push(...(await markSession(id, {catalogue, known: anchors.newest.get(id) ?? -1, mark})));
  for (const {id} of empty) for (const {bytes} of await catalogue.files(id)) await hexNames(bytes(), mark);
  const there = new Set(listed.map(({id}) => id));
  for (const [session] of anchors.newest)
    if (!there.has(session))
      unread.push({session, file: `sessions/${session}/log.jsonl`, why: 'it is gone, and was not taken away with agent sessions rm'});
  for (const file of await archiveFiles()) unread.push(...(await markArchive(file, archives, mark)));
  if (unread.length > 0) return {unread};
  const sessions = new Set([...there, ...empty.map(({id}) => id)]);
  return {names, sessions, live: [...listed, ...empty].filter(({busy}) => busy).map(({id}) => id)};
}

/** The newest record of each session that the home log knows of. */
async function anchored(catalogue: GcPorts['catalogue']): Promise<{newest: ReadonlyMap<SessionId, number>} | {unread: readonly Unread[]}> {
  const newest = new Map<SessionId, number>();
  try {
    for await (const {event} of catalogue.home()) {
      if (event.type === 'session.removed' && 'session' in event) newest.delete(event.session);
      // From here on its log is another, shorter one.
      if (event.type === 'log.repaired' && 'session' in event) newest.set(event.session, event.seq);
      if (event.type === 'session.anchored' && 'session' in event)
        newest.set(event.session, Math.max(event.seq, newest.get(event.session) ?? -1));
    }
    return {newest};
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    return {unread: [{session: null, file: error.file, why: `line ${error.line}: ${reasonOf(error)}`}]};
  }
}

type On = {catalogue: GcPorts['catalogue']; known: number; mark: (name: string) => void};

async function markSession(session: SessionId, {catalogue, known, mark}: On): Promise<readonly Unread[]> {
  const log = `sessions/${session}/log.jsonl`;
  try {
    let last = -1;
    for await (const {seq} of catalogue.read(session)) last = seq;
    if (last < known) return [{session, file: log, why: `it ends with record ${last}, and record ${known} was there`}];
    for (const {bytes} of await catalogue.files(session)) await hexNames(bytes(), mark);
    return [];
  } catch (error) {
    if (error instanceof LogDamaged) return [{session, file: error.file, why: `line ${error.line}: ${reasonOf(error)}`}];
    if (!isOfSystem(error)) throw error;
    return [{session, file: error.path ?? log, why: error.message, refused: true}];
  }
}

async function markArchive(file: string, archives: GcPorts['archives'], mark: (name: string) => void): Promise<readonly Unread[]> {
  try {
    for await (const {name, content} of archives.read(file))
      if (/\.jsonl?$/.test(name)) await hexNames(content, mark);
      else for await (const piece of content) void piece;
    return [];
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    return [{session: null, file, why: error.message}];
  }
}

const reasonOf = ({message, file, line}: LogDamaged): string => message.replace(`${file}, line ${line}: `, '');

const isOfSystem = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;
