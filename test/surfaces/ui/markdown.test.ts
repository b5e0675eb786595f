import fc from 'fast-check';
import {expect, test} from 'vitest';
import {toAnsi, wantsColour} from '../../../src/surfaces/ui/view/ansi.ts';
import {lineWidth, plain, span} from '../../../src/surfaces/ui/view/line.ts';
import {markdownLines, settledPart} from '../../../src/surfaces/ui/view/markdown.ts';
import {wrap} from '../../../src/surfaces/ui/view/wrap.ts';

const check = (source: string, width: number, expected: readonly string[]) =>
  expect(markdownLines(source, width).map(plain)).toEqual(expected);

test('blocks', () => {
  check('# Title\n\nText that is longer than the row.', 20, ['Title', '', 'Text that is longer', 'than the row.']);
  check('```ts\nconst a = 1;\n\tb();\n```', 40, ['  const a = 1;', '      b();']);
  check('- one\n- two\n  - inner\n', 40, ['• one', '• two', '  • inner']);
  check('9. nine\n10. ten', 40, ['9.  nine', '10. ten']);
  check('- [x] done\n- [ ] open', 40, ['☑ done', '☐ open']);
  check('> quoted\n> text', 40, ['│ quoted', '│ text']);
  check('a\n\n---\n\nb', 10, ['a', '', '──────────', '', 'b']);
  check('<b>raw</b>', 40, ['<b>raw</b>']);
  check('', 40, []);
});

test('tables, and what becomes of them where it is narrow', () => {
  const table = '| name | what it does |\n|---|---|\n| cut | shortens |\n| 日本 | wide |';
  check(table, 60, ['name │ what it does', '─────┼─────────────', 'cut  │ shortens', '日本 │ wide']);
  check(table, 12, ['name: cut', 'what it', '  does:', '  shortens', '', 'name: 日本', 'what it', '  does: wide']);
});

test('inline marks become styles, and a link shows where it leads', () => {
  check('**bold** `code` *it* ~~gone~~ &lt;a&gt;', 60, ['bold code it gone <a>']);
  check('[text](https://example.org/a) https://example.org', 60, ['text (https://example.org/a) https://example.org']);
  const [line = []] = markdownLines('[text](https://example.org)', 60);
  expect(line[0]).toEqual({text: 'text', underline: true, link: 'https://example.org'});
  const [unsafe = []] = markdownLines('[text](javascript:alert(1))', 60);
  expect(unsafe[0]).toEqual({text: 'text', underline: true});
});

test('escape sequences of the model never reach the terminal', () => {
  const lines = markdownLines('a\u001b[2Jb\n\n```\n\u001b]0;x\u0007c\n```\n\n[l](https://e.org/\u001b]8;;)', 40);
  expect(toAnsi(lines, false)).not.toContain('\u001b');
  expect(toAnsi([[span('x', 'good')]], true)).toBe('\u001b[32mx\u001b[39m');
});

test('no row is wider than the screen, and no word is lost', () => {
  const markdown = fc.array(
    fc.constantFrom(
      'word',
      '日本語',
      '👩‍👩‍👧',
      '\n',
      '\n\n',
      '- ',
      '> ',
      '# ',
      '`x`',
      '**b**',
      ' ',
      '| a | b |\n|---|---|\n| c | d |\n',
      '```\ncode\n```\n',
      'averyveryverylongword',
    ),
    {maxLength: 25},
  );
  fc.assert(
    fc.property(markdown, fc.integer({min: 12, max: 60}), (parts, width) =>
      markdownLines(parts.join(''), width).every(line => lineWidth(line) <= width),
    ),
    {numRuns: 400},
  );
});

test('wrapping keeps every character but the spaces it breaks at', () => {
  const text = fc.string({unit: fc.constantFrom('a', 'b', ' ', '日', 'é', '👍🏽'), maxLength: 60});
  fc.assert(
    fc.property(text, fc.integer({min: 2, max: 20}), fc.boolean(), (source, width, words) => {
      const rows = wrap([span(source)], width, {words}).map(plain);
      return rows.join('').replaceAll(' ', '') === source.replaceAll(' ', '') && (words || rows.join('') === source);
    }),
  );
});

const answer = '# Title\n\nOne paragraph\nof two lines.\n\n- a\n\n- b\n\nAfter.\n\n```\ncode\n\nmore\n```\n\n| a |\n|---|\n| b |\n\nEnd.';

test('an answer that is printed block by block is the same as at once, however it comes in', () => {
  for (let size = 1; size <= 40; size++) {
    let printed: string[] = [];
    let open = '';
    const show = (text: string) => {
      const lines = markdownLines(text, 40).map(plain);
      if (lines.length > 0) printed = [...printed, ...(printed.length > 0 ? [''] : []), ...lines];
    };
    for (let from = 0; from < answer.length; from += size) {
      const part = settledPart(open + answer.slice(from, from + size));
      show(part.settled);
      ({open} = part);
    }
    show(open);
    expect(printed).toEqual(markdownLines(answer, 40).map(plain));
  }
});

test('colour is the user’s choice', () => {
  expect(wantsColour({TERM: 'xterm'})).toBe(true);
  expect(wantsColour({TERM: 'xterm', NO_COLOR: '1'})).toBe(false);
  expect(wantsColour({TERM: 'xterm', NO_COLOR: '1', FORCE_COLOR: '1'})).toBe(true);
  expect(wantsColour({TERM: 'dumb'})).toBe(false);
});
