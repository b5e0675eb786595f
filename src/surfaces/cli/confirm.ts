import {createInterface} from 'node:readline/promises';
import {Stop} from '../../agent/stop.ts';
import type {Io} from './io.ts';

/** Asks on the terminal; false is the answer to an empty line and to the end of input. Where nobody can answer, only `--yes` goes on. */
export async function confirmed(question: string, {yes, io}: {yes: boolean; io: Io}): Promise<boolean> {
  if (yes) return true;
  if (!io.tty.stdin || !io.tty.stderr) throw new Stop(2, `Nobody is there to answer: ${question}\nTo do it, type the same with --yes.`);
  const terminal = createInterface({input: io.stdin, output: io.stderr});
  const ended = new Promise<string>(resolve => terminal.once('close', () => resolve('')));
  const interrupt = new AbortController();
  terminal.once('SIGINT', () => interrupt.abort());
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `, {signal: interrupt.signal}), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (interrupt.signal.aborted) throw new Stop(130, 'Nothing was done.', {cause: error});
    throw error;
  } finally {
    terminal.close();
  }
}
