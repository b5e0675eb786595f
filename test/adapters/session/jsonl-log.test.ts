import {spawnSync} from 'node:child_process';
import {appendFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openJsonlLog, readJsonlLog, type JsonlOptions} from '../../../src/adapters/session/jsonl-log.ts';
import {checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {LogDamaged} from '../../../src/ports/catalogue.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';

const options = (): JsonlOptions => ({
  file: join(mkdtempSync(join(tmpdir(), 'log-')), 'sessions', 'session000', 'log.jsonl'),
  name: 'session000',
  now: () => '2026-01-01T00:00:00.000Z',
  check: async () => checkSessionEvent,
});

async function readAll(at: JsonlOptions): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const {event} of readJsonlLog<SessionEvent>(at)) events.push(event as SessionEvent);
  return events;
}

const wellFormed = (events: readonly SessionEvent[]) => JSON.parse(JSON.stringify(events)) as readonly SessionEvent[];

describe('a log on the disk', () => {
  test('what was appended is read back, by this run and the next', async () => {
    const at = options();
    const first = openJsonlLog<SessionEvent>(at).log;
    first.append(...referenceSession.slice(0, 5));
    await first.close();
    const second = openJsonlLog<SessionEvent>(at).log;
    expect(second.last.seq).toBe(4);
    second.append(...referenceSession.slice(5));
    await second.close();
    expect(await readAll(at)).toEqual(wellFormed(referenceSession));
    expect(statSync(at.file).mode & 0o777).toBe(0o600);
    expect(statSync(join(at.file, '..')).mode & 0o777).toBe(0o700);
  });

  test('subscribers see every record in order, before append returns', async () => {
    const {log} = openJsonlLog<SessionEvent>(options());
    const seen: Recorded[] = [];
    const stop = log.subscribe(record => seen.push(record));
    const appended = log.append(...referenceSession.slice(0, 3));
    expect(seen).toEqual(appended);
    stop();
    log.append(referenceSession[3]!);
    expect(seen).toHaveLength(3);
    await log.close();
    expect(() => log.append(referenceSession[4]!)).toThrow(/closed/);
  });

  test('a write torn at any byte of the last line is set aside, and nothing before it is lost', async () => {
    const {lines} = recordsOf(referenceSession.slice(0, 4), 'session000');
    const whole = lines.slice(0, 3).join('');
    const last = Buffer.from(lines[3]!);
    for (let cut = 1; cut < last.length; cut++) {
      const at = options();
      openJsonlLog(at).log.append();
      writeFileSync(at.file, Buffer.concat([Buffer.from(whole), last.subarray(0, cut)]));
      const {log, torn} = openJsonlLog<SessionEvent>(at);
      expect(torn?.bytes).toBe(cut);
      expect(readFileSync(torn!.file)).toEqual(last.subarray(0, cut));
      log.append(referenceSession[3]!);
      await log.close();
      expect(await readAll(at)).toEqual(wellFormed(referenceSession.slice(0, 4)));
    }
  });

  test('a reader of a live session stops before the line that is being written', async () => {
    const at = options();
    const {log} = openJsonlLog<SessionEvent>(at);
    log.append(...referenceSession.slice(0, 2));
    appendFileSync(at.file, '{"v":1,"seq":2');
    expect(await readAll(at)).toHaveLength(2);
    expect(existsSync(`${at.file}.torn-0`)).toBe(false);
  });

  test('any other damaged line stops the reading with its number', async () => {
    const {lines} = recordsOf(referenceSession, 'session000');
    for (let line = 0; line < lines.length; line++) {
      const at = options();
      openJsonlLog(at);
      writeFileSync(at.file, lines.map((text, index) => (index === line ? text.replace('"at":"2026', '"at":"2027') : text)).join(''));
      const error = await readAll(at).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(LogDamaged);
      expect(error).toMatchObject({line: line + 1});
    }
  });

  test('an event of a known type with a wrong shape stops the reading, one of an unknown type does not', async () => {
    const bad = options();
    openJsonlLog(bad);
    writeFileSync(bad.file, recordsOf([{type: 'user.prompted', text: 7} as never], 'session000').lines.join(''));
    await expect(readAll(bad)).rejects.toThrow(/line 1: its user.prompted has a wrong text/);
    const newer = options();
    openJsonlLog(newer);
    writeFileSync(newer.file, recordsOf([{type: 'moon.risen'} as never, referenceSession[1]!], 'session000').lines.join(''));
    expect(await readAll(newer)).toHaveLength(2);
  });

  test('a full disk refuses a record whole: nothing of it stays, and the log goes on when there is room', () => {
    const {file} = options();
    const run = spawnSync(
      'bash',
      ['-c', `ulimit -f 4; exec "$0" "$@"`, process.execPath, join(import.meta.dirname, '../../support/fill-log.ts'), file],
      {encoding: 'utf8'},
    );
    expect(run.stderr.replaceAll(/.*Warning.*\n/g, '')).toBe('');
    const {refused, recorded} = JSON.parse(run.stdout) as {refused: string; recorded: number};
    expect(refused).toMatch(/cannot be written/);
    const text = readFileSync(file, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(recorded);
  });
});
