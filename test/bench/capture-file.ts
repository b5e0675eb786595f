// Takes a file through all that an output goes through, in pieces as a pipe gives them. Prints the milliseconds from the first byte to the receipt.
import {closeSync, openSync, readSync} from 'node:fs';
import {captures} from './captures.ts';
import {ms} from './contest.ts';

const [file = '', home = ''] = process.argv.slice(2);
const {start} = captures(home);
const piece = Buffer.allocUnsafeSlow(64 * 1_024);
const fd = openSync(file, 'r');
const from = process.hrtime.bigint();
const captured = start('1.1');
let bytes = 0;
for (let length = 1; length > 0;) {
  length = readSync(fd, piece);
  bytes += length;
  const answer = captured.out(piece.subarray(0, length), 'stdout');
  if (typeof answer !== 'string') await answer;
}
const {total} = await captured.finish();
const took = ms(from, process.hrtime.bigint());
closeSync(fd);
if (total.bytes !== bytes) throw new Error(`${total.bytes} of ${bytes} bytes were kept`);
console.log(took);
