import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import type {GitTree} from '../../../src/core/vocabulary/ids.ts';
import {LogDamaged} from '../../../src/ports/catalogue.ts';
import {outlineOf} from '../../../src/surfaces/export/outline.ts';
import {portion, room} from '../../../src/surfaces/export/portion.ts';
import {htmlPage} from '../../../src/surfaces/html/page.ts';
import {everything, Told} from '../export/told.ts';

const hashes = (page: string, element: string) =>
  [...page.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );

describe('the page', () => {
  test('lets nothing be loaded, and runs nothing but its one script, told by its hash', async () => {
    const page = await everything().written(htmlPage);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    expect([hashes(page, 'script').length, hashes(page, 'style').length]).toEqual([1, 1]);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      `style-src ${hashes(page, 'style')[0]}`,
      `script-src ${hashes(page, 'script')[0]}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/<[^>]+\s(?:on\w+|style|src|srcset|action)=/);
    expect(
      [...page.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!).filter(href => !/^(?:#|data:,$|https:\/\/example\.org)/.test(href)),
    ).toEqual([]);
  });

  test('is read without its script: everything stands in it, and only what the script moves is hidden', async () => {
    const page = await everything().written(htmlPage);
    expect([...page.matchAll(/<(\w+)[^>]*\shidden\b/g)].map(([, name]) => name)).toEqual(['button', 'div']);
    for (const text of [
      'Mend the test.',
      'The server is busy.',
      'put here by hand',
      'allowed by mode full',
      'The disk is nearly full.',
      'End of the session.',
      'failed</span>',
    ])
      expect(page).toContain(text);
    expect(page).toContain('<span class="c1">failed</span> <span class="c2 b">but</span> plain');
  });

  test('shows what each step changed in its files, however late it was noted, as lines of their kind', async () => {
    const told = new Told().add({type: 'worktree.prepared', base: 'a'.repeat(40) as GitTree, head: null, left_out: [], dependencies: []});
    told.prompt('Go.').step('One.').step('Two.');
    told.add({type: 'files.checkpointed', step: 1, tree: 'b'.repeat(40) as GitTree, changed: ['a.ts'], left_out: []});
    const [one = '', two = ''] = (await told.written(htmlPage)).split('<article').slice(2);
    expect(one).toContain('<span class="title">a.ts</span> <span class="end">+1 −1</span>');
    expect(one).toContain('<span class="del">--- old</span>\n<span class="add">+++ new</span>\n');
    expect(two).not.toContain('class="del"');
  });

  test('a patch that is too long is shown in part, with the count of what is left out', async () => {
    const told = everything();
    told.diff += '+line of a long patch\n'.repeat(5_000);
    const page = await told.written(htmlPage);
    const shown = page.split('+line of a long patch').length - 1;
    expect(shown).toBeGreaterThan(500);
    expect(page).toContain(`⟨${(5_000 - shown).toLocaleString('en-US')} more lines of this patch left out here⟩`);
  });

  test('of a damaged log it shows what stands before the damage', async () => {
    const source = everything().source();
    const records = source.records;
    const broken = {
      ...source,
      records: async function* () {
        let left = 5;
        for await (const record of records()) {
          if (left-- === 0) throw new LogDamaged('/log.jsonl', 6, 'it is not <JSON>');
          yield record;
        }
      },
    };
    const outline = await outlineOf(broken);
    let page = '';
    for await (const piece of htmlPage(outline, broken)) page += piece;
    expect(page).toContain('The log is damaged here: /log.jsonl, line 6: it is not &lt;JSON&gt;');
    expect(page).toMatch(/<\/main>\n<script>[\s\S]*<\/script>\n<\/body>\n<\/html>\n$/);
  });

  test('a session in which nothing happened is a page too', async () => {
    const page = await new Told().written(htmlPage);
    expect(page).toContain('Nothing has happened in this session yet.');
    expect(page).not.toContain('id="player"');
  });

  test('of ten thousand steps it is made piece by piece, and each text gets its share', async () => {
    const told = new Told();
    const output = 'a line of an output that is rather long\n'.repeat(250);
    for (let step = 0; step < 10_000; step++) told.prompt(`Prompt ${step}`).step('Yes.', [{input: {command: `run ${step}`}, output}]);
    const source = told.source();
    let [pieces, longest, all] = [0, 0, 0];
    for await (const piece of htmlPage(await outlineOf(source), source)) {
      pieces++;
      all += piece.length;
      // The links to the turns are one piece.
      if (pieces > 5) longest = Math.max(longest, piece.length);
    }
    expect(pieces).toBeGreaterThan(20_000);
    expect(longest).toBeLessThan(10_000);
    expect(all).toBeLessThan(60e6);
  });
});

describe('a text in part', () => {
  test('is its beginning and its end, and the count of what is between', () => {
    const text = Array.from({length: 100}, (_, line) => `line ${line}\n`).join('');
    const {head, left, tail} = portion(text, 300);
    expect(text.startsWith(head) && text.endsWith(tail) && head.endsWith('\n')).toBe(true);
    expect(left).toEqual({
      characters: text.length - head.length - tail.length,
      lines: 100 - head.split('\n').length - tail.split('\n').length + 2,
    });
    expect(portion('short', 300)).toEqual({head: 'short', left: null, tail: ''});
  });

  test('never ends inside a character', () => {
    const text = '😀'.repeat(200);
    for (let limit = 20; limit < 60; limit++) {
      const {head, tail} = portion(text, limit);
      expect(head.isWellFormed() && tail.isWellFormed()).toBe(true);
    }
  });

  test('gets smaller the more texts there are, and never too small to be read', () => {
    expect([room(0), room(10), room(3_000), room(1e6)]).toEqual([32_000, 32_000, 8_000, 2_000]);
  });
});
