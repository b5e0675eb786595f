// Gives a thread some megabytes of lines, and then does as it is told: waits for what it says, or leaves it alone. Nothing else keeps this process alive.
import {threadedLineReaders} from '../../src/adapters/threads/line-readers.ts';

const reader = threadedLineReaders().open(4_000)!;
await reader.push(Buffer.from('a line like any other\n'.repeat(200_000)));
console.log('pushed');
if (process.argv[2] === 'finish') console.log((await reader.finish())?.length);
