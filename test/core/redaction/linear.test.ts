import {expect, test} from 'vitest';
import {redactText} from '../../../src/core/redaction/redactor.ts';
import {scan} from '../../../src/core/redaction/scan.ts';
import {secretsOf} from '../../../src/core/redaction/secrets.ts';
import {madePrivateKey, part} from './made-secrets.ts';

const secrets = secretsOf(Buffer.alloc(32, 7), []);
const stepsPerByte = (text: string): number => {
  const bytes = Buffer.from(text);
  return scan({bytes, length: bytes.length, ended: true}, 0, secrets).steps / bytes.length;
};

const begin = `-----BEGIN ${part('PRIVATE')} KEY-----`;
const pathological: Readonly<Record<string, (size: number) => string>> = {
  'the beginning of a token': size => 'eyJ-'.repeat(size / 4),
  'tokens in tokens': size => `${'eyJ-'.repeat(1_000)}.${'eyJ-'.repeat(1_000)}.${'eyJ-'.repeat(1_000)} `.repeat(size / 12_000),
  'keys that begin': size => begin.repeat(size / begin.length),
  'keys that begin, and data': size => `${begin.repeat(30)}${'a'.repeat(4_000)}\n`.repeat(size / 5_000),
  'names of values': size => 'SessionToken='.repeat(size / 13),
  'headers of headers': size => 'x-api-key='.repeat(size / 10),
};

for (const [name, made] of Object.entries(pathological))
  test(`the work grows with the length only: ${name}`, () => {
    expect(stepsPerByte(made(200_000))).toBeLessThan(12);
    expect(stepsPerByte(made(800_000))).toBeLessThan(12);
  });

test('a token that is refused, or masked, is not looked at again from each place within it', () => {
  const all = pathological['tokens in tokens']!(400_000);
  expect(redactText(all, {key: Buffer.alloc(32), known: []}).count).toBe(0);
  const varied = all.replaceAll('eyJ-eyJ-', 'eyJ-aB3x');
  expect(redactText(varied, {key: Buffer.alloc(32), known: []}).count).toBeGreaterThan(20);
});

test('many keys in one text are each masked', () => {
  const keys = Array.from({length: 300}, (_, index) => madePrivateKey(2, `many ${index}`)).join('and\n');
  const {text, count} = redactText(keys, {key: Buffer.alloc(32), known: []});
  expect([count, new Set(text.match(/«.*?»/g)).size]).toEqual([300, 300]);
});
