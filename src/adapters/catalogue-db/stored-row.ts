import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {SessionRow, Work} from '../../core/vocabulary/session-row.ts';
import type {Mode} from '../../core/vocabulary/verdict.ts';
import type {IndexedSession, LogState} from '../../ports/session-index.ts';
import type {LogRead} from './log-reading.ts';

/** A row of the table as SQLite gives it, but for what the fold goes on from. */
export type StoredRow = {
  id: SessionId;
  root: string | null;
  log_bytes: number;
  log_changed: number;
  whole: number;
  repo: string | null;
  title: string;
  opened: string;
  newest: string;
  prompts: number;
  steps: number;
  model: string;
  mode: Mode;
  word: string;
  owes: number;
  parent: SessionId | null;
  parent_step: number | null;
  first: string;
  answer: string;
  /** JSON. */
  files: string;
  work: string;
  damaged_line: number | null;
  damaged_why: string | null;
};

export function sessionOf({id, parent, parent_step, damaged_line, damaged_why, owes, files, work, ...row}: StoredRow): IndexedSession {
  const {log_bytes: _bytes, log_changed: _changed, whole: _whole, ...same} = row;
  return {
    id,
    row: {
      ...same,
      owes: owes === 1,
      parent: parent === null ? null : {session: parent, step: parent_step ?? 0},
      files: JSON.parse(files) as string[],
      work: JSON.parse(work) as Work,
    },
    damaged: damaged_line === null ? null : {line: damaged_line, why: damaged_why ?? ''},
  };
}

type Columns = StoredRow & {seq: number | null; hash: string | null; offset: number | null; fold: string | null};

export function columnsOf({
  log,
  row: {owes, parent, files, work, ...same},
  read: {damaged, to, whole},
  fold,
}: {
  log: LogState;
  row: SessionRow;
  read: LogRead;
  fold: string | null;
}): Columns {
  return {
    ...same,
    id: log.id,
    log_bytes: log.bytes,
    log_changed: log.changed,
    whole: whole ? 1 : 0,
    owes: owes ? 1 : 0,
    parent: parent?.session ?? null,
    parent_step: parent?.step ?? null,
    files: JSON.stringify(files),
    work: JSON.stringify(work),
    damaged_line: damaged?.line ?? null,
    damaged_why: damaged?.why ?? null,
    seq: to?.seq ?? null,
    hash: to?.hash ?? null,
    offset: to?.offset ?? null,
    fold,
  };
}
