// Outputs of five lines, in turn hashed and written as a blob and taken through all that an output goes through. Prints the milliseconds of each pair as JSON.
import {createHash} from 'node:crypto';
import {captures} from './captures.ts';
import {ms} from './contest.ts';

const [home = '', times = ''] = process.argv.slice(2);
const {blobs, start} = captures(home);
const pairs: (readonly [number, number])[] = [];
// A session has started by then: what is loaded and compiled at the first output is not counted.
for (let index = 0; index <= Number(times); index++) pairs.push([await written(output(2 * index)), await captured(output(2 * index + 1))]);
console.log(JSON.stringify(pairs.slice(1)));

async function written(bytes: Buffer): Promise<number> {
  const from = process.hrtime.bigint();
  createHash('sha256').update(bytes).digest('hex');
  await blobs.put(bytes, {durable: true});
  return ms(from, process.hrtime.bigint());
}

async function captured(bytes: Buffer): Promise<number> {
  const from = process.hrtime.bigint();
  const capture = start('1.1');
  await capture.out(bytes, 'stdout');
  await capture.finish();
  return ms(from, process.hrtime.bigint());
}

/** No two are the same, since a blob that is there is not written again. */
function output(number: number): Buffer {
  const names = ['README.md', 'package.json', 'src/index.ts', 'src/parse.ts', 'test/parse.test.ts'];
  return Buffer.from(names.map((name, at) => `-rw-r--r-- 1 user user ${1_000_000 * (at + 1) + number} Nov 20 10:00 ${name}\n`).join(''));
}
