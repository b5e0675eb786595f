import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';
import type {Config, ConfigFlags, ConfigProblem, LoadedConfig} from '../../ports/config.ts';
import {changeSetting} from './change.ts';
import {layerOf, type FileKind, type Set} from './layer.ts';
import {flagSettings, lay, layTightening, loaded, merged, type Merging} from './merge.ts';
import {readConfigFile} from './read-file.ts';
import {settingOf} from './settings.ts';

/** Defaults, then the user's file, the repository's, the one that was named, the environment, and the command line. */
export function tomlConfig(options: ConfigOptions): Config {
  const file = join(options.userDir, 'config.toml');
  return {
    read: where => read(options, file, where),
    set: (key, value) => changeSetting(file, key, value),
    unset: key => changeSetting(file, key, null),
  };
}

/** `trusted` says whether the user trusts a repository's file with this content; without it nobody's is. */
type ConfigOptions = {
  userDir: string;
  env: Readonly<Record<string, string | undefined>>;
  trusted?: (path: string, sha256: string) => boolean;
};

/** `~/.config/agent`, or where XDG_CONFIG_HOME says; the same on every platform. */
export function userConfigDir(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CONFIG_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(env['HOME'] || homedir(), '.config'), 'agent');
}

type Where = {repo: string | null; file: string | null; flags: ConfigFlags};
type Ignored = LoadedConfig['ignored'][number];

async function read(options: ConfigOptions, userFile: string, where: Where): Promise<LoadedConfig | {problems: readonly ConfigProblem[]}> {
  const merging = merged();
  const ignored: Ignored[] = [];
  const problems: ConfigProblem[] = [];
  problems.push(...(await layFile(merging, {file: userFile, kind: 'user'})));
  if (where.repo !== null) {
    const tightens = {trusted: options.trusted ?? (() => false), ignored};
    problems.push(...(await layFile(merging, {file: join(where.repo, '.agent', 'config.toml'), kind: 'repository', tightens})));
  }
  if (where.file !== null) problems.push(...(await layFile(merging, {file: where.file, kind: 'flag-file'})));
  for (const [kind, settings] of [
    ['environment', environmentSettings(options.env)],
    ['command line', flagSettings(where.flags)],
  ] as const) {
    problems.push(...settings.flatMap(setting => refused(setting, kind) ?? []));
    lay(merging, settings);
  }
  if (problems.length > 0) return {problems};
  const done = loaded(merging);
  return 'problems' in done ? done : {...done, ignored};
}

type Source = {file: string; kind: FileKind; tightens?: {trusted: (path: string, sha256: string) => boolean; ignored: Ignored[]}};

async function layFile(merging: Merging, {file, kind, tightens}: Source): Promise<readonly ConfigProblem[]> {
  const text = await readConfigFile(file, kind === 'repository');
  if (text === null)
    return kind === 'flag-file' ? [{file, line: null, key: null, found: 'no such file', expected: 'a configuration file'}] : [];
  if ('problem' in text) return [text.problem];
  const layer = await layerOf(text, kind);
  if ('problems' in layer) return layer.problems;
  if (tightens === undefined || tightens.trusted(file, text.sha256)) lay(merging, layer.settings);
  else {
    const keys = layTightening(merging, layer.settings);
    if (keys.length > 0) tightens.ignored.push({file, keys, sha256: text.sha256});
  }
  return [];
}

const VARIABLES: Readonly<Record<string, string>> = {AGENT_MODEL: 'model', AGENT_MODE: 'mode'};

function environmentSettings(env: ConfigOptions['env']): readonly Set[] {
  return Object.entries(VARIABLES).flatMap(([name, key]) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [{path: [key], value, origin: {kind: 'environment' as const, name}}];
  });
}

function refused({path, value, origin}: Set, file: string): ConfigProblem | null {
  const setting = settingOf(path);
  if (setting === null)
    return {file, line: null, key: path.join('.'), found: 'a setting that does not exist', expected: 'one of the known settings'};
  if (setting.accepts(value) || (value === null && setting.default === null)) return null;
  return {
    file,
    line: null,
    key: origin.kind === 'environment' ? origin.name : path.join('.'),
    found: JSON.stringify(value) ?? 'nothing',
    expected: setting.expected,
  };
}
