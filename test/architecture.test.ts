import {globSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {describe, expect, test} from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');
const arrows = readArrows(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
const files = globSync('**/*.{ts,tsx}', {cwd: src}).map(file => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join(src, file), 'utf8'),
}));

describe('the house is as docs/architecture.md draws it', () => {
  test('every folder of src stands in the table, and every folder of the table exists', () => {
    const unlisted = files.filter(({file}) => folderOf(file) === undefined).map(({file}) => file);
    const empty = [...arrows.keys()].filter(folder => !files.some(({file}) => folderOf(file) === folder));
    expect({unlisted, empty}).toEqual({unlisted: [], empty: []});
  });

  test('no import goes where the table has no arrow', () => {
    const broken = files.flatMap(({file, text}) =>
      importsOf(file, text)
        .filter(to => !isAllowed(file, to))
        .map(to => `${file} → ${to}`),
    );
    expect(broken).toEqual([]);
  });

  test('there is no circle of imports', () => {
    expect(circles()).toEqual([]);
  });

  test('core touches no clock, disk, network, process or package', () => {
    const found = files
      .filter(({file}) => file.startsWith('core/'))
      .flatMap(({file, text}) => impurities(file, text).map(what => `${file}: ${what}`));
    expect(found).toEqual([]);
  });

  test('no barrels, and no folder or file that is named after nothing', () => {
    const vague = files
      .filter(({file}) => /(^|\/)(index|utils?|helpers?|common|misc|manager|service)(\/|\.tsx?$)/.test(file))
      .map(({file}) => file);
    expect(vague).toEqual([]);
  });

  test('every path that the page names exists', () => {
    const named = [...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(
      match => match[1]!,
    );
    expect(named.filter(path => globSync(path, {cwd: root}).length === 0)).toEqual([]);
  });
});

function readArrows(page: string): Map<string, readonly string[]> {
  const table = page.slice(page.indexOf('| folder | may import |')).split('\n\n')[0]!;
  const rows = [...table.matchAll(/^\| ([\w/-]+) \|([^|]*)\|$/gm)].filter(
    ([, folder]) => folder !== 'folder' && !folder!.startsWith('---'),
  );
  return new Map(
    rows.map(([, folder, list]) => [
      folder!,
      list!
        .split(',')
        .map(name => name.trim())
        .filter(Boolean),
    ]),
  );
}

function folderOf(file: string): string | undefined {
  return [...arrows.keys()].filter(folder => file.startsWith(`${folder}/`)).toSorted((a, b) => b.length - a.length)[0];
}

function importsOf(file: string, text: string): readonly string[] {
  const paths = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(match => match[1]!);
  return paths.map(path => relative(src, join(src, dirname(file), path)).replaceAll('\\', '/'));
}

function isAllowed(file: string, to: string): boolean {
  const [from, target] = [folderOf(file), folderOf(to)];
  if (from === undefined || target === undefined) return to.endsWith('.json') && from !== undefined;
  return from === target || arrows.get(from)!.some(name => target === name || target.startsWith(`${name}/`));
}

const clock = /\bDate\.now|new Date\(\)|Math\.random|(?<!')\bprocess\.|\bfetch\(|\bsetTimeout|\bperformance\.|localeCompare|\bIntl\./;

function impurities(file: string, text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const packages = [...code.matchAll(/from '((?!\.)[^']+)'/g)].map(match => match[1]!);
  const allowed = file === 'core/log/event-schema.ts' ? ['zod'] : ['node:crypto', 'node:buffer'];
  return [...packages.filter(name => !allowed.includes(name)), ...(clock.exec(code) ?? [])];
}

/** Imports of types count too: two files that need each other's types are one idea in two places. What is imported late closes no circle. */
function circles(): readonly string[] {
  const edges = new Map(files.map(({file, text}) => [file, importsOf(file, text.replaceAll(/import\([^)]*\)/g, ''))]));
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
