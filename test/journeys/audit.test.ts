import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {journey, ofType} from '../support/journey.ts';

const flood = `awk -v name="$1" 'BEGIN {for (i = 1; i <= 15000; i++) print i == 9000 ? "src/a.ts:3:1: error: boom " name : "npm http fetch " i}'; exit 1\n`;

test('everything that the model did not see of a flood is one command away', async () => {
  const at = journey({'flood.sh': flood});
  const script = join(at.root, 'script.json');
  const calls = [
    {calls: [{tool: 'shell', input: {command: 'sh flood.sh one'}}]},
    {calls: [{tool: 'shell', input: {command: 'sh flood.sh two'}}]},
  ];
  writeFileSync(script, JSON.stringify({replies: [...calls, {text: 'Done.'}]}));
  expect(await at.run(['-p', '--mode', 'full', '--model', `scripted:${script}`, 'go'])).toMatchObject({code: 0});
  const [receipt] = ofType(at.events(), 'tool.finished').map(({outcome}) => ('shown' in outcome ? outcome.shown : undefined));
  if (receipt === undefined) throw new Error('the call has no receipt');
  const audit = async (...words: string[]) => at.run(['audit', ...words, '--last']);
  const show = async (...words: string[]) => audit('show', ...words);

  const whole = await show('1.1');
  const lines = whole.stdout.split('\n').slice(0, -1);
  expect(lines).toHaveLength(15_000);
  const dropped = (await show('1.1', '--dropped')).stdout.split('\n').slice(0, -1);
  expect(dropped).toHaveLength(receipt.truncated_lines_count);
  const kept = new Set(receipt.windows.flatMap(({first, last}) => Array.from({length: last - first + 1}, (_, index) => first + index)));
  expect(dropped).toEqual(lines.flatMap((line, index) => (kept.has(index + 1) ? [] : [`${index + 1}\t${line}`])));

  expect((await show('1.1', '--grep', 'error')).stdout).toBe('9000\tsrc/a.ts:3:1: error: boom one\n');
  expect((await show('1.1', '--lines', '8999-9001')).stdout.split('\n')).toEqual([...lines.slice(8_998, 9_001), '']);
  expect(Buffer.byteLength((await show('1.1', '--as-shown')).stdout)).toBe(receipt.shown.bytes);
  const diff = (await show('--diff', '1.1', '2.1')).stdout;
  expect(diff.split('\n').filter(line => /^[-+@]/.test(line))).toEqual([
    '--- 1.1\tshell sh flood.sh one',
    '+++ 2.1\tshell sh flood.sh two',
    '@@ -8997,7 +8997,7 @@',
    '-src/a.ts:3:1: error: boom one',
    '+src/a.ts:3:1: error: boom two',
  ]);

  const csv = (await audit('--csv')).stdout.split('\r\n');
  expect(csv).toHaveLength(4);
  expect(csv[1]).toContain(`,1.1,shell,shell sh flood.sh one,${receipt.total.bytes},15000,`);
  expect((await audit()).stdout).toMatch(
    /^call .*\n1\.1 +shell sh flood\.sh one .*\n2\.1 .*\n\n2 of 2 outputs shortened · .* 0 repeats · 0 retry storms\n/,
  );
  expect(JSON.parse((await at.run(['stats', '--json'])).stdout)).toMatchObject({total: {shortened: 2}});
});

test('a reader that goes away ends it quietly', async () => {
  const at = journey({'flood.sh': flood});
  const script = join(at.root, 'script.json');
  writeFileSync(script, JSON.stringify({replies: [{calls: [{tool: 'shell', input: {command: 'sh flood.sh'}}]}, {text: 'Done.'}]}));
  await at.run(['-p', '--mode', 'full', '--model', `scripted:${script}`, 'go']);
  for (const words of [[], ['--dropped'], ['--grep', '.']]) {
    const shown = at.start(['audit', 'show', '1.1', ...words]);
    shown.child.stdout?.destroy();
    expect(await shown.ended).toMatchObject({stderr: ''});
  }
});
