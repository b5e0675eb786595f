import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {placeholder} from '../../../src/core/redaction/placeholder.ts';
import {createRedactor, redactText} from '../../../src/core/redaction/redactor.ts';
import type {Known} from '../../../src/core/redaction/secrets.ts';
import {draw, letters, madePrivateKey, madeSecrets, part} from './made-secrets.ts';

const key = Buffer.alloc(32, 7);
const secret = `s3cr3t-${draw(letters, 12, 'known')}`;
const known: readonly Known[] = [
  {kind: 'env', value: secret},
  {kind: 'dotenv', value: 'correct horse & "battery"\\staple'},
];
const mark = (kind: string, value: string): string => placeholder(kind, value, key);

function redacted(pieces: readonly (Uint8Array | string)[]): string {
  const redactor = createRedactor({key, known});
  const out = pieces.map(piece => Buffer.from(redactor.push(Buffer.from(piece))));
  return Buffer.concat([...out, redactor.flush()]).toString('utf8');
}

function check(input: string, expected: string): void {
  expect(redacted([input])).toBe(expected);
  const bytes = Buffer.from(input);
  for (let at = 1; at < bytes.length; at++) expect(redacted([bytes.subarray(0, at), bytes.subarray(at)])).toBe(expected);
  expect(redacted(Array.from(bytes, byte => Uint8Array.of(byte)))).toBe(expected);
}

describe('well-known formats, split anywhere', () => {
  for (const [name, token] of Object.entries(madeSecrets())) {
    const shown = mark(name.split(' ')[0]!, token);
    test(name, () => {
      check(`export TOKEN=${token}\n`, `export TOKEN=${shown}\n`);
      check(token, shown);
      check(`a "${token}", \\n${token}\\n and \x1b[32m${token}\x1b[0m.`, `a "${shown}", \\n${shown}\\n and \x1b[32m${shown}\x1b[0m.`);
      check(`{"t":"x"}${'.'.repeat(40)} ${token}`, `{"t":"x"}${'.'.repeat(40)} ${shown}`);
    });
  }

  test('telegram, after its number', () => {
    const value = `AA${draw(`${letters}0123456789`, 33, 'tg')}`;
    check(`bot 123456789:${value}\n`, `bot 123456789:${mark('telegram-token', value)}\n`);
    check(`nothing:${value}\n`, `nothing:${value}\n`);
  });

  test('azure, after its sign', () => {
    const value = draw(`${letters}0123456789.`, 34, 'azure');
    check(`secret abc8Q~${value} end`, `secret abc8Q~${mark('azure-secret', value)} end`);
  });
});

describe('values that are known', () => {
  test('as they are, in a URL, in JSON and in base64', () => {
    const value = known[1]!.value;
    const shown = mark('dotenv', value);
    check(`x${value}y`, `x${shown}y`);
    check(`?p=${encodeURIComponent(value)}&`, `?p=${shown}&`);
    check(JSON.stringify({p: value}), `{"p":"${shown}"}`);
    for (const before of ['', 'a', 'ab']) {
      const text = redacted([Buffer.from(`${before}${value}, and more`).toString('base64')]);
      expect(text).toContain(shown);
      expect(Buffer.from(text.replace(shown, ''), 'base64').toString('latin1')).not.toContain('horse');
    }
  });

  test('two that overlap leave no end of either, split anywhere', () => {
    const both = ['abcdefgh1234', '1234XYZabc99'].map(value => ({kind: 'env', value}));
    const text = 'abcdefgh1234XYZabc99';
    for (let at = 0; at <= text.length; at++) {
      const redactor = createRedactor({key, known: both});
      const pieces = [`-${text.slice(0, at)}`, `${text.slice(at)}-`].map(piece => Buffer.from(redactor.push(Buffer.from(piece))));
      expect(Buffer.concat(pieces).toString()).toBe(`-${mark('env', text)}-`);
      expect(redactor.count).toBe(1);
    }
  });

  test('what only begins like one comes out unchanged at the end', () => {
    for (let length = 1; length < secret.length; length++) check(`> ${secret.slice(0, length)}`, `> ${secret.slice(0, length)}`);
  });

  test('one that becomes known while the stream runs is masked from then on', () => {
    const redactor = createRedactor({key, known: []});
    const first = redactor.push(Buffer.from('a value-17-x b\n'));
    redactor.know([{kind: 'dotenv', value: 'value-17-x'}]);
    const then = redactor.push(Buffer.from('a value-17-x b\n'));
    expect(Buffer.concat([first, then]).toString()).toBe(`a value-17-x b\na ${mark('dotenv', 'value-17-x')} b\n`);
  });
});

