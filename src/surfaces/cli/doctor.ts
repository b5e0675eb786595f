import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import type {Check} from '../../ports/doctor.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {painter, type Paint} from './paint.ts';

/** `agent doctor`: exit 1 where something needed fails. As JSON: `{v: 1, ok, version, platform, checks: [Check, …]}`. */
export async function doctor({json}: {json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const checks = (await Promise.all([machine(program), configuration(program), models(program), terminal(program, io)])).flat();
  const failed = checks.filter(({state}) => state === 'failed').length;
  if (json) {
    io.print(
      JSON.stringify({v: 1, ok: failed === 0, version: program.version, platform: `${process.platform} ${process.arch}`, checks}, null, 2),
    );
    return failed === 0 ? 0 : 1;
  }
  const paint = painter(io.color.stdout);
  const width = Math.max(...checks.map(({name}) => name.length));
  io.print(checks.flatMap(check => lines(check, width, paint)).join('\n'));
  if (failed > 0) io.progress(`${plural(failed, 'thing')} that the program needs ${failed === 1 ? 'does' : 'do'} not work.`);
  return failed === 0 ? 0 : 1;
}

async function machine(program: Program): Promise<readonly Check[]> {
  try {
    return await program.doctor();
  } catch (error) {
    // An invalid configuration has a line of its own below.
    if (error instanceof Stop)
      return [{name: 'machine', state: 'warning', found: 'cannot be checked while the configuration is invalid', mend: null}];
    throw error;
  }
}

async function configuration(program: Program): Promise<Check[]> {
  try {
    const {ignored} = await program.settings({dir: program.cwd, file: null, flags: {}});
    const untrusted = ignored.map(({file}): Check => ({
      name: 'configuration',
      state: 'note',
      found: `${file} grants things that do not count yet`,
      mend: 'agent config trust',
    }));
    return [{name: 'configuration', state: 'ok', found: `valid (your own: ${program.configFile})`, mend: null}, ...untrusted];
  } catch (error) {
    if (error instanceof Stop) return [{name: 'configuration', state: 'failed', found: error.message, mend: 'mend the file at that line'}];
    throw error;
  }
}

async function models(program: Program): Promise<Check[]> {
  try {
    const usual = await (await program.models()).usual();
    if (!('failure' in usual)) return [{name: 'model', state: 'ok', found: usual.name, mend: null}];
    return [{name: 'model', state: 'warning', found: usual.failure.message, mend: usual.failure.hint ?? 'agent models'}];
  } catch (error) {
    if (error instanceof Stop)
      return [{name: 'model', state: 'warning', found: 'cannot be looked for while the configuration is invalid', mend: null}];
    throw error;
  }
}

function terminal({env}: Program, io: Io): Check[] {
  const {tty, columns, color} = io;
  const name = 'terminal';
  if (!tty.stdout) return [{name, state: 'note', found: 'stdout is not a terminal: plain text, no colour', mend: null}];
  const found = `${env['TERM'] ?? 'TERM is not set'}, ${columns} columns, ${color.stdout ? 'colour' : 'no colour'}${tty.stdin ? '' : ', stdin is not a terminal'}`;
  if (env['TERM'] === 'dumb') return [{name, state: 'warning', found, mend: 'use a terminal that can move the cursor, or agent -p'}];
  const unicode = /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '') || process.platform === 'darwin';
  return [
    unicode
      ? {name, state: 'ok', found, mend: null}
      : {name, state: 'note', found: `${found}, locale without UTF-8`, mend: 'export LC_CTYPE=C.UTF-8, where boxes and arrows look broken'},
  ];
}

const marks = {ok: ['✓', 'green'], note: ['·', 'dim'], warning: ['!', 'yellow'], failed: ['✗', 'red']} as const;

function lines({name, state, found, mend}: Check, width: number, paint: Paint): string[] {
  const [mark, color] = marks[state];
  const first = `${paint(color, mark)} ${name.padEnd(width)}  ${oneLine(found)}`;
  return mend === null ? [first] : [first, `  ${' '.repeat(width)}  → ${oneLine(mend)}`];
}
