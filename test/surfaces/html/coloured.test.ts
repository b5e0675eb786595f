import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readable} from '../../../src/surfaces/export/readable.ts';
import {coloured} from '../../../src/surfaces/html/coloured.ts';

const check = (text: string, html: string) => expect(coloured(text).html).toBe(html);

describe('what a program printed', () => {
  test('keeps its colours, as classes', () => {
    check('plain <b>', 'plain &lt;b&gt;');
    check('\u001b[31mred\u001b[39m not', '<span class="c1">red</span> not');
    check('\u001b[1;92mboth\u001b[22mone\u001b[mnone', '<span class="c2 b">both</span><span class="c2">one</span>none');
    check('\u001b[38;5;12mblue\u001b[38;2;1;2;3;4mline\u001b[0m', '<span class="c4">blue</span><span class="c4 u">line</span>');
    check('\u001b[48;5;1mground\u001b[2;3mfaint', 'ground<span class="f i">faint</span>');
    check('\u001b[38;5;200mfar\u001b[38m', 'far');
  });

  test('loses every other sequence, and nothing that a terminal obeys is left', () => {
    check('\u001b]0;title\u0007a\u001b[2J\u001b[31mb', 'a<span class="c1">b</span>');
    check('\u001b[31', '\\x1b[31');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom('\u001b[', '\u001b]0;', 'm', ';', '31', '\u0007', '\n', '\u202e'),
            fc.string({unit: 'binary', maxLength: 3}),
          ),
        ),
        parts => {
          const {html} = coloured(parts.join(''));
          expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
          expect(html).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
          expect(html.replaceAll(/<\/?span(?: class="[\w ]+")?>/g, '')).not.toMatch(/[<>]/);
        },
      ),
    );
  });

  test('without colours it is the readable text', () => {
    expect(readable('a\r\nb\u0007\t👨‍👩‍👧 \u200e')).toBe('a\nb\\x07\t👨‍👩‍👧 \\u200e');
  });
});
