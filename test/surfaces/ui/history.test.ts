import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {historyFile} from '../../../src/surfaces/ui/input/history-file.ts';
import {historyOf, recall, sent, withEarlier} from '../../../src/surfaces/ui/input/history.ts';

test('up and down, and back to what was being typed', () => {
  const up = recall(historyOf(['one', 'two']), -1, 'draft');
  expect(up?.text).toBe('two');
  const upper = recall(up?.history ?? historyOf([]), -1, 'two, changed');
  expect(upper?.text).toBe('one');
  expect(recall(upper?.history ?? historyOf([]), -1, 'one')).toBeNull();
  const down = recall(upper?.history ?? historyOf([]), 1, 'one');
  expect(down?.text).toBe('two, changed');
  expect(recall(down?.history ?? historyOf([]), 1, 'two, changed')?.text).toBe('draft');
});

test('the draft comes back when an older entry was sent instead', () => {
  const up = recall(historyOf(['one']), -1, 'draft');
  expect(sent(up?.history ?? historyOf([]), 'one, changed')).toEqual({history: historyOf(['one', 'one, changed']), draft: 'draft'});
});

test('entries that are read late come before those of this run', () => {
  const up = recall(historyOf(['new']), -1, 'draft');
  const history = withEarlier(up?.history ?? historyOf([]), ['old']);
  expect(recall(history, -1, 'new')?.text).toBe('old');
  expect(recall(history, 1, 'new')?.text).toBe('draft');
});

test('walking loses no text, however long', () => {
  const steps = fc.array(fc.record({by: fc.constantFrom<-1 | 1>(-1, 1), change: fc.string({maxLength: 3})}), {maxLength: 20});
  fc.assert(
    fc.property(fc.array(fc.string({maxLength: 5}), {maxLength: 4}), steps, (entries, walk) => {
      let history = historyOf(entries);
      const texts = [...entries, 'draft'];
      let text = 'draft';
      for (const {by, change} of walk) {
        text += change;
        texts[history.at] = text;
        const found = recall(history, by, text);
        if (found === null) continue;
        ({history, text} = found);
        expect(text).toBe(texts[history.at]);
      }
    }),
  );
});

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'agent-history-'))));
afterAll(() => rm(folder, {recursive: true, force: true}));

test('is kept in a file that only the user may read', async () => {
  const path = join(folder, 'home', 'history');
  const file = historyFile(path);
  expect(await file.read()).toEqual([]);
  await file.add('one\nline');
  await file.add('two');
  expect(await historyFile(path).read()).toEqual(['one\nline', 'two']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a line that was half written is passed over, and a long file is shortened', async () => {
  const path = join(folder, 'history');
  await writeFile(path, `${Array.from({length: 2_500}, (_, index) => JSON.stringify(`entry ${index}`)).join('\n')}\n"half`, {mode: 0o644});
  const entries = await historyFile(path).read();
  expect([entries.length, entries.at(-1)]).toEqual([1_000, 'entry 2499']);
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(1_001);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('what is added at once stands in the order of the calls, and is waited for', async () => {
  const path = join(folder, 'in-order');
  const file = historyFile(path);
  const texts = Array.from({length: 200}, (_, index) => `prompt ${index}`);
  for (const text of texts) void file.add(text);
  await file.settled();
  expect(await historyFile(path).read()).toEqual(texts);
});
