import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import {linesForTerminal} from './for-terminal.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Long output, page by page on a terminal as git shows it: through `$PAGER`, else `less` where there is one; elsewhere straight to stdout. */
export async function paged(bytes: AsyncIterable<Uint8Array>, {env, io}: {env: Environment; io: Io}): Promise<void> {
  const command = io.tty.stdout ? pagerOf(env) : null;
  if (command !== null && (await canRun(command, {env, io}))) return throughPager(command, bytes, env);
  for await (const chunk of io.tty.stdout ? linesForTerminal(bytes) : bytes) {
    if (io.gone.aborted) return;
    await io.send(chunk);
  }
}

/** Null where there is none, or the user wants none (`PAGER=cat`, `PAGER=`). */
export function pagerOf(env: Environment): string | null {
  const wanted = env['PAGER'];
  if (wanted !== undefined) return wanted.trim() === '' || wanted.trim() === 'cat' ? null : wanted;
  return (env['PATH'] ?? '').split(delimiter).some(folder => folder !== '' && isProgram(join(folder, 'less'))) ? 'less' : null;
}

/**
 * Whether the shell finds the program that the command begins with. A command that begins with anything but a plain word is the shell's own affair.
 */
async function canRun(command: string, {env, io}: {env: Environment; io: Io}): Promise<boolean> {
  const program = /^\s*([\w./+-]+)(?=\s|$)/.exec(command)?.[1];
  if (program === undefined) return true;
  const {execa} = await import('execa');
  const {exitCode} = await execa('sh', ['-c', 'command -v -- "$1"', 'sh', program], {
    env: {...env},
    extendEnv: false,
    reject: false,
    stdio: 'ignore',
  });
  if (exitCode !== 127 && exitCode !== 1) return true;
  io.progress(`The pager ${oneLine(program)} is not there (PAGER says it): this is shown without one.`);
  return false;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

async function throughPager(command: string, bytes: AsyncIterable<Uint8Array>, env: Environment): Promise<void> {
  const {execa} = await import('execa');
  // Ctrl+C belongs to the pager while it shows.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    // A pager may hand on what the terminal would obey, and a Node stream would reach it as a file, which it need not be.
    const {cause} = await execa('sh', ['-c', command], {
      stdin: linesForTerminal(bytes),
      stdout: 'inherit',
      stderr: 'inherit',
      env: {...env, LESS: env['LESS'] ?? 'FRX'},
      extendEnv: false,
      reject: false,
    });
    // How the pager ended is the user's business, and who leaves it early has seen enough. What could not be shown is not.
    if (cause instanceof Error) throw cause;
  } finally {
    process.off('SIGINT', ignore);
  }
}
