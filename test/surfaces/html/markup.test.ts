import fc from 'fast-check';
import {expect, test} from 'vitest';
import {markup} from '../../../src/surfaces/html/markup.ts';

const decoded = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'"})[name] ?? '');

const text = fc.array(fc.oneof(fc.constantFrom(...'<>&"\''), fc.string({unit: 'binary'}))).map(parts => parts.join(''));

test('text stands escaped between the literal parts, and is the same when it is read', () => {
  fc.assert(
    fc.property(text, text => {
      const {html} = markup`<p title="${text}">${text}</p>`;
      const [, title = '', content = ''] = /^<p title="([^"]*)">([^<>"']*)<\/p>$/s.exec(html) ?? [];
      expect([decoded(title), decoded(content)]).toEqual([text, text]);
    }),
  );
});

test('markup is not escaped twice, lists are joined, and null is nothing', () => {
  const items = ['a', '<'].map(text => markup`<li>${text}</li>`);
  expect(markup`<ul>${items}</ul>${null}${3}`.html).toBe('<ul><li>a</li><li>&lt;</li></ul>3');
});
