import {expect, test} from 'vitest';
import {read} from './pages.ts';

const page = read('docs/glossary.md');
const entries = [...page.matchAll(/^- \*\*([^*]+)\*\*: (.+)$/gm)].map(match => ({word: match[1]!.toLowerCase(), meaning: match[2]!}));

const theirs = [
  'session',
  'turn',
  'step',
  'tool call',
  'tool result',
  'context window',
  'compaction',
  'checkpoint',
  'worktree',
  'prompt cache',
  'usage',
];
const ours = [
  'log',
  'record',
  'fold',
  'projection',
  'excerpt',
  'receipt',
  'blob',
  'contract',
  'layer',
  'eviction',
  'fact',
  'recall',
  'hippocampus',
  'verdict',
  'gate',
];

test('docs/glossary.md explains every word once', () => {
  const words = entries.map(({word}) => word);
  expect([...theirs, ...ours].filter(word => !words.includes(word))).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
  expect(page.match(/^- /gm)?.length).toBe(entries.length);
});

test('each in one sentence', () => {
  const withoutAside = entries.map(({word, meaning}) => ({word, meaning: meaning.replace(/ \(The [^)]+\)$/, '')}));
  expect(withoutAside.filter(({meaning}) => !meaning.endsWith('.') || /\. [A-Z]/.test(meaning)).map(({word}) => word)).toEqual([]);
});
