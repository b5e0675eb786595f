import {Socket} from 'node:net';
import {createInterface} from 'node:readline/promises';
import type {Differing, Trust, Trusted} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {ChangedFile} from '../../ports/worktree.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';

/** Which of the two a resume goes on with where the worktree differs from its last checkpoint: as the command line says, else as the user answers. */
export function trustOf(given: Trusted | null, {headless, io}: {headless: boolean; io: Io}): Trust {
  if (given !== null) return given;
  // Nobody can be asked: what lies there is somebody's work.
  if (headless || !io.tty.stdin || !io.tty.stderr) return 'folder';
  return found => asked(found, io);
}

async function asked({root, files}: Differing, io: Io): Promise<Trusted> {
  io.progress(`The worktree differs from its last checkpoint, and no step of the session explains it: ${oneLine(root)}\n${listed(files)}`);
  for (;;) {
    const answer = await answered('Go on with the [f]older as it is, or put the files back to the [c]heckpoint? [F/c] ', io);
    if (/^(f(older)?)?$/i.test(answer)) return 'folder';
    if (/^c(heckpoint)?$/i.test(answer)) return 'checkpoint';
    io.progress('Type f or c. Either way the folder as it is now is kept in a checkpoint first.');
  }
}

/** The end of input is no answer: nothing was decided, so nothing happens. */
async function answered(question: string, io: Io): Promise<string> {
  // The list that the session was picked from let go of the terminal: nothing else would keep the program here until the answer comes.
  if (io.stdin instanceof Socket) io.stdin.ref();
  const terminal = createInterface({input: io.stdin, output: io.stderr});
  const given = new AbortController();
  terminal.once('SIGINT', () => given.abort());
  terminal.once('close', () => given.abort());
  try {
    return (await terminal.question(question, {signal: given.signal})).trim();
  } catch (error) {
    if (given.signal.aborted)
      throw new Stop(130, 'Nothing was done. To go on without a question, say which to trust: --trust folder or --trust checkpoint', {
        cause: error,
      });
    throw error;
  } finally {
    terminal.close();
  }
}

const most = 20;

function listed(files: readonly ChangedFile[]): string {
  const lines = files.slice(0, most).map(({path, change, added, removed}) => {
    const counts = added === null || removed === null ? '' : `  +${added} -${removed}`;
    return `  ${change.padEnd(12)}  ${oneLine(path)}${counts}`;
  });
  return [...lines, ...(files.length > most ? [`  and ${files.length - most} more`] : [])].join('\n');
}
