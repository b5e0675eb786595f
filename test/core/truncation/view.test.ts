import {expect, test} from 'vitest';
import {defaultPolicy, newestPolicies, policyNamed, withTokens} from '../../../src/core/truncation/policies.ts';
import {view} from '../../../src/core/truncation/view.ts';
import type {CutPolicy} from '../../../src/core/vocabulary/excerpt.ts';
import {label} from './oracle.ts';

const tight: CutPolicy = {version: 'test/1', tokens: 100, head_lines: 2, tail_lines: 3, line_bytes: 90, salient: false};

function check(input: string | Buffer, shown: string, policy = tight): void {
  expect(text(input, policy)).toBe(shown);
}

function text(input: string | Buffer, policy: CutPolicy): string {
  return Buffer.from(view(Buffer.from(input), policy, label).text).toString();
}

function numbered(count: number, line = (number: number) => `line ${number}\n`): string {
  return Array.from({length: count}, (_, index) => line(index + 1)).join('');
}

test('what fits is shown as it is, with all its lines in one window', () => {
  check('', '');
  check('\n', '\n');
  check('one\r\n\ttwo\r\n', 'one\r\n\ttwo\r\n');
  check('no newline at the end', 'no newline at the end');
  expect(view(Buffer.from('a\nb\nc'), tight, label)).toMatchObject({
    kept_head_lines: 3,
    kept_tail_lines: 0,
    truncated: false,
    truncated_lines_count: 0,
    windows: [{why: 'head', start: 0, end: 5, first: 1, last: 3}],
    shown: {bytes: 5, lines: 3, tokens: 2},
    same: true,
  });
  expect(view(Buffer.from(''), tight, label)).toMatchObject({windows: [], total: {bytes: 0, lines: 0}, truncated: false, same: true});
});

test('the budget decides, not the number of lines', () => {
  const exact = 'x\n'.repeat(200);
  check(exact, exact);
  expect(text(`${exact}y`, tight)).toContain('lines not shown');
});

test('a notice stands for the dropped lines and says how to get them', () => {
  const input = numbered(200);
  check(
    input,
    'line 1\nline 2\n⟨… 195 lines not shown, 1,651 bytes (lines 3 to 197): read_output {"output":"3.1","from":3} …⟩\nline 198\nline 199\nline 200\n',
  );
  expect(view(Buffer.from(input), tight, label)).toMatchObject({
    kept_head_lines: 2,
    kept_tail_lines: 3,
    truncated: true,
    truncated_lines_count: 195,
    windows: [
      {why: 'head', start: 0, end: 14, first: 1, last: 2},
      {why: 'tail', start: 1_665, end: 1_692, first: 198, last: 200},
    ],
  });
});

test('a budget too small for the whole notice still counts the lines', () => {
  check(numbered(50), 'line 1\n⟨… 46 lines not shown …⟩\nline 48\nline 49\nline 50\n', {...tight, tokens: 16});
});

test('without salience the tail is favoured, and the head keeps a third', () => {
  const bothEnds = policyNamed('lines/1')!;
  const {kept_head_lines, kept_tail_lines, shown} = view(
    Buffer.from(numbered(1_000, number => `${number} ${'w'.repeat(300)}\n`)),
    bothEnds,
    label,
  );
  expect({kept_head_lines, kept_tail_lines}).toEqual({kept_head_lines: 8, kept_tail_lines: 17});
  expect(shown.tokens).toBeGreaterThan(1_800);
  const flood = view(Buffer.from(numbered(15_000)), bothEnds, label);
  expect([flood.kept_head_lines, flood.kept_tail_lines, flood.truncated_lines_count]).toEqual([20, 50, 14_930]);
});

test('lines that the one end does not need are the other one’s', () => {
  const roomy = {...tight, tokens: 200, head_lines: 100, tail_lines: 1};
  expect(view(Buffer.from(numbered(300)), roomy, label).kept_head_lines).toBeGreaterThan(60);
});

