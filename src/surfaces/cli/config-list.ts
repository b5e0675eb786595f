import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {LoadedConfig} from '../../ports/config.ts';
import {originText, settingsOf, valueText, type Setting} from './config-keys.ts';
import {oneLine} from './format/one-line.ts';
import {table} from './format/table.ts';
import type {Io} from './io.ts';
import {nearest} from './nearest.ts';
import {painter} from './paint.ts';

type From = {json: boolean; file: string | null};

/** `agent config`. As JSON: `{v: 1, settings: [{key, value, origin}, …], ignored}`; each rule is a setting of its own. */
export async function listConfig({json, file}: From, program: Program, io: Io): Promise<ExitCode> {
  const loaded = await load(file, program);
  const settings = settingsOf(loaded);
  if (json) {
    io.print(JSON.stringify({v: 1, settings, ignored: loaded.ignored}, null, 2));
    return 0;
  }
  const paint = painter(io.color.stdout);
  const rows = settings.map(({key, value, origin}) => [
    oneLine(key),
    valueText(value),
    origin.kind === 'default' ? dim(originText(origin)) : originText(origin),
  ]);
  io.print(
    table([{title: 'setting'}, {title: 'value'}, {title: 'from'}], rows, {width: Infinity, head: text => paint('dim', text)}).join('\n'),
  );
  for (const line of ignoredLines(loaded)) io.progress(line);
  return 0;

  function dim(text: string) {
    return {text, paint: (shown: string) => paint('dim', shown)};
  }
}

/** `agent config get`: the value alone; of a whole table its settings. As JSON: `{v: 1, settings}`. */
export async function getConfig({key, json, file}: From & {key: string}, program: Program, io: Io): Promise<ExitCode> {
  const settings = settingsOf(await load(file, program));
  const found = settings.filter(setting => setting.key === key || setting.key.startsWith(`${key}.`));
  if (found.length === 0 && /^rules(\.(allow|ask|deny))?$/.test(key)) return none(json, io);
  if (found.length === 0) throw new Stop(2, unknownKey(key, settings));
  if (json) io.print(JSON.stringify({v: 1, settings: found}, null, 2));
  else if (found.length === 1 && found[0]?.key === key) io.print(valueText(found[0].value));
  else io.print(found.map(setting => `${setting.key} = ${valueText(setting.value)}`).join('\n'));
  return 0;
}

function none(json: boolean, io: Io): ExitCode {
  io.print(json ? JSON.stringify({v: 1, settings: []}, null, 2) : valueText(null));
  return 0;
}

function unknownKey(key: string, settings: readonly Setting[]): string {
  const meant = nearest(
    key,
    settings.map(setting => setting.key),
  );
  return `There is no setting ${oneLine(key)}${meant === null ? '.' : `; did you mean ${meant}?`}\nSee all: agent config list`;
}

const load = (file: string | null, program: Program): Promise<LoadedConfig> => program.settings({dir: program.cwd, file, flags: {}});

function ignoredLines({ignored}: LoadedConfig): string[] {
  return ignored.map(
    ({file, keys}) => `Not counted until you trust ${file}: ${keys.map(oneLine).join(', ')}\nLook at it and decide: agent config trust`,
  );
}
