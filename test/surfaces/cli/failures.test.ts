import {expect, test} from 'vitest';
import {BlobRefused} from '../../../src/ports/blobs.ts';
import {explain} from '../../../src/surfaces/cli/failures.ts';

test.each([
  [{place: '/home/me/agent/blobs'}, '/home/me/agent/blobs cannot be written: the disk is full.'],
  [{}, 'The store of outputs cannot be written: the disk is full.'],
])('a store that refuses is told of with its place, the reason and what to type: %j', (where, said) => {
  expect(explain(new BlobRefused('ENOSPC', 'the disk is full', where))).toEqual({
    code: 1,
    message: `${said}\nFree space or mend the disk, then go on: agent resume --last`,
  });
});
