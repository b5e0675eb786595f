import {parentPort} from 'node:worker_threads';
import {unreachable} from '../../core/log/fold.ts';
import {createMiddleReader, type MiddleReader} from '../../core/truncation/salience/middle-reader.ts';
import type {Answered, Asked} from './line-messages.ts';

// The program of the thread that looks at lines: it reads what it is given, and knows of nothing else.
const parent = parentPort;
if (parent === null) throw new Error('This is the program of a thread, not one to be started.');
const readers = new Map<number, MiddleReader>();
const answer = (answered: Answered, memory: ArrayBuffer): void => parent.postMessage(answered, [memory]);

parent.on('message', (asked: Asked) => {
  const {stream} = asked;
  switch (asked.type) {
    case 'open':
      return void readers.set(stream, createMiddleReader(asked.keep));
    case 'read':
      readers.get(stream)?.push(Buffer.from(asked.buffer, 0, asked.length));
      return answer({type: 'read', stream, buffer: asked.buffer}, asked.buffer);
    case 'finish': {
      const packed = readers.get(stream)!.pack();
      readers.delete(stream);
      return answer({type: 'finished', stream, packed}, packed.buffer);
    }
    case 'abandon':
      return void readers.delete(stream);
    default:
      return unreachable(asked);
  }
});
