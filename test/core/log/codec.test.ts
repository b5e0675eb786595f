import {describe, expect, test} from 'vitest';
import {chainStart, sha256} from '../../../src/core/log/chain.ts';
import {decode} from '../../../src/core/log/codec.ts';
import {checkSessionEvent} from '../../../src/core/log/event-schema.ts';
import {Lines} from '../../../src/core/log/lines.ts';
import type {Sha256} from '../../../src/core/vocabulary/ids.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession} from '../../support/reference-session.ts';

const {records, lines} = recordsOf(referenceSession);
const start = {seq: -1, hash: chainStart('test')};
const bytesOf = (line: string) => Buffer.from(line).subarray(0, -1);
const before = (index: number): {seq: number; hash: Sha256} => records[index - 1] ?? start;

describe('a record and its line', () => {
  test.each(records.map((record, index) => ({type: record.event.type, record, index})))(
    '$index $type reads back as it was',
    ({record, index}) => {
      expect(decode(bytesOf(lines[index]!), before(index))).toEqual({record});
    },
  );

  test('the hash is sha256 of the line before it, with nothing but standard tools', async () => {
    const {createHash} = await import('node:crypto');
    for (const line of lines) {
      const [open, rest] = line.split(',"hash":"') as [string, string];
      expect(rest.slice(0, 64)).toBe(createHash('sha256').update(open).digest('hex'));
    }
  });

  test('every flipped bit of every line is found', () => {
    for (const [index, line] of lines.entries()) {
      const bytes = bytesOf(line);
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << (at % 8);
        expect(decode(damaged, before(index)), `line ${index}, byte ${at}`).toHaveProperty('why');
      }
    }
  });

  test('every removed, doubled or exchanged line is found', () => {
    for (let index = 0; index < lines.length - 1; index++) {
      expect(decode(bytesOf(lines[index + 1]!), before(index)), `removed ${index}`).toHaveProperty('why');
      expect(decode(bytesOf(lines[index]!), records[index]!), `doubled ${index}`).toHaveProperty('why');
    }
  });

  test('an event of an unknown type is read and verified', () => {
    const {
      records: newer,
      lines: [line],
    } = recordsOf([{type: 'moon.risen', phase: 0.5} as never]);
    expect(decode(bytesOf(line!), start)).toEqual({record: newer[0]});
    expect(checkSessionEvent(newer[0]!.event)).toBe(null);
  });

  test('a newer format version says what to do', () => {
    const open = JSON.stringify({v: 2, seq: 0, at: 'now', prev: start.hash, event: {type: 'user.prompted'}}).slice(0, -1);
    const line = Buffer.from(`${open},"hash":"${sha256(open)}"}`);
    expect(decode(line, start)).toEqual({why: 'its format version is 2, and this program reads version 1: install a newer one'});
  });
});

describe('the shape of events', () => {
  test.each(referenceSession.map(event => [event.type, event] as const))('%s fits its schema', (_, event) => {
    expect(checkSessionEvent(JSON.parse(JSON.stringify(event)))).toBe(null);
  });

  test('a missing or wrong field is named', () => {
    expect(checkSessionEvent({type: 'user.prompted'})).toMatch(/user\.prompted has a wrong text/);
    expect(checkSessionEvent({type: 'tool.started', call: 'x', idempotency_key: 'y'} as never)).toMatch(/wrong call/);
  });
});

describe('lines', () => {
  test('any chunking of the same bytes gives the same lines, split on 0x0A only', () => {
    const bytes = Buffer.from(`a\r\nb\u2028c\n\nlast\xff`, 'utf8');
    const expected = ['a\r', 'b\u2028c', ''];
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const reader = new Lines();
        const found = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)].flatMap(chunk => [
          ...reader.push(chunk),
        ]);
        expect(found.map(line => Buffer.from(line).toString('utf8'))).toEqual(expected);
        expect(Buffer.from(reader.rest()).toString('utf8')).toBe('last\xff');
      }
    }
  });
});
