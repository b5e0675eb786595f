import {fstatSync} from 'node:fs';
import type {Io} from './io.ts';

/**
 * What was piped to stdin, or null. Where a prompt was given too, a pipe that says nothing for a while is taken as empty: many programs
 * start others with a stdin that stays open and never holds anything.
 */
export async function pipedInput({stdin, tty, progress}: Io, optional: boolean): Promise<string | null> {
  if (tty.stdin || (optional && !holdsSomething())) return null;
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(patience);
      stdin.off('data', take).off('error', reject).pause();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const take = (chunk: Buffer | string) => {
      clearTimeout(patience);
      chunks.push(Buffer.from(chunk));
    };
    const patience = setTimeout(() => {
      if (!optional) return;
      progress('- stdin is open but silent: going on without it');
      done();
    }, silence);
    stdin.on('data', take).once('end', done).once('error', reject);
  });
}

const silence = 3_000;

/** Pipes, files and sockets may; a device such as /dev/null does not. */
function holdsSomething(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false;
    throw error;
  }
}
