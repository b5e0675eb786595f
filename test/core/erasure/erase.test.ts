import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createEraser, eraseText} from '../../../src/core/erasure/erase.ts';
import {eraseEvent} from '../../../src/core/erasure/erase-event.ts';
import {leakedValue} from '../../../src/core/erasure/leaked.ts';

const key = Buffer.alloc(32, 7);
const value = 's3cret "pass"\tword/ß';
const leaked = leakedValue(value, key);
const label = leaked.label.toString('utf8');
const erase = (text: string, of = leaked) => eraseText(text, of).text;

function streamed(bytes: Buffer, sizes: readonly number[], of = leaked): {bytes: Buffer; count: number} {
  const eraser = createEraser(of);
  const passed: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length] ?? 1);
    passed.push(Buffer.from(eraser.push(bytes.subarray(at, at + size))));
    at += size;
  }
  passed.push(eraser.flush());
  return {bytes: Buffer.concat(passed), count: eraser.count};
}

describe('a value is found', () => {
  const json = JSON.stringify(value).slice(1, -1);
  test.each([
    ['as it is', value],
    ['in JSON', json],
    ['in JSON within JSON', JSON.stringify(json).slice(1, -1)],
    ['in JSON of ASCII alone', json.replace('ß', '\\u00df')],
    ['in a URL', encodeURIComponent(value)],
    ['with colours in it', `${value.slice(0, 6)}\u001b[1;31m${value.slice(6)}`],
  ])('%s', (_, form) => expect(erase(`before ${form} after, ${form}`)).toBe(`before ${label} after, ${label}`));

  test('with either line end, and each of its longer lines by itself', () => {
    const lines = leakedValue('first line of it all\nsecond line of it all', key);
    const expected = lines.label.toString('utf8');
    expect(erase('a first line of it all\r\nsecond line of it all z', lines)).toBe(`a ${expected} z`);
    expect(erase('12: second line of it all', lines)).toBe(`12: ${expected}`);
  });

  test.each([
    ['before a mark', `x ${value.slice(0, 9)}⟨… 1 line cut …⟩ y`, `x ${label}⟨… 1 line cut …⟩ y`],
    ['behind a mark', `⟨… 1 line cut …⟩${value.slice(-9)} y`, `⟨… 1 line cut …⟩${label} y`],
    ['before an ellipsis', `${value.slice(0, 12)}…`, `${label}…`],
    ['at the end', `x ${value.slice(0, 9)}`, `x ${label}`],
  ])('where a cut left a part of it: %s', (_, text, expected) => expect(erase(text)).toBe(expected));

  test.each(['nothing here', value.slice(0, 9) + ' and on', '⟨… cut …⟩ s3c', '\ud800 alone'])('%j stays as it is', text =>
    expect(eraseText(text, leaked)).toEqual({text, count: 0}),
  );

  test('too short a value is a mistake of the caller', () => expect(() => leakedValue('12345', key)).toThrow(RangeError));
});

describe('a stream', () => {
  const piece = fc.oneof(
    fc.constant(value),
    fc.constant(value.slice(0, 9)),
    fc.constant(value.slice(-9)),
    fc.constantFrom('⟨… cut …⟩', '\n', ' ', '\u001b[31m', 's3cret', '«x»'),
    fc.string({maxLength: 40}),
  );

  test('is the same however it was chunked, and holds the value no more', () => {
    fc.assert(
      fc.property(
        fc.array(piece, {maxLength: 60}),
        fc.array(fc.integer({min: 1, max: 3_000}), {minLength: 1, maxLength: 6}),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(''));
          const whole = streamed(bytes, [bytes.length + 1]);
          expect(streamed(bytes, sizes)).toEqual(whole);
          expect(whole.bytes.toString('utf8')).toBe(erase(bytes.toString('utf8')));
          expect(whole.bytes.includes(value)).toBe(false);
        },
      ),
      {numRuns: 60},
    );
  });

  test('is cut at every byte of a match', () => {
    const bytes = Buffer.from(`${'x'.repeat(3_000)}${value}${'y'.repeat(3_000)}`);
    const expected = `${'x'.repeat(3_000)}${label}${'y'.repeat(3_000)}`;
    for (let at = 2_995; at < 3_030; at++) expect(streamed(bytes, [at, 7_000]).bytes.toString('utf8')).toBe(expected);
  });

  test('that holds nothing passes as it is', () => {
    const bytes = Buffer.from(Array.from({length: 50_000}, (_, n) => n % 256));
    expect(streamed(bytes, [1_000])).toEqual({bytes, count: 0});
  });
});

describe('an event', () => {
  const of = <Event extends {type: string}>(event: Event, names: readonly (readonly [string, string])[] = []) =>
    eraseEvent(event, text => eraseText(text, leaked), new Map(names));

  test('is searched in all that was said, in keys too, and keeps what the program wrote of its own', () => {
    const event = {
      type: 'model.replied',
      step: 1,
      content: [
        {type: 'text', text: `use ${value}`},
        {type: 'call', id: '1.1', tool: 'shell', input: {[value]: [`x${value}`, 3, null], type: value}},
      ],
      response: 'a'.repeat(64),
    };
    expect(of(event)).toEqual({
      event: {
        ...event,
        content: [
          {type: 'text', text: `use ${label}`},
          {type: 'call', id: '1.1', tool: 'shell', input: {[label]: [`x${label}`, 3, null], type: label}},
        ],
      },
      count: 4,
    });
  });

  test('gets the new names of blobs and failures, wherever the old ones stand', () => {
    const [old, now] = ['b'.repeat(64), 'c'.repeat(64)];
    const event = {
      type: 'x',
      blob: old,
      text: `read_output {"output":"${old}"}`,
      input: {output: old},
      signature: {id: 's1:0123456789abcdef'},
    };
    const renamed = of(event, [
      [old, now],
      ['s1:0123456789abcdef', 's1:fedcba9876543210'],
    ]);
    expect(renamed.event).toEqual({
      type: 'x',
      blob: now,
      text: `read_output {"output":"${now}"}`,
      input: {output: now},
      signature: {id: 's1:fedcba9876543210'},
    });
  });

  test('thinking that was changed is no provider’s any more: it would refuse what it did not sign', () => {
    const thinking = (text: string) => ({type: 'thinking', text, provider: 'anthropic', opaque: {signature: 'abc'}});
    const {event} = of({type: 'model.replied', content: [thinking(`hm, ${value}`), thinking('hm')]});
    expect(event.content).toEqual([{type: 'thinking', text: `hm, ${label}`, provider: 'redacted', opaque: null}, thinking('hm')]);
  });

  test('that holds nothing stays the same', () => {
    const event = {type: 'user.prompted', text: 'nothing \ud800'};
    expect(of(event)).toEqual({event, count: 0});
  });
});
