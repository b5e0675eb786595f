import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import fc from 'fast-check';
import type {Browser, BrowserContextOptions, Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {visibleLines} from '../../../src/core/text/visible.ts';
import {readable} from '../../../src/surfaces/export/readable.ts';
import {htmlPage} from '../../../src/surfaces/html/page.ts';
import {chromium} from '../../support/chromium.ts';
import {everything, Told} from '../export/told.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-page-'));
let browser: Browser | null = null;

beforeAll(async () => {
  browser = await chromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true, force: true});
});

/** Opens the session's page, and afterwards holds that nothing was said on the console and nothing but the page itself was asked for. */
async function opened(told: Told, use: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  if (browser === null) return;
  const file = join(folder, 'page.html');
  writeFileSync(file, await told.written(htmlPage));
  const context = await browser.newContext({viewport: {width: 900, height: 700}, ...options});
  const said: string[] = [];
  const asked: string[] = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(error.message));
    page.on('dialog', dialog => void dialog.dismiss().then(() => said.push('a dialog')));
    page.on('request', request => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await use(page);
    expect({said, asked}).toEqual({said: [], asked: [pathToFileURL(file).href]});
  } finally {
    await context.close();
  }
}

/** What is read of an element in the browser: its types are none of this project's. */
type Read = {textContent: string; localName: string; attributes: Iterable<{name: string}>; href: string};

const shown = (page: Page): Promise<number> => page.locator('.moment:not([hidden])').count();
const last = (page: Page) => page.locator('.moment[aria-current=step]');

