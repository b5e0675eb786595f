import {expect, test} from 'vitest';
import {happened, stormNote} from '../../../src/core/projections/storm-note.ts';

const came = (line: string) => ({kind: 'failure' as const, times: 3, line});

test.each([
  ['nope.txt does not exist.', ': nope.txt does not exist.'],
  ['Error: cannot find alpha', ': Error: cannot find alpha.'],
  ['and so on…', ': and so on….'],
  ['', '.'],
])('what a storm quotes (%j) ends in one full stop', (line, end) => {
  expect(happened(came(line))).toBe(`The same failure came back 3 times with no file changed in between${end}`);
  expect(stormNote(came(line), false)).toBe(`${happened(came(line))} The model was told.`);
  expect(stormNote(came(line), true)).toBe(`${happened(came(line))} The session is paused: say how to go on.`);
});
