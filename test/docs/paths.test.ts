import {globSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {codeIn, fenced, pages, read, root} from './pages.ts';

const exists = (path: string): boolean => globSync(path, {cwd: root}).length > 0;

describe.each(pages)('$file', ({file, text}) => {
  test('names only paths that are there', () => {
    const named = codeIn(text).flatMap(code => [...(/^(?:src|test|docs|bin|fixtures|\.ci|\.github)\/[\w./*-]+$/.exec(code) ?? [])]);
    expect(named.filter(path => !exists(path.replace(/\/$/, '')))).toEqual([]);
  });

  test('links only to pages that are there', () => {
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(match => match[1]!);
    expect(linked.filter(path => !exists(join(dirname(file), path)))).toEqual([]);
  });

  test('links only to headings that are there', () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].map(([, path, anchor]) => ({path: path!, anchor: anchor!}));
    const dead = linked.filter(({path, anchor}) => {
      const page = pages.find(one => one.file === (path === '' ? file : join(dirname(file), path)));
      return page !== undefined && !anchorsIn(page.text).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('names nothing of the machine that it was written on', () => {
    const places = [root, ...(homedir().length > 1 ? [`${homedir()}/`] : [])];
    expect(places.filter(place => text.includes(place))).toEqual([]);
    expect(text).not.toMatch(/(?<![\w.~$}])\/(?:root|work|home|Users)\/\w/);
  });

  test('names only npm scripts that are there', () => {
    const {scripts} = JSON.parse(read('package.json')) as {scripts: Record<string, string>};
    const named = fenced(text, 'sh').flatMap(code => [...code.matchAll(/\bnpm run ([\w-]+)/g)].map(match => match[1]!));
    expect(named.filter(name => scripts[name] === undefined)).toEqual([]);
  });
});

/** What a heading is linked to by: its words in lower case, joined by hyphens, without punctuation. */
function anchorsIn(text: string): readonly string[] {
  const headings = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#{1,6} +(.+)$/gm)].map(match => match[1]!);
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
