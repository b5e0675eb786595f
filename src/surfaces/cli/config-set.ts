import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {ConfigProblem} from '../../ports/config.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';

/** `agent config set` and, with null, `unset`: only ever in the user's own file. */
export async function setConfig({key, value}: {key: string; value: string | null}, program: Program, io: Io): Promise<ExitCode> {
  const config = await program.config();
  const done = await (value === null ? config.unset(key) : config.set(key, value));
  if ('problems' in done) throw new Stop(3, `${done.problems.map(describe).join('\n')}\nSee the settings: agent config list`);
  io.progress(value === null ? `Took ${oneLine(key)} out of ${done.file}` : `Set ${oneLine(key)} in ${done.file}`);
  return 0;
}

/** `agent config path`. The file need not be there yet. */
export async function configPath(program: Program, io: Io): Promise<ExitCode> {
  io.print(program.configFile);
  return 0;
}

function describe({file, line, key, found, expected}: ConfigProblem): string {
  const where = line === null ? file : `${file}:${line}`;
  return `${where}: ${key === null ? '' : `${oneLine(key)}: `}found ${oneLine(found)}, expected ${oneLine(expected)}.`;
}
