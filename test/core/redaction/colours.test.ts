import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {placeholder} from '../../../src/core/redaction/placeholder.ts';
import {createRedactor} from '../../../src/core/redaction/redactor.ts';
import {readable} from '../../../src/core/truncation/line-noise.ts';
import {draw, letters, madePrivateKey, madeSecrets, part} from './made-secrets.ts';

const key = Buffer.alloc(32, 7);
const known = [{kind: 'env', value: `s3cr3t-${draw(letters, 12, 'known')}`}];
const token = madeSecrets('colours')['github-token']!;
const mark = (kind: string, value: string): string => placeholder(kind, value, key);

function redacted(pieces: readonly (Uint8Array | string)[]): {text: string; count: number} {
  const redactor = createRedactor({key, known});
  const out = pieces.map(piece => Buffer.from(redactor.push(Buffer.from(piece))));
  return {text: Buffer.concat([...out, redactor.flush()]).toString('utf8'), count: redactor.count};
}

/** In one piece, in two parted anywhere, and byte by byte. */
function check(input: string, expected: string): void {
  expect(redacted([input]).text).toBe(expected);
  const bytes = Buffer.from(input);
  for (let at = 1; at < bytes.length; at++) expect(redacted([bytes.subarray(0, at), bytes.subarray(at)]).text).toBe(expected);
  expect(redacted(Array.from(bytes, byte => Uint8Array.of(byte))).text).toBe(expected);
}

const shown = (text: string): string => readable(Buffer.from(text)).text;

describe('a secret with colours in it, split anywhere', () => {
  const sequences = [
    '\x1b[m',
    '\x1b[01;31m\x1b[K',
    '\x1b[m\x1b[K',
    '\x1b[38;2;255;0;128m',
    '\x1b]0;a title\x07',
    '\x1b]8;;https://example.com/a\x1b\\',
    '\x1b(B',
    '\x1b7',
    '\x1b[?25l',
  ];
  for (const [index, sequence] of sequences.entries())
    test(`sequence ${index}`, () => {
      for (const [kind, secret] of [
        ['github-token', token],
        ['env', known[0]!.value],
      ] as const) {
        const split = `${secret.slice(0, 4)}${sequence}${secret.slice(4, 9)}${sequence}${secret.slice(9)}`;
        check(`a ${sequence}${split}${sequence} b\n`, `a ${sequence}${mark(kind, secret)}${sequence} b\n`);
      }
    });

  test('what grep marks, and a word that ends where only a colour says so', () => {
    check(`f:\x1b[01;31m\x1b[Kghp_\x1b[m\x1b[K${token.slice(4)}\n`, `f:\x1b[01;31m\x1b[K${mark('github-token', token)}\n`);
    check(`\x1b[32m${token}\x1b[0mabc`, `\x1b[32m${mark('github-token', `${token}abc`)}`);
    check(`word\x1b[0m${token} x`, `word\x1b[0m${mark('github-token', token)} x`);
    const access = madeSecrets('colours')['aws-key-id']!;
    check(`x\x1b[1m${access}\x1b[0mdone`, `x\x1b[1m${mark('aws-key-id', access)}\x1b[0mdone`);
  });

  test('what stands before a secret, with colours in it', () => {
    const value = `q7${draw(`${letters}0123456789`, 38, 'context')}`;
    check(
      `Authoriz\x1b[31mation\x1b[0m: Bea\x1b[1mrer \x1b[0m${value}\n`,
      `Authoriz\x1b[31mation\x1b[0m: Bea\x1b[1mrer \x1b[0m${mark('bearer', value)}\n`,
    );
    // What ends the sequence could begin a token.
    check(`Bea\x1b[Mrer ${value}\n`, `Bea\x1b[Mrer ${mark('bearer', value)}\n`);
    check(`postgres://app:\x1b[31m${value}\x1b[0m@db\n`, `postgres://app:\x1b[31m${mark('url-password', value)}\x1b[0m@db\n`);
  });

  test('a private key: the words that grep marks, and its lines', () => {
    const plain = redacted([madePrivateKey(3)]).text;
    const body = /«.*»/.exec(plain)![0];
    const coloured = madePrivateKey(3)
      .replace('BEGIN PRIVATE', `BEGIN \x1b[31m${part('PRIVATE')}\x1b[0m`)
      .replaceAll(/^(.{20})(.{44})$/gm, '\x1b[2m$1\x1b[1m$2\x1b[0m');
    const text = redacted([coloured]).text;
    expect(text).toContain(body);
    expect(shown(text).replaceAll('\n', '')).toBe(plain.replaceAll('\n', ''));
    check(coloured, text);
  });

  test('no colour costs a secret that is whole without it', () => {
    for (const [name, secret] of Object.entries(madeSecrets('each'))) {
      const masked = redacted([`a \x1b[1m${secret.slice(0, 7)}\x1b[0m${secret.slice(7)} b`]);
      expect([name, masked]).toEqual([name, {text: `a \x1b[1m${mark(name.split(' ')[0]!, secret)} b`, count: 1}]);
    }
  });
});

test('what is no secret comes out as it came, and a sequence without its end holds nothing back for long', () => {
  for (const text of ['\x1b', 'a\x1b[', '\x1b[31', '\x1b]0;title', '\x1b\x1b[1m\x1b', 'x\x1b[\ny', '\x1b]8;;u\x1bx'])
    check(`before ${text}`, `before ${text}`);
  const redactor = createRedactor({key, known});
  const unfinished = `\x1b]0;${'x'.repeat(5_000)}`;
  expect(redactor.push(Buffer.from(unfinished)).length).toBe(unfinished.length);
  expect(redactor.push(Buffer.from('\x1b[32m> \x1b[0m')).length).toBe(11);
});

/** More sequences in a row than are taken out: what stands on both sides is not looked at as one. */
const flood = '\x1b[K'.repeat(400);

const words = [
  token.slice(0, 4),
  token.slice(4, 20),
  token.slice(20),
  token,
  known[0]!.value.slice(0, 9),
  known[0]!.value.slice(9),
  ...madePrivateKey(1).split(/(?<= )|\n/),
  'https://a:hunter2hunter@h/',
  'https://a:hun',
  'Bearer ',
  `q7${draw(letters, 38, 'pool')}`,
  '\x1b[31m',
  '\x1b[0m',
  '\x1b',
  '[31',
  'm',
  '\x1b]0;',
  '\x07',
  '\x1b]8;;https://a:hunter2hunter@h/\x1b\\',
  flood,
  '\n',
  ' ',
  '-----BEGIN ',
  'eyJ',
  '8Q~',
];
const pieces = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({maxLength: 5})), {maxLength: 16});

test('any chunking gives the same, and what a reader sees of it holds no secret', () => {
  fc.assert(
    fc.property(pieces, fc.infiniteStream(fc.integer({min: 1, max: 60})), (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = sizes.next().value!;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      const whole = redacted([bytes]);
      expect(redacted(chunks)).toEqual(whole);
      if (parts.includes(flood)) return;
      expect(shown(whole.text)).not.toContain(known[0]!.value);
      expect(redacted([shown(whole.text)]).count).toBe(0);
    }),
    {numRuns: 2_000},
  );
});
