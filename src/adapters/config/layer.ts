import type {ConfigProblem, Origin} from '../../ports/config.ts';
import type {ConfigText} from './read-file.ts';
import {isTable, SETTINGS, settingOf} from './settings.ts';
import {lineOf, statementsOf, type Statement} from './toml-lines.ts';

/** One file's settings, every one checked. */
export async function layerOf(
  {file, text}: Pick<ConfigText, 'file' | 'text'>,
  kind: FileKind,
): Promise<Layer | {problems: readonly ConfigProblem[]}> {
  const {parse, TomlError} = await import('smol-toml');
  try {
    const tree = parse(text, {unsafeKeyBehaviour: 'throw'});
    const statements = statementsOf(text);
    const settings = flattened(tree, []).map(([path, value]) => ({
      path,
      value,
      origin: {kind, file, line: lineOf(statements, path)} as const,
    }));
    const problems = settings.flatMap(({path, value}) => problemOf({file, path, value, statements}) ?? []);
    return problems.length > 0 ? {problems} : {settings};
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [found = ''] = error.message.split('\n');
    return {
      problems: [
        {file, line: error.line, key: null, found: found.replace('Invalid TOML document: ', ''), expected: 'TOML, like mode = "ask"'},
      ],
    };
  }
}

export type FileKind = 'user' | 'repository' | 'flag-file';
export type Layer = {settings: readonly Set[]};
export type Set = {path: readonly string[]; value: unknown; origin: Origin};

/** Values with their paths: whole settings stay whole, other tables are opened. */
function flattened(value: unknown, path: readonly string[]): readonly (readonly [readonly string[], unknown])[] {
  const open = isRecord(value) && settingOf(path) === null;
  if (!open) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, [...path, key]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) !== Date.prototype &&
    !(value instanceof Date)
  );
}

function problemOf({
  file,
  path,
  value,
  statements,
}: {
  file: string;
  path: readonly string[];
  value: unknown;
  statements: readonly Statement[];
}): ConfigProblem | null {
  const setting = settingOf(path);
  if (setting?.accepts(value)) return null;
  const at = {file, line: lineOf(statements, path), key: shown(path)};
  if (setting !== null) return {...at, found: described(value), expected: setting.expected};
  if (isTable(path)) return {...at, found: described(value), expected: `a table: [${shown(path)}]`};
  return {...at, found: 'a setting that does not exist', expected: `${nearest(shown(path))} (agent config list shows every setting)`};
}

/** Dotted, quoted where a part is not a plain key. */
export function shown(path: readonly string[]): string {
  return path.map(part => (/^[\w-]+$/u.test(part) ? part : JSON.stringify(part))).join('.');
}

function described(value: unknown): string {
  if (Array.isArray(value)) return `the list ${JSON.stringify(value)}`.slice(0, 80);
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`.slice(0, 80);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? 'a date' : 'a table';
}

/** The known key that is the fewest edits away. */
export function nearest(key: string): string {
  const distances = SETTINGS.map(setting => ({key: setting.key, far: distance(key, setting.key)}));
  const near = distances.reduce((best, each) => (each.far < best.far ? each : best));
  return near.far <= Math.max(3, key.length / 2) ? near.key : 'one of the known settings';
}

function distance(one: string, other: string): number {
  let row = Array.from({length: other.length + 1}, (_, at) => at);
  for (const [at, char] of one.slice(0, 100).split('').entries()) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) {
      next.push(Math.min((next[to] as number) + 1, (row[to + 1] as number) + 1, (row[to] as number) + (char === other[to] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) as number;
}
