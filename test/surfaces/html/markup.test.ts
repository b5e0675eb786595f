import fc from 'fast-check';
import {expect, test} from 'vitest';
import {html} from '../../../src/surfaces/html/markup.ts';

const decoded = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'"})[name] ?? '');

test('text stands escaped between the literal parts, and is the same when it is read', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), text => {
      const {markup} = html`<p title="${text}">${text}</p>`;
      const [, title = '', content = ''] = /^<p title="([^"]*)">([^<>"']*)<\/p>$/s.exec(markup) ?? [];
      expect([decoded(title), decoded(content)]).toEqual([text, text]);
    }),
  );
});

test('markup is not escaped twice, lists are joined, and null is nothing', () => {
  expect(
    html`<ul>
        ${['a', '<'].map(text => html`<li>${text}</li>`)}
      </ul>
      ${null}${3}`.markup,
  ).toBe('<ul><li>a</li><li>&lt;</li></ul>3');
});
