import {expect, test} from 'vitest';
import {createCutter} from '../../../../src/core/truncation/cutter.ts';
import {createMiddleReader} from '../../../../src/core/truncation/salience/middle-reader.ts';
import {defaultPolicy, withTokens} from '../../../../src/core/truncation/policies.ts';
import {view} from '../../../../src/core/truncation/view.ts';
import {faults, label, marked} from '../oracle.ts';

function shown(input: string, tokens = 2_000) {
  const bytes = Buffer.from(input);
  const policy = withTokens(defaultPolicy, tokens);
  const cut = view(bytes, policy, label);
  expect(faults(cut, bytes, policy)).toEqual([]);
  const text = Buffer.from(cut.text).toString();
  expect(marked(text)).toBe(cut.truncated_lines_count);
  return {...cut, text};
}

const packages = (count: number): string[] =>
  Array.from(
    {length: count},
    (_, index) => `npm http fetch GET 200 https://registry.example.org/package-${index * 7} ${index % 900}ms (cache miss)`,
  );

function among(lines: string[], at: number, ...planted: string[]): string {
  return `${lines.toSpliced(at, 0, ...planted).join('\n')}\n`;
}

test('the one error among 15,000 look-alikes is shown, in a window that carries its line', () => {
  for (const at of [60, 7_000, 14_900]) {
    const {text, windows} = shown(among(packages(15_000), at, 'npm ERR! code E404', 'npm ERR! 404 Not Found - left-pad2'));
    expect(text).toContain('npm ERR! code E404\nnpm ERR! 404 Not Found - left-pad2\n');
    expect(windows.find(({why}) => why === 'salient')).toMatchObject({first: expect.toSatisfy((first: number) => first <= at + 1)});
  }
});

test('a rare line is shown whatever its words', () => {
  expect(shown(among(packages(15_000), 8_000, 'the quick brown fox')).text).toContain('the quick brown fox');
  const ticks = Array.from({length: 20_000}, (_, index) => `tick ${index}`);
  expect(shown(among(ticks, 9_000, 'tock')).text).toContain('tock');
});

test('the first of a kind is shown before its repetitions', () => {
  const noisy = packages(6_000).flatMap((line, index) =>
    index % 10 === 3 ? [line, `error: cannot reach mirror ${index}, trying the next`] : [line],
  );
  const {text} = shown(among(noisy, 4_100, 'error: disk quota exceeded on /var/lib/app'));
  expect(text).toContain('disk quota exceeded');
  expect(text).toContain('error: cannot reach mirror 3,');
});

test('a stack is shown with its message, its cause and the places in the project’s own files', () => {
  const frames = Array.from(
    {length: 9},
    (_, index) => `    at Layer.handle${index} (/srv/shop/node_modules/express/lib/router/layer.js:${index + 80}:5)`,
  );
  const {text} = shown(
    among(
      packages(5_000),
      2_500,
      'TypeError: Cannot read properties of undefined',
      ...frames,
      '    at quote (/srv/shop/src/pricing.js:9:25)',
      'Caused by: RangeError: bad rate',
    ),
    1_000,
  );
  for (const line of ['TypeError: Cannot read', 'src/pricing.js:9:25', 'Caused by: RangeError']) expect(text).toContain(line);
});

test('what the last lines name is shown where it happened', () => {
  const cases = Array.from(
    {length: 3_000},
    (_, index) => `running ${['alpha', 'beta', 'gamma'][index % 3]}_case_${index}: done, ${index} rows`,
  );
  const input = among(cases, 1_200, 'running omega_case: finished, 3 rows, checksum 17 instead of 18');
  expect(shown(`${input}1 of 3001 failed: omega_case\n`, 400).text).toContain('checksum 17 instead of 18');
});

test('lines that are the same but for numbers are shown by their first and last', () => {
  const {text} = shown(
    `begin\n${'x'.repeat(9_000)}\n${Array.from({length: 4_812}, (_, index) => `retry ${index} of 9999\n`).join('')}end\n`,
  );
  expect(text).toMatch(/retry 2 of 9999\n⟨… 4,806 similar lines not shown, 90,213 bytes \(6 to 4,811\)[^⟩]+⟩\nretry 4809 of 9999\n/);
});

test('of a line that was drawn over only the last form is shown', () => {
  const bar = Array.from({length: 2_000}, (_, index) => `fetching ${index / 20}%`).join('\r');
  const {text, truncated_lines_count} = shown(`begin\n${bar}\rfetched\nend\n`);
  expect(text).toMatch(/^begin\n⟨… 1 line cut: [\d,]+ of [\d,]+ bytes drawn over …⟩fetched\nend\n$/);
  expect(truncated_lines_count).toBe(1);
});

test('the notice of the largest gap says what kinds of lines are missing in all', () => {
  const lines = Array.from({length: 4_000}, (_, index) =>
    index % 4 === 0 ? `lib/part${index}.c:3: warning: unused` : `compiled part ${index} of the whole`,
  );
  const {text} = shown(lines.join('\n'), 500);
  const left = 1_000 - text.match(/: warning: unused/g)!.length;
  expect(text).toMatch(new RegExp(`not shown in all: ${left} warnings: read_output \\{"output":"3\\.1","from":\\d+\\}, or with "search"`));
});

test('any chunking gives the same candidates, also of a stream that is too long to hold them all', () => {
  const lines = Array.from(
    {length: 60_000},
    (_, index) =>
      `${index % 97 === 0 ? 'error' : 'note'} ${index.toString(36)} of ${(index * 7_919).toString(36)} ${'.'.repeat(index % 80)}`,
  );
  const bytes = Buffer.from(lines.join('\n'));
  const whole = cutInto(bytes, bytes.length);
  expect(cutInto(bytes, 65_536)).toEqual(whole);
  expect(cutInto(bytes, 4_099)).toEqual(whole);
  expect(candidatesOf(bytes).length).toBeLessThanOrEqual(24_576);
});

function cutInto(bytes: Buffer, size: number) {
  const cutter = createCutter(defaultPolicy, label);
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size), 'stdout');
  return cutter.finish();
}

function candidatesOf(bytes: Buffer) {
  const middle = createMiddleReader(4_000);
  middle.push(bytes);
  return middle.finish().candidates;
}

test('the rest of a stream counts its lines from where it begins', () => {
  const cutter = createCutter(defaultPolicy, label, 1_000);
  cutter.push(Buffer.from(`${packages(5_000).join('\n')}\n`), 'stdout');
  expect(Buffer.from(cutter.finish().text).toString()).toMatch(/"from":1004\}/);
});
