import {expect, test} from 'vitest';
import {csv} from '../../../src/surfaces/cli/format/csv.ts';

test.each<[cell: string | number, written: string]>([
  ['plain', 'plain'],
  ['', ''],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  [' =1', ' =1'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['="a",1', '"\'=""a"",1"'],
  [-5, '-5'],
  [0, '0'],
])('%j is written as %j', (cell, written) => expect(csv([[cell, 'next']])).toBe(`${written},next\r\n`));

test('every row ends in CRLF', () => expect(csv([['a'], ['b', 1]])).toBe('a\r\nb,1\r\n'));
