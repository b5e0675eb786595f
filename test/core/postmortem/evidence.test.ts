import {describe, expect, test} from 'vitest';
import {ErrorScan} from '../../../src/core/postmortem/error-lines.ts';
import {endingOf} from '../../../src/core/postmortem/ending.ts';
import {hiddenErrors} from '../../../src/core/postmortem/judge-dropped.ts';
import {judgeTimeout} from '../../../src/core/postmortem/judge-timeout.ts';
import type {CallId} from '../../../src/core/vocabulary/ids.ts';
import {referenceSession} from '../../support/reference-session.ts';

const scanned = (...pieces: readonly (string | Uint8Array)[]) => {
  const scan = new ErrorScan();
  scan.startAt(10);
  for (const piece of pieces) scan.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return scan.finish();
};

describe('the lines that look like errors', () => {
  const text =
    'fine\n\u001b[31mError: ключ 12 is missing\u001b[0m\r\nmodule 1: 0 errors\nmodule 2: 3 errors\nsrc/error_handler.c\nError: ключ 13 is missing';

  test('have their numbers, and each kind its first line', () => {
    expect(scanned(text).kinds.map(({line, text: shown, times}) => [line, shown, times])).toEqual([
      [11, 'Error: ключ 12 is missing', 2],
      [13, 'module 2: 3 errors', 1],
    ]);
  });

  test('are without what only a terminal obeys: titles, links, character sets', () => {
    const link = '\u001b]8;;http://localhost/x\u001b\\the key\u001b]8;;\u001b\\';
    expect(scanned(`\u001b]0;build\u0007\u001b(BError: ${link} is gone\u001b[K`).kinds[0]?.text).toBe('Error: the key is gone');
  });

  test('are the same however the bytes come', () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) expect(scanned(bytes.subarray(0, at), bytes.subarray(at))).toEqual(scanned(text));
    expect(scanned(...Array.from(bytes, byte => Uint8Array.of(byte)))).toEqual(scanned(text));
  });

  test('are bounded: what is more is counted, and a long line is held in part', () => {
    const kinds = Array.from({length: 60}, (_, n) => `Error: the ${'abcdefgh'[n % 8]}${'ijklmnop'[n >> 3]} is gone`).join('\n');
    expect([scanned(kinds).kinds.length, scanned(kinds).more]).toEqual([40, 20]);
    expect(scanned(`Error: ${'x'.repeat(5_000_000)}`).kinds[0]?.text.length).toBe(600);
  });

  test('are hidden only where the view has none of their kind', () => {
    const lines = scanned('a.c:3:1: error: no semicolon\nb.c:9:1: error: no semicolon\nc.c:1:1: error: no brace\nit was killed\n');
    expect(hiddenErrors(lines, 'nothing of it').map(({line}) => line)).toEqual([10, 12, 13]);
    expect(hiddenErrors(lines, 'z.c:4:4: error: no semicolon').map(({line}) => line)).toEqual([12]);
  });
});

describe('a call that was ended', () => {
  const finished = referenceSession.find(event => event.type === 'tool.finished' && event.outcome.kind === 'ran');
  const reply = referenceSession[14] as Extract<(typeof referenceSession)[number], {type: 'model.replied'}>;
  const verdict = (
    bytes: number,
    {ms = 10_000, ...more}: {ms?: number; quiet_ms?: number; settled?: 'timeout' | 'output-limit'},
    end: string | null,
  ) => {
    if (finished?.type !== 'tool.finished' || finished.outcome.kind !== 'ran')
      throw new Error('The reference session has no call that ran.');
    const outcome = {
      ...finished.outcome,
      exit: null,
      timedOut: true,
      settled: 'timeout' as const,
      ...more,
      shown: {...finished.outcome.shown, total: {bytes, lines: 9}},
    };
    const call = reply.content.find(block => block.type === 'call')!;
    return judgeTimeout({call: {...call, id: '1.1' as CallId}, outcome, ms, overdue: false}, end === null ? null : endingOf(end)).verdict;
  };
  const same = 'cut\n' + 'GET /health 200 in 3 ms\n'.repeat(50);
  const news = `cut\n${Array.from({length: 9}, (_, n) => `${'word '.repeat(n + 1)}done`).join('\n')}\n`;

  test.each([
    ['little', 10_000, {quiet_ms: 5}, same, 'no'],
    ['much, slowly', 400_000, {ms: 120_000, quiet_ms: 5}, same, 'no'],
    ['much, and then nothing', 5e6, {quiet_ms: 6_000}, same, 'no'],
    ['much, the same to the end', 5e6, {quiet_ms: 5}, same, 'yes'],
    ['much without a line', 5e6, {quiet_ms: 5}, null, 'yes'],
    ['much, always new', 5e6, {quiet_ms: 5}, news, 'unknown'],
    ['much, in a log that does not say when', 5e6, {}, same, 'unknown'],
    ['more than may be stored', 10_000, {settled: 'output-limit' as const}, news, 'yes'],
  ] as const)('%s', (_, bytes, more, end, expected) => {
    expect(verdict(bytes, more, end)).toBe(expected);
  });
});
