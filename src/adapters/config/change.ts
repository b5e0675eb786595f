import {randomBytes} from 'node:crypto';
import {mkdir, open, realpath, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {ConfigProblem} from '../../ports/config.ts';
import {edited} from './edit-toml.ts';
import {layerOf, nearest, shown} from './layer.ts';
import {readConfigFile} from './read-file.ts';
import {settingOf, type Setting} from './settings.ts';
import {keyParts} from './toml-lines.ts';

/** Sets a key in the user's file, or takes it out (`value` null). Nothing is written unless the whole file is valid afterwards. */
export async function changeSetting(
  file: string,
  key: string,
  value: string | null,
): Promise<{file: string} | {problems: readonly ConfigProblem[]}> {
  const path = keyParts(key);
  const setting = settingOf(path);
  if (setting === null)
    return {
      problems: [
        {
          file,
          line: null,
          key,
          found: 'a setting that does not exist',
          expected: `${nearest(key)} (agent config list shows every setting)`,
        },
      ],
    };
  const before = await readConfigFile(file, false);
  if (before !== null && 'problem' in before) return {problems: [before.problem]};
  const was = await layerOf({file, text: before?.text ?? ''}, 'user');
  if ('problems' in was && was.problems.some(problem => problem.key === null)) return was;
  const removes = value === null || (setting.default === null && /^(none|null|)$/u.test(value));
  const text = edited(before?.text ?? '', path, removes ? null : await written(value, setting));
  const layer = await layerOf({file, text}, 'user');
  if ('problems' in layer) return {problems: layer.problems};
  const done = layer.settings.some(each => shown(each.path) === shown(path)) !== removes;
  if (!done)
    return {problems: [{file, line: null, key, found: 'a form that cannot be edited line by line', expected: 'the file edited by hand'}]};
  if (text !== (before?.text ?? '')) await replace(file, text);
  return {file};
}

/** What was typed as TOML: as it is where that is of the right type, else as a text or a list of one. */
async function written(value: string, setting: Setting): Promise<string> {
  const {parse, TomlError} = await import('smol-toml');
  try {
    const tree = parse(`value = ${value}`);
    if (Object.keys(tree).length === 1 && setting.accepts(tree['value'])) return value.trim();
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
  }
  if (setting.accepts(value)) return quoted(value);
  if (setting.accepts([value])) return `[${quoted(value)}]`;
  return /^[+-]?\d[\d_.]*$/u.test(value) ? value : quoted(value);
}

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll('\u007F', String.raw`\u007F`);
}

/** Temporary file, fsync, rename, fsync of the folder. A linked file is replaced where it lies, not its link. */
async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700});
  const target = await realpath(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return file;
    throw error;
  });
  const temporary = join(dirname(target), `.config.toml.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
  const folder = await open(dirname(target), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
