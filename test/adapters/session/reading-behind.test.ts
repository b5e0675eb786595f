import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openJsonlLog, type JsonlOptions} from '../../../src/adapters/session/jsonl-log.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {LogPoint} from '../../../src/core/vocabulary/log-point.ts';
import type {Log} from '../../../src/ports/log.ts';
import {longSession} from '../../support/long-session.ts';
import {recordsOf} from '../../support/records.ts';

const name = 'longlonglo';
const events = [
  ...longSession(300),
  {type: 'user.prompted', text: 'x'.repeat(200_000)} as const,
  ...longSession(5).filter(({type}) => type !== 'session.opened'),
];
const {records, lines} = recordsOf(events, name);

function logOf(count: number): {log: Log; loaded: () => number} {
  let loaded = 0;
  const options: JsonlOptions = {
    file: join(mkdtempSync(join(tmpdir(), 'behind-')), 'sessions', name, 'log.jsonl'),
    name,
    now: () => '2026-01-01T00:00:00.000Z',
    check: async () => {
      loaded++;
      return () => null;
    },
  };
  mkdirSync(dirname(options.file), {recursive: true});
  writeFileSync(options.file, lines.slice(0, count).join(''));
  return {log: openJsonlLog<SessionEvent>(options).log, loaded: () => loaded};
}

const seqs = async (log: Log, behind?: LogPoint) => (await Array.fromAsync(log.read(behind))).map(({seq}) => seq);
const from = (first: number, count: number) => Array.from({length: Math.max(0, count - first)}, (_, n) => first + n);

describe('reading a log behind one of its records', () => {
  test('gives what came after it, for every record, the last one included', async () => {
    const {log} = logOf(records.length);
    const all = await seqs(log);
    expect(all).toEqual(from(0, records.length));
    for (let count = 0; count < records.length; count++) {
      const point = log.before(count);
      expect(point).toMatchObject({seq: records.length - count - 1, hash: records[records.length - count - 1]!.hash});
      if (count % 7 === 0 || count < 10) expect(await seqs(log, point)).toEqual(from(records.length - count, records.length));
    }
    expect([log.before(records.length), log.before(records.length + 1)]).toEqual([undefined, undefined]);
    await log.close();
  });

  test('goes on where the log ended, after anything that was appended since', async () => {
    const {log, loaded} = logOf(20);
    const {end} = log;
    expect([end.seq, await seqs(log, end)]).toEqual([19, []]);
    expect([end, loaded()]).toEqual([log.before(0), 0]);
    log.append(...events.slice(20, 23));
    expect([await seqs(log, end), loaded()]).toEqual([[20, 21, 22], 1]);
    expect(await seqs(log, log.end)).toEqual([]);
    await log.close();
  });

  test('stops where no record ends', async () => {
    const {log} = logOf(20);
    const {end} = log;
    for (const offset of [0, 1, end.offset - 1, end.offset + 1, end.offset + 1_000])
      await expect(seqs(log, {...end, offset})).rejects.toThrow(/line 20/);
    await expect(seqs(log, {...end, hash: records[18]!.hash})).rejects.toThrow(/line 20/);
    await log.close();
  });

  test('and where the number is not that of the record', async () => {
    const {log} = logOf(21);
    const {seq, ...point} = log.before(1)!;
    await expect(seqs(log, {...point, seq: seq - 1})).rejects.toThrow(/it is record 20 where record 19 belongs/);
    await log.close();
  });

  test('an empty log has no such place', async () => {
    const {log} = logOf(0);
    expect([log.before(0), log.before(5), log.end.offset]).toEqual([undefined, undefined, 0]);
    await log.close();
  });
});