describe('what stands before a secret tells it', () => {
  const value = `q7${draw(`${letters}0123456789`, 38, 'context')}`;
  const cases: readonly [string, string, string][] = [
    ['bearer', 'Authorization: Bearer ', '\r\n'],
    ['bearer', '-H "authorization: bearer ', '"'],
    ['authorization', 'Authorization: Basic ', '\n'],
    ['authorization', '"Authorization": "token ', '"'],
    ['api-key', 'x-api-key: ', '\n'],
    ['aws-secret', 'aws_secret_access_key = ', '\n'],
    ['aws-secret', '"SecretAccessKey": "', '",'],
    ['aws-secret', 'AWS_SECRET_ACCESS_KEY=', '\n'],
    ['azure-key', 'DefaultEndpointsProtocol=https;AccountKey=', ';Suffix'],
    ['webhook', 'https://hooks.slack.com/services/', ' '],
    ['url-password', 'postgres://app:', '@db:5432/x'],
    ['url-password', 'https://:', '@host/'],
  ];
  for (const [kind, before, after] of cases)
    test(`${kind}: ${before}`, () => check(`${before}${value}${after}`, `${before}${mark(kind, value)}${after}`));

  test('a password with an @ in it goes up to the last one', () => {
    check('amqp://u:pa@ss9word@host/v', `amqp://u:${mark('url-password', 'pa@ss9word')}@host/v`);
  });

  test('ports, templates and what manuals write are no passwords', () => {
    for (const text of [
      'http://localhost:3000/a@b',
      'http://127.0.0.1:8080',
      'postgres://user:password@localhost/db',
      'postgres://postgres:postgres@localhost/db',
      'https://u:${PASS}@host',
      'https://user:<pass>@host',
      'see https://example.com/@scope/name:x@1',
      'the bearer of bad news, Bearer authentication, Authorization: none',
    ])
      check(text, text);
  });
});

describe('private keys', () => {
  const text = madePrivateKey();
  const body = (redactor = redacted([text])): string => redactor;
  const shape = /^-----BEGIN PRIVATE KEY-----\n(«redacted:private-key:[0-9a-f]{8}»)\n-----END PRIVATE KEY-----\n$/;

  test('what stands between the marks is masked, split anywhere', () => {
    const [, shown = ''] = shape.exec(body()) ?? [];
    expect(shown).not.toBe('');
    check(`before\n${text}after\n`, `before\n${body()}after\n`);
    check(text.replaceAll('\n', '\r\n'), body().replaceAll('\n', '\r\n'));
    check(JSON.stringify({key: text}), JSON.stringify({key: body()}));
    const numbered = (of: string): string => of.replaceAll(/^/gm, '7\t');
    expect(redacted([numbered(text)])).toBe(`7\t-----BEGIN PRIVATE KEY-----\n7\t${shown}\n7\t-----END PRIVATE KEY-----\n7\t`);
  });

  test('one that never ends ends with its last line, or with the text', () => {
    const cut = text.split('\n').slice(0, 5).join('\n');
    const [, shown = ''] = /(«.*»)/.exec(redacted([`${cut}\n`])) ?? [];
    check(`${cut}\n`, `-----BEGIN PRIVATE KEY-----\n${shown}`);
    const later = `\n${'an ordinary line\n'.repeat(80)}`;
    expect(redacted([cut + later])).toBe(`-----BEGIN PRIVATE KEY-----\n${shown}${later}`);
    for (const size of [1, 7, 64, 1000])
      expect(redacted(chunksOf(cut + later, size))).toBe(`-----BEGIN PRIVATE KEY-----\n${shown}${later}`);
  });

  test('a long one is masked in constant memory', () => {
    const redactor = createRedactor({key, known: []});
    const long = madePrivateKey(4_000);
    let passed = 0;
    for (const chunk of chunksOf(long, 4_096).slice(0, -1)) passed += redactor.push(chunk).length;
    expect(passed).toBeLessThan(40);
    expect(Buffer.from(redactor.flush()).length).toBeLessThan(1_200);
  });

  test('source code that names the first line is left alone', () => {
    const code = `if (text.includes('-----BEGIN ${part('PRIVATE')} KEY-----')) {\n  return parse(text, {format: 'pem'});\n}\n`;
    check(code, code);
  });
});

