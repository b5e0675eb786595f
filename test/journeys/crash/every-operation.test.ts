import {expect, test} from 'vitest';
import {everyPoint, tryPoint} from '../../support/crash/campaign.ts';
import {small, whole} from '../../support/crash/reference.ts';

// CRASH=full stops a longer session at every operation in every way; CRASH=after:134 only there, to look at one point again.
const {CRASH: wanted = 'small'} = process.env;
const minutes = 60_000;

test.runIf(wanted === 'small')(
  'stopped after any write, fsync, rename or spawn, a session goes on to its end',
  {timeout: 5 * minutes},
  async () => {
    const {points, wrong} = await everyPoint(small, 'after,effects');
    console.log(points);
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(60);
  },
);

test.runIf(wanted === 'full').each(['after', 'before', 'torn', 'almost'])(
  'the whole session, %s every operation',
  {timeout: 30 * minutes},
  async kind => {
    const {points, wrong} = await everyPoint(whole, kind);
    console.log(`${points} points ${kind}`);
    expect(wrong).toEqual([]);
  },
);

test.runIf(wanted.includes(':'))(`the whole session, ${wanted}`, async () => {
  expect(await tryPoint(whole, wanted)).toEqual({point: wanted, stopped: true, problems: []});
});
