import type {ConfigFlags, ConfigProblem, ConfigValues, LoadedConfig, Origin} from '../../ports/config.ts';
import type {Rule} from '../../core/vocabulary/verdict.ts';
import {shown, type Set} from './layer.ts';
import {SETTINGS, settingOf} from './settings.ts';

/** Settings laid over one another, weakest first. */
export function merged(): Merging {
  const values = new Map<string, Set>();
  for (const {key, default: value} of SETTINGS)
    if (!key.includes('*')) values.set(key, {path: key.split('.'), value, origin: {kind: 'default'}});
  return {values, rules: []};
}

export type Merging = {values: Map<string, Set>; rules: (Rule & {origin: Origin})[]};

export function lay(merging: Merging, settings: readonly Set[]): void {
  for (const setting of settings) {
    if (setting.path[0] === 'rules') merging.rules.push(...rulesOf(setting));
    merging.values.set(shown(setting.path), setting);
  }
}

/** Lays only what tightens; returns the keys of what does not. */
export function layTightening(merging: Merging, settings: readonly Set[]): readonly string[] {
  const ignored: string[] = [];
  for (const setting of settings) {
    const before = merging.values.get(shown(setting.path))?.value ?? null;
    if (settingOf(setting.path)?.tighter(setting.value, before)) lay(merging, [setting]);
    else if (JSON.stringify(before) !== JSON.stringify(setting.value)) ignored.push(shown(setting.path));
  }
  return ignored;
}

export function flagSettings(flags: ConfigFlags): readonly Set[] {
  const flat = (value: unknown, path: readonly string[]): readonly Set[] => {
    if (value === undefined) return [];
    const leaf = settingOf(path) !== null || typeof value !== 'object' || value === null;
    return leaf ? [{path, value, origin: {kind: 'flag'}}] : Object.entries(value).flatMap(([key, inner]) => flat(inner, [...path, key]));
  };
  return flat(flags, []);
}

export function loaded({values, rules}: Merging): Omit<LoadedConfig, 'ignored'> | {problems: readonly ConfigProblem[]} {
  const tree: Record<string, unknown> = {providers: {}, prices: {}};
  for (const {path, value} of values.values()) if (path[0] !== 'rules') put(tree, path, value);
  const problems = [...complete(tree, values, 'providers', ['protocol', 'url']), ...complete(tree, values, 'prices', ['input', 'output'])];
  if (problems.length > 0) return {problems};
  fill(tree['providers'], {key_env: null, window: null, headers: {}});
  fill(tree['prices'], {cached: null, cache_written: null});
  return {values: tree as unknown as ConfigValues, origins: new Map([...values].map(([key, {origin}]) => [key, origin])), rules};
}

function rulesOf({path, value, origin}: Set): readonly (Rule & {origin: Origin})[] {
  const effect = path[1] as Rule['effect'];
  return (value as readonly string[]).map(text => {
    const space = text.indexOf(' ');
    return space < 0 ? {effect, tool: text, origin} : {effect, tool: text.slice(0, space), pattern: text.slice(space + 1), origin};
  });
}

function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = tree;
  for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
  at[path.at(-1) as string] = value;
}

/** A provider without an address, or a price without a number, is of no use: named at the first line that mentions it. */
function complete(
  tree: Record<string, unknown>,
  values: Merging['values'],
  table: string,
  needed: readonly string[],
): readonly ConfigProblem[] {
  return Object.entries(tree[table] as Record<string, Record<string, unknown>>).flatMap(([name, entry]) =>
    needed
      .filter(key => entry[key] === undefined)
      .map(key => {
        const origin = [...values.values()].find(({path}) => path[0] === table && path[1] === name)?.origin;
        const at = origin !== undefined && 'file' in origin ? {file: origin.file, line: origin.line} : {file: 'command line', line: null};
        const path = [table, name, key];
        return {...at, key: shown(path), found: 'nothing', expected: settingOf(path)?.expected ?? 'a value'};
      }),
  );
}

function fill(entries: unknown, defaults: object): void {
  for (const [name, entry] of Object.entries(entries as Record<string, object>))
    (entries as Record<string, object>)[name] = {...defaults, ...entry};
}
