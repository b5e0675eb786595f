import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {Writable} from 'node:stream';
import type {Io} from './io.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Long output, page by page on a terminal as git shows it: through `$PAGER`, else `less` where there is one; elsewhere straight to stdout. */
export async function paged(bytes: AsyncIterable<Uint8Array>, {env, io}: {env: Environment; io: Io}): Promise<void> {
  const command = io.tty.stdout ? pagerOf(env) : null;
  if (command !== null) return throughPager(command, bytes, env);
  for await (const chunk of bytes) {
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
  const pager = spawn('sh', ['-c', command], {stdio: ['pipe', 'inherit', 'inherit'], env: {...env, LESS: env['LESS'] ?? 'FRX'}});
  const ended = once(pager, 'close');
  // Ctrl+C belongs to the pager while it shows.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    await feed(pager.stdin, bytes);
    await ended;
  } finally {
    process.off('SIGINT', ignore);
  }
}

async function feed(stdin: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  // Whoever leaves the pager before the end closes the pipe: what comes after has no reader.
  let left = false;
  stdin.on('error', () => (left = true));
  stdin.on('close', () => (left = true));
  for await (const chunk of bytes) {
    if (left) break;
    if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => (left = true));
  }
  stdin.end();
}
