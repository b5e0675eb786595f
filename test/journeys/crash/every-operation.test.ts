import {expect, test} from 'vitest';
import {everyPoint, tryPoint} from '../../support/crash/campaign.ts';
import {small, whole} from '../../support/crash/reference.ts';

// CRASH=full stops a longer session at every operation in every way; CRASH=after:134 only there, to look at one point again.
const {CRASH: wanted = 'small'} = process.env;
const full = {timeout: 60 * 60_000};

if (wanted === 'small')
  test('stopped after any write, fsync, new name or process, a session goes on to its end', {timeout: 15 * 60_000}, async () => {
    const {points, wrong} = await everyPoint(k => tryPoint(small, `after:${k},effects`));
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(60);
  });

if (wanted === 'small')
  test.each(['cut', 'empty'])(
    'the power goes after any of them (%s), and nothing that was promised is lost',
    {timeout: 15 * 60_000},
    async kind => {
      const {points, wrong} = await everyPoint(k => tryPoint(small, `${kind}:${k},effects`), 10);
      expect(wrong).toEqual([]);
      expect(points).toBeGreaterThan(60);
    },
  );

if (wanted === 'small')
  test('stopped again while it goes on, it goes on from there', {timeout: 15 * 60_000}, async () => {
    const {points, wrong} = await everyPoint(k => tryPoint(small, `after:${60 + (k % 25)},effects`, `after:${k},effects`), 9);
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(20);
  });

if (wanted === 'full')
  test.each(['after', 'before', 'torn', 'almost', 'cut', 'empty'])('the whole session, %s every operation', full, async kind => {
    const {points, wrong} = await everyPoint(k => tryPoint(whole, `${kind}:${k}`));
    console.log(`${points} points: ${kind}`);
    expect(wrong).toEqual([]);
  });

if (wanted === 'full')
  test.each([40, 120, 200, 260])(
    'the whole session, after operation %s, and again after every operation of going on',
    full,
    async first => {
      const {points, wrong} = await everyPoint(k => tryPoint(whole, `after:${first}`, `after:${k}`));
      console.log(`${points} points after ${first}`);
      expect(wrong).toEqual([]);
    },
  );

if (wanted.includes(':'))
  test(`the whole session, ${wanted}`, full, async () => {
    const [first = '', again = null] = wanted.split(' then ');
    expect(await tryPoint(whole, first, again)).toMatchObject({stopped: true, problems: []});
  });