describe('any stream', () => {
  const words = [
    ...Object.values(madeSecrets()),
    secret,
    known[1]!.value,
    madePrivateKey(2),
    'https://a:hunter2hunter@h/',
    'Bearer ',
    'plain words ',
    '\n',
    ' ',
    '-----BEGIN ',
    'sk-',
    'eyJ',
    '::',
    'é',
    '«',
    '\x1b[31m',
    'https://',
    '@',
    ':',
    'Authorization: Basic ',
    'AWS_SECRET_ACCESS_KEY=',
    `q7${draw(letters, 38, 'pool')}`,
    'x-api-key',
    '": "',
    '8Q~',
    '123456789:',
    '-----END',
    '=',
    '/',
    '0123456789abcdef'.repeat(2),
    'A'.repeat(300),
  ];
  const pieces = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({maxLength: 12})), {maxLength: 14});

  test('any chunking of each pipe, and any order of the two, gives the same two results', () => {
    fc.assert(
      fc.property(pieces, pieces, fc.infiniteStream(fc.nat(40)), (one, two, sizes) => {
        const texts = {stdout: one.join(''), stderr: two.join('')};
        const whole = {stdout: redacted([texts.stdout]), stderr: redacted([texts.stderr])};
        const redactor = createRedactor({key, known});
        const rest = {stdout: Buffer.from(texts.stdout), stderr: Buffer.from(texts.stderr)};
        const out = {stdout: '', stderr: ''};
        const bytes: Record<'stdout' | 'stderr', Uint8Array[]> = {stdout: [], stderr: []};
        for (const size of sizes) {
          const stream = size % 2 === 0 ? 'stdout' : 'stderr';
          bytes[stream].push(Buffer.from(redactor.push(rest[stream].subarray(0, size), stream)));
          rest[stream] = rest[stream].subarray(size);
          if (rest.stdout.length + rest.stderr.length === 0) break;
        }
        for (const stream of ['stdout', 'stderr'] as const)
          out[stream] = Buffer.concat([...bytes[stream], redactor.flush(stream)]).toString();
        expect(out).toEqual(whole);
      }),
      {numRuns: 400},
    );
  });

  test('a text that was redacted is not changed again', () => {
    fc.assert(
      fc.property(pieces, parts => {
        const once = redactText(parts.join(' '), {key, known}).text;
        expect(redactText(once, {key, known}).text).toBe(once);
      }),
      {numRuns: 200},
    );
  });
});

describe('little is held back', () => {
  const passesAtOnce = (text: string): boolean => Buffer.from(createRedactor({key, known}).push(Buffer.from(text))).toString() === text;

  test('a prompt that waits for an answer is passed on at once', () => {
    for (const prompt of [
      '> ',
      '$ ',
      '>>> ',
      'Continue? [y/N] ',
      'Password: ',
      'Enter your name',
      'git(main)% ',
      '10 % done',
      'Downloading… 45%',
      '-----',
      '...',
      '{"a": "',
    ])
      expect([prompt, passesAtOnce(prompt)]).toEqual([prompt, true]);
  });

  test('of a word that may be the beginning of a secret only that is held', () => {
    const redactor = createRedactor({key, known});
    expect(Buffer.from(redactor.push(Buffer.from('value: gh'))).toString()).toBe('value: ');
    expect(Buffer.from(redactor.push(Buffer.from('ost\n'))).toString()).toBe('ghost\n');
  });
});

function chunksOf(text: string, size: number): Uint8Array[] {
  const bytes = Buffer.from(text);
  return Array.from({length: Math.ceil(bytes.length / size)}, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
