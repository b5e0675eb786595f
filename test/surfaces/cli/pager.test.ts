import {Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {ioOver} from '../../../src/surfaces/cli/io.ts';
import {captured} from './world.ts';
import {pagerOf, paged} from '../../../src/surfaces/cli/pager.ts';

const io = {
  ...ioOver({stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: {}}),
  tty: {stdin: true, stdout: true, stderr: true},
};
const env = {PATH: process.env['PATH']};

test.each([
  [{PAGER: 'most -s'}, 'most -s'],
  [{PAGER: 'cat'}, null],
  [{PAGER: ''}, null],
  [{PATH: ''}, null],
])('%o', (variables, expected) => expect(pagerOf(variables)).toBe(expected));

test.each(['cat >/dev/null', 'head -n 1 >/dev/null', 'exit 3', '{ no-such-pager; } 2>/dev/null'])(
  '%s: however the pager ends, showing is over',
  async PAGER => {
    const lines = Readable.from(Array.from({length: 20_000}, (_, n) => Buffer.from(`line ${n}\n`)));
    await expect(paged(lines, {env: {...env, PAGER}, io})).resolves.toBeUndefined();
  },
);

test('a pager that is not there is said, and all of it is shown without one', async () => {
  for (const PAGER of ['no-such-pager', 'no-such-pager -R', '/no/such/pager', ' no-such-pager | cat']) {
    const {io: terminal, out, err} = captured({terminal: true});
    const lines = Readable.from(Array.from({length: 2_000}, (_, n) => Buffer.from(`line ${n}\n`)));
    await paged(lines, {env: {...env, PAGER}, io: terminal});
    expect(out().split('\n')).toHaveLength(2_001);
    expect(err()).toMatch(/^The pager \S+ is not there \(PAGER says it\): this is shown without one\.\n$/);
  }
});

test('what could not be read to its end is an error, not a short page', async () => {
  async function* broken() {
    yield Buffer.from('first\n');
    throw new Error('git failed');
  }
  await expect(paged(broken(), {env: {...env, PAGER: 'cat >/dev/null'}, io})).rejects.toThrow('git failed');
});