test('an over-long line is cut in the middle, says how much is gone, and is not kept', () => {
  const policy = {...tight, tokens: 200};
  const input = `begin\n${'a'.repeat(500)}${'z'.repeat(500)}\nend\n`;
  check(input, `begin\n${'a'.repeat(22)}⟨… 1 line cut: 956 of 1,000 bytes …⟩${'z'.repeat(22)}\nend\n`, policy);
  expect(view(Buffer.from(input), policy, label)).toMatchObject({
    kept_head_lines: 1,
    kept_tail_lines: 1,
    truncated_lines_count: 1,
    windows: [
      {why: 'head', start: 0, end: 6, first: 1, last: 1},
      {why: 'tail', start: 1_007, end: 1_011, first: 3, last: 3},
    ],
  });
});

test('a cut never goes through a character', () => {
  for (let before = 0; before < 7; before++) {
    for (let after = 0; after < 7; after++) {
      const shown = text(`${'x'.repeat(before)}${'漢😀'.repeat(400)}${'y'.repeat(after)}\n`, {...tight, line_bytes: 120, tokens: 300});
      expect(shown).toMatch(/^x*(漢|😀)+⟨… 1 line cut: [\d,]+ of [\d,]+ bytes …⟩(漢|😀)+y*\n$/u);
    }
  }
});

test('terminal sequences are taken out and other control bytes stand as pictures', () => {
  check('\u001b[1;31merror\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u001b\\ \u001b(Bend\n', 'error link end\n');
  check('a\0b\bc\u007fd\u0085\n', 'a␀b␈c␡d⟨U+0085⟩\n');
  check('10%\r20%\r\n', '10%␍20%\r\n');
  check('a title that never ends \u001b]0;and all that follows\nnext\n', 'a title that never ends ␛]0;and all that follows\nnext\n');
  expect(view(Buffer.from('\u001b[1mx\u001b[0m\n'), tight, label)).toMatchObject({
    truncated: false,
    truncated_lines_count: 0,
    same: false,
    kept_head_lines: 1,
  });
});

test('broken UTF-8 is shown as U+FFFD and named, a real U+FFFD is not', () => {
  check(
    Buffer.from('ok \xff\xfe ok and more text\n', 'latin1'),
    'ok \ufffd\ufffd ok and more text\n⟨bytes that are not UTF-8 are shown as U+FFFD⟩\n',
  );
  check('a real \ufffd\n', 'a real \ufffd\n');
});

test('a missing newline at the end is named wherever the view is not the stream itself', () => {
  check('\u001b[1mbold\u001b[0m', 'bold\n⟨no newline at the end⟩\n');
  const shown = text(numbered(2_000).trimEnd(), defaultPolicy);
  expect(shown.endsWith('line 2000\n⟨no newline at the end⟩\n')).toBe(true);
});

test('what is not text is named instead of shown', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(50)]);
  check(png, '⟨PNG image, not shown: 58 bytes in 3 lines; kept whole: read_output {"output":"3.1","from":1}⟩\n');
  check(Buffer.alloc(5_000), '⟨binary data, not shown: 5,000 bytes in 1 line; kept whole: read_output {"output":"3.1","from":1}⟩\n');
  check(Buffer.alloc(5_000), '⟨… 1 line not shown …⟩\n', {...tight, tokens: 16});
  expect(view(png, tight, label)).toMatchObject({
    kept_head_lines: 0,
    kept_tail_lines: 0,
    windows: [],
    truncated: true,
    truncated_lines_count: 3,
  });
  check('src/one.ts\0src/two.ts\0', 'src/one.ts␀src/two.ts␀\n⟨no newline at the end⟩\n');
});

test('a view depends on the label that its notice names', () => {
  expect(Buffer.from(view(Buffer.from(numbered(500)), tight, '12.4').text).toString()).toContain('read_output {"output":"12.4","from":3}');
});

test('a policy is found again by the version that a receipt names', () => {
  expect(newestPolicies.map(({version}) => version)).toEqual(['lines/2', 'page/1', 'list/1', 'grep/1', 'prompt/1']);
  for (const policy of newestPolicies) {
    expect(policyNamed(policy.version)).toEqual(policy);
    const smaller = withTokens(policy, 500);
    expect(smaller).toEqual({...policy, tokens: 500, version: `${policy.version}@500`});
    expect(policyNamed(smaller.version)).toEqual(smaller);
    expect(withTokens(smaller, policy.tokens)).toEqual(policy);
  }
  for (const unknown of ['lines/0', 'lines/1@', 'lines/1@0', 'lines/1@2000', 'lines/1@05', 'lines/1@5@5', ''])
    expect(policyNamed(unknown)).toBe(null);
});
