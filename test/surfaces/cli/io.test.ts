import {Writable} from 'node:stream';
import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import {ioOver, wantsColor} from '../../../src/surfaces/cli/io.ts';
import {painter} from '../../../src/surfaces/cli/paint.ts';
import {captured} from './world.ts';
import {pagerOf} from '../../../src/surfaces/cli/pager.ts';

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, {NO_COLOR: '1'}, false],
  [true, {NO_COLOR: ''}, true],
  [false, {FORCE_COLOR: '1'}, true],
  [false, {FORCE_COLOR: ''}, true],
  [true, {FORCE_COLOR: '0'}, false],
  [true, {FORCE_COLOR: 'false'}, false],
  [true, {NO_COLOR: '1', FORCE_COLOR: '1'}, true],
  [true, {TERM: 'dumb'}, false],
])('colour on a terminal (%s) with %o: %s', (terminal, env, expected) =>
  expect(wantsColor(terminal, env as Record<string, string>)).toBe(expected),
);

test('paint is nothing where no colour is wanted', () =>
  expect([painter(false)('red', 'x'), painter(true)('red', 'x')]).toEqual(['x', '\u001b[31mx\u001b[39m']));

test.each([
  [{PAGER: 'more -s'}, 'more -s'],
  [{PAGER: 'cat'}, null],
  [{PAGER: ' '}, null],
  [{PATH: '/nowhere'}, null],
  [{}, null],
])('pager of %o', (env, expected) => expect(pagerOf(env as Record<string, string>)).toBe(expected));

const stream = (write: (done: (error?: Error) => void) => void) =>
  new Writable({highWaterMark: 4, write: (_chunk, _encoding, done) => write(done)});

test('a reader that leaves ends the output without an error', async () => {
  const stdout = stream(done => done(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'})));
  const io = ioOver({stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {}});
  io.print('one');
  await new Promise(resolve => io.gone.addEventListener('abort', resolve));
  io.print('two');
  await io.send('three');
  expect(io.gone.aborted).toBe(true);
});

test('raw output waits for a slow reader, and stops waiting for one that leaves', async () => {
  let take: (error?: Error) => void = () => {};
  const stdout = stream(done => (take = done));
  const io = ioOver({stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {}});
  let sent = 0;
  const sending = io.send('12345678').then(() => sent++);
  await new Promise(resolve => setImmediate(resolve));
  expect(sent).toBe(0);
  take();
  await sending;
  const again = io.send('12345678');
  take(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}));
  await again;
  expect(io.gone.aborted).toBe(true);
});

test('a terminal obeys nothing but our own colours, and a pipe gets every byte', () => {
  const nasty = `${painter(true)('red', 'a')}\u001b]0;b\u0007\u009b2K\rc\td`;
  const shown = `${painter(true)('red', 'a')}\\x1b]0;b\\x07\\x9b2K\\x0dc\td\n`;
  for (const terminal of [true, false]) {
    const {io, out, err} = captured({terminal});
    io.print(nasty);
    io.progress(nasty);
    expect([out(), err()]).toEqual([terminal ? shown : `${nasty}\n`, shown]);
  }
});

test('what cannot be written is said once, and no stack trace', async () => {
  const stdout = stream(done => done(Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})));
  const said: string[] = [];
  const stderr = new Writable({write: (chunk, _encoding, done) => (said.push(String(chunk)), done())});
  let broken = 0;
  const io = ioOver({stdin: new PassThrough(), stdout, stderr, env: {}, broken: () => broken++});
  io.print('one');
  io.print('two');
  await new Promise(resolve => io.gone.addEventListener('abort', resolve));
  await new Promise(resolve => setImmediate(resolve));
  expect([said, broken]).toEqual([['error: The output cannot be written: ENOSPC: no space left on device, write\n'], 1]);
});