describe('in a real browser', () => {
  test('the slider is moved by its keys, and what came later is hidden', async () => {
    await opened(everything(), async page => {
      expect(await shown(page)).toBe(10);
      const slider = page.getByRole('slider', {name: 'How far the session is shown'});
      await slider.focus();
      const places: Record<string, number> = {};
      for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'PageDown', 'PageUp', 'End', 'ArrowLeft', 'ArrowUp']) {
        await page.keyboard.press(key);
        places[`${Object.keys(places).length} ${key}`] = await shown(page);
        await expect(last(page).isVisible()).resolves.toBe(true);
      }
      expect(Object.values(places)).toEqual([1, 2, 3, 2, 6, 1, 10, 9, 10]);
      await page.keyboard.press('Home');
      expect(await slider.getAttribute('aria-valuetext')).toBe('Prompt · turn 1 · 2026-01-01 00:00:02 UTC, 1 of 10');
      expect(await page.getByText('End of the session.').isVisible()).toBe(false);
    });
  });

  test('the moment that is reached stands on the screen, above the slider', async () => {
    const told = new Told();
    for (let turn = 0; turn < 40; turn++)
      told.prompt(`Prompt ${turn}`).step('Words.\n\n'.repeat(turn % 7), [{input: {command: 'x'}, output: 'y\n'}]);
    await opened(told, async page => {
      await page.locator('#time').focus();
      for (const key of ['PageUp', 'ArrowLeft', 'PageUp', 'Home', 'PageDown', 'End']) {
        await page.keyboard.press(key);
        const box = await last(page).boundingBox();
        const bar = await page.locator('#player').boundingBox();
        expect(box!.y, key).toBeLessThan(bar!.y);
        expect(box!.y + box!.height, key).toBeGreaterThan(0);
      }
    });
  });

  test('the arrows lead to the slider from anywhere; keys that scroll a page still do, and a button keeps its space', async () => {
    await opened(everything(), async page => {
      await page.keyboard.press('Home');
      expect(await shown(page)).toBe(10);
      await page.keyboard.press('ArrowLeft');
      expect(await shown(page)).toBe(9);
      expect(await page.evaluate('document.activeElement.id')).toBe('time');
      await page.locator('#theme').focus();
      await page.keyboard.press('Space');
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
      expect(await page.locator('#play').getAttribute('aria-pressed')).toBe('false');
    });
  });

  test('space plays from the beginning to the end, and stops', async () => {
    await opened(everything(), async page => {
      await page.locator('#speed').selectOption('20');
      await page.locator('#time').focus();
      await page.keyboard.press('Space');
      expect(await page.locator('#play').getAttribute('aria-pressed')).toBe('true');
      await page.locator('#play[aria-pressed=false]').waitFor();
      expect(await shown(page)).toBe(10);
    });
  });

  test('a card opens by the keyboard, with what was asked, what the model saw, and its receipt', async () => {
    await opened(everything(), async page => {
      const card = page.locator('[id="c1.1"]');
      const output = card.getByRole('region', {name: 'What the model saw of 1.1'});
      expect(await output.isVisible()).toBe(false);
      await card.locator('summary').focus();
      await page.keyboard.press('Enter');
      expect(await output.innerText()).toBe('failed but plain\n');
      expect(await card.innerText()).toMatch(/npm test[\s\S]*1 line · 51 B · sha256 [0-9a-f]{64}/);
      await page.locator('.diff summary').click();
      expect(await page.getByRole('region', {name: 'Files changed in step 1'}).innerText()).toContain('--- old\n+++ new');
    });
  });

  test('a link to a turn that is hidden shows everything up to it', async () => {
    await opened(everything(), async page => {
      await page.locator('#time').focus();
      await page.keyboard.press('Home');
      await page.locator('nav summary').click();
      await page.getByRole('link', {name: 'And the next?'}).click();
      await page.locator('#m6[aria-current]').waitFor();
      expect(await shown(page)).toBe(6);
    });
  });

  test.each(['light', 'dark'] as const)('it is as the system is, %s, and the other on demand, and readable in both', async colorScheme => {
    await opened(
      everything(),
      async page => {
        await page.evaluate("for (const card of document.querySelectorAll('details')) card.open = true");
        const other = colorScheme === 'light' ? 'dark' : 'light';
        expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
        expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(colorScheme);
        await page.locator('#theme').click();
        expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(other);
        expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
      },
      {colorScheme},
    );
  });

  test('at 320 pixels nothing reaches over the side', async () => {
    await opened(
      everything(),
      async page => {
        await page.evaluate("for (const card of document.querySelectorAll('details')) card.open = true");
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      },
      {viewport: {width: 320, height: 600}},
    );
  });

  test('without scripts everything is there to be read, and no control that would do nothing', async () => {
    await opened(
      everything(),
      async page => {
        expect(await shown(page)).toBe(10);
        expect(await page.locator('#player').isVisible()).toBe(false);
        expect(await page.getByRole('button').count()).toBe(0);
        expect(await page.getByRole('heading', {level: 2}).allInnerTexts()).toHaveLength(2);
      },
      {javaScriptEnabled: false},
    );
  });

  test('any text in any place is read back as it is, and becomes no element', async () => {
    const nasty = [
      '</script><script>alert(1)</script>',
      '<!--',
      '-->',
      ']]>',
      '\u2028',
      '"><img src=x onerror=alert(1)>',
      "' onclick='",
      '\0',
      '\r\n',
      '\n\nx',
      '&amp;&lt;',
      '</pre></details></article>',
      '<svg onload=alert(1)>',
      '[x](javascript:alert(1))',
      '<a href="https://example.org">',
      '\u001b[31m<b>',
      '\ud800',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...nasty), fc.string({unit: 'binary', maxLength: 8})), {minLength: 1, maxLength: 6});
    const texts = [...nasty, ...fc.sample(text, 80).map(parts => parts.join(''))];
    const told = new Told().add({type: 'session.titled', title: texts.join(' ')});
    for (const one of texts) {
      told.prompt(one).step(one, [{tool: one, input: {command: one, [one]: one}, output: `${one}.`}]);
      told.add({type: 'degraded', what: 'test', why: one});
    }
    told.diff = `diff --git a/${texts[0]} b/x\n@@ -1 +1 @@\n+${texts.join('\n+')}\n`;
    told.add({type: 'worktree.prepared', base: 'a'.repeat(40) as never, head: null, left_out: [], dependencies: []}).checkpoint('b');
    await opened(told, async page => {
      const all = (selector: string) =>
        page.locator(selector).evaluateAll(found => (found as unknown as Read[]).map(({textContent}) => textContent));
      expect(await all('.prompt > p')).toEqual(texts.map(readable));
      expect(await all('.card:not(.diff) .output')).toEqual(
        texts.map(
          one =>
            `${one
              .split(/\u001b\[[\d;]*m/)
              .map(readable)
              .join('')}.`,
        ),
      );
      expect(await all('.note')).toEqual(texts.map(visibleLines));
      expect((await all('.asked pre')).slice(0, 2)).toEqual([texts[0], texts[0]].map(one => visibleLines(one ?? '')));
      expect(await all('script')).toHaveLength(1);
      const names = new Set(await page.locator('*').evaluateAll(found => (found as unknown as Read[]).map(({localName}) => localName)));
      expect([...names].filter(name => ['img', 'iframe', 'object', 'form', 'base', 'b'].includes(name))).toEqual([]);
      const attributes = new Set(
        await page
          .locator('*')
          .evaluateAll(found => (found as unknown as Read[]).flatMap(one => [...one.attributes].map(({name}) => name))),
      );
      expect([...attributes].filter(name => /^on|^style$|^src/.test(name))).toEqual([]);
      const links = await page.locator('a').evaluateAll(found => (found as unknown as Read[]).map(({href}) => href));
      expect(links.filter(href => !/^(?:https?:|mailto:|file:.*#)/.test(href))).toEqual([]);
    });
  });
});

/** The smallest contrast of a text with the ground behind it. */
const worstContrast = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(part => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = element => {
      for (let at = element; at !== null; at = at.parentElement) {
        const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
        if (a > 0) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const contrasts = [...document.querySelectorAll('main *, header *')]
      .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '') && element.checkVisibility())
      .map(element => [light(numbers(getComputedStyle(element).color)), light(ground(element))].toSorted((a, b) => b - a))
      .map(([bright, dark]) => (bright + 0.05) / (dark + 0.05));
    return Math.min(...contrasts);
  })()`);
