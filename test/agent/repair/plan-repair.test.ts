import {describe, expect, test} from 'vitest';
import {planRepair, type RepairPlan} from '../../../src/agent/repair/plan-repair.ts';
import {scanLines} from '../../../src/agent/repair/scan-lines.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {recordsOf} from '../../support/records.ts';

const name = 'abcdefghjk';
const events: SessionEvent[] = Array.from({length: 7}, (_, n) => ({type: 'session.titled', title: `title ${n}`}));
const {lines} = recordsOf(events, name);
const whole = Buffer.from(lines.join(''));
const positions = lines.map((_, n) => n);

const planOf = async (bytes: Uint8Array): Promise<RepairPlan> =>
  planRepair(
    await scanLines(
      (async function* () {
        yield bytes;
      })(),
      name,
    ),
  );

/** What is kept, lost and behind, in numbers of records; `whole` where nothing is lost. */
async function check(damaged: readonly (string | Buffer)[], expected: object): Promise<void> {
  const bytes = Buffer.concat(damaged.map(part => Buffer.from(part)));
  const plan = await planOf(bytes);
  if (plan.kind === 'sound') return expect({kind: 'sound'}).toEqual(expected);
  const kept = plan.kept.map(({seq}) => seq);
  expect(
    Buffer.concat(plan.kept.map(({start, end}) => bytes.subarray(start, end))).equals(Buffer.from(lines.slice(0, kept.length).join(''))),
  ).toBe(true);
  if (plan.kind === 'whole') return expect({kind: 'whole', kept: kept.length, dropped: plan.dropped}).toEqual(expected);
  const {lost, behind} = plan;
  expect({kept: kept.length, lost: [lost.from, lost.to, lost.bytes], behind: behind.readable.map(({seq}) => seq)}).toEqual(expected);
}

const flipped = (line: string, at: number): Buffer => {
  const bytes = Buffer.from(line);
  bytes[at]! ^= 1;
  return bytes;
};
const after = (n: number): number[] => positions.filter(at => at > n);

test('a sound log needs nothing, and neither does one with a torn end', async () => {
  await check([whole], {kind: 'sound'});
  await check([whole, '{"v":1,"seq":7,'], {kind: 'sound'});
});

describe.each(positions)('damage at line %i', n => {
  const [before, line, behind] = [lines.slice(0, n), lines[n]!, lines.slice(n + 1)];

  test('a flipped bit anywhere in it', async () => {
    for (let at = 0; at < line.length - 1; at += 3) {
      const expected = {kept: n, lost: [n + 1, n + 1, line.length], behind: after(n)};
      await check([...before, flipped(line, at), ...behind], expected);
    }
  });

  test('a flipped line end', async () => {
    const [next = '', ...rest] = behind;
    const bytes = flipped(line, line.length - 1);
    if (n === lines.length - 1) await check([...before, bytes], {kept: n, lost: [n + 1, n + 1, line.length], behind: []});
    else
      await check([...before, bytes, ...behind], {
        kept: n,
        lost: [n + 1, n + 1, line.length + next.length],
        behind: after(n + 1).slice(0, rest.length),
      });
  });

  test('it is missing', async () => {
    // That a last line is missing shows nowhere in the log: the home log knows it.
    if (n === lines.length - 1) await check(before, {kind: 'sound'});
    else await check([...before, ...behind], {kept: n, lost: [n + 1, n, 0], behind: after(n)});
  });

  test('it stands there twice', async () => {
    await check([...before, line, line, ...behind], {kind: 'whole', kept: 7, dropped: 1});
  });

  test('something stands before it that is no record', async () => {
    await check([...before, 'rubbish\n', line, ...behind], {kind: 'whole', kept: 7, dropped: 1});
    await check([...before, '\n', line, ...behind], {kind: 'whole', kept: 7, dropped: 1});
  });

  test('it is exchanged with each other one', async () => {
    for (const other of positions.filter(at => at > n)) {
      const exchanged = [...lines];
      [exchanged[n], exchanged[other]] = [lines[other]!, line];
      await check(exchanged, {kind: 'whole', kept: 7, dropped: 0});
    }
  });

  test('NULs in its place, and NULs put before it', async () => {
    const nuls = Buffer.alloc(line.length);
    const [next = ''] = behind;
    if (n < lines.length - 1) {
      await check([...before, nuls, ...behind], {kept: n, lost: [n + 1, n + 1, line.length + next.length], behind: after(n + 1)});
    } else await check([...before, nuls], {kind: 'sound'});
    await check([...before, Buffer.alloc(512), line, ...behind], {kept: n, lost: [n + 1, n + 1, 512 + line.length], behind: after(n)});
  });

  test('cut out of the middle of it, with what follows', async () => {
    const [next = '', ...rest] = behind;
    if (n === lines.length - 1) return;
    const joint = `${line.slice(0, 40)}${next.slice(60)}`;
    await check([...before, joint, ...rest], {kept: n, lost: [n + 1, n + 1, joint.length], behind: after(n + 1)});
  });
});

test('several damages: what stands between goes to the appendix, as it stands', async () => {
  const damaged = [lines[0]!, flipped(lines[1]!, 5), lines[2]!, flipped(lines[3]!, 5), lines[4]!, lines[5]!, '{"torn'];
  await check(damaged, {kept: 1, lost: [2, 2, lines[1]!.length], behind: [2, 4, 5]});
  const bytes = Buffer.concat(damaged.map(part => Buffer.from(part)));
  const plan = await planOf(bytes);
  const ranges = plan.kind === 'broken' ? plan.behind.ranges : [];
  const start = lines[0]!.length + lines[1]!.length;
  expect(ranges).toEqual([{start, end: bytes.length}]);
});

test('nothing of it can be read', async () => {
  await check([Buffer.alloc(2000)], {kind: 'sound'});
  await check([Buffer.alloc(2000), '\n'], {kept: 0, lost: [1, 1, 2001], behind: []});
});

test('a record of another session among them is none of its own', async () => {
  const stray = recordsOf(events, 'other').lines[3]!;
  await check([...lines.slice(0, 3), stray, ...lines.slice(3)], {kind: 'whole', kept: 7, dropped: 1});
});
