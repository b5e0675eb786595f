import {readFile} from 'node:fs/promises';
import {Stop} from '../../agent/stop.ts';
import {leastBytes} from '../../core/erasure/leaked.ts';
import type {Io} from './io.ts';

/** A value that must stand on no screen and in no shell's history: from a file, from a pipe, or typed without echo. Its last line end is not part of it. */
export async function secretValue(file: string | null, io: Io): Promise<string> {
  const bytes = file === null ? await (io.tty.stdin ? typed(io) : piped(io)) : await fromFile(file);
  const value = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (Buffer.byteLength(value) >= leastBytes && value.trim() !== '') return value;
  throw new Stop(
    2,
    `The value has to have at least ${leastBytes} bytes: a shorter one stands in too much that has nothing to do with it.\nType: agent sessions redact --help`,
  );
}

async function fromFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Stop(2, `${file} cannot be read: ${error.message}`, {cause: error});
  }
}

async function piped({stdin}: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}

async function typed({stdin, progress, stderr}: Io): Promise<Buffer> {
  const terminal: Io['stdin'] & {setRawMode?: (on: boolean) => unknown} = stdin;
  stderr.write('The value (it is not shown): ');
  terminal.setRawMode?.(true);
  try {
    return await untilEnter(stdin);
  } finally {
    terminal.setRawMode?.(false);
    progress('');
  }
}

function untilEnter(stdin: Io['stdin']): Promise<Buffer> {
  const bytes: number[] = [];
  return new Promise((resolve, reject) => {
    const done = () => {
      stdin.off('data', take).off('end', done);
      resolve(Buffer.from(bytes));
    };
    const take = (chunk: Buffer | string) => {
      const typed = Buffer.from(chunk);
      for (const [at, byte] of typed.entries()) {
        if (byte === enter || byte === newline || byte === endOfFile) {
          done();
          // What was typed ahead answers the next question.
          stdin.pause();
          if (at + 1 < typed.length) stdin.unshift(typed.subarray(at + 1));
          return;
        }
        if (byte === interrupt) return reject(new Stop(130, 'Nothing was done.'));
        if (byte === rubout || byte === backspace) removeCharacter(bytes);
        else bytes.push(byte);
      }
    };
    stdin.on('data', take).once('end', done).resume();
  });
}

/** Of several bytes in UTF-8, where it has them. */
function removeCharacter(bytes: number[]): void {
  let last = bytes.pop() ?? 0;
  while (last >= 0x80 && last < 0xc0) last = bytes.pop() ?? 0;
}

const [interrupt, endOfFile, backspace, newline, enter, rubout] = [0x03, 0x04, 0x08, 0x0a, 0x0d, 0x7f];
