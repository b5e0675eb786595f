import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import type {Question} from '../../../src/core/postmortem/finding.ts';
import {findings} from '../../../src/surfaces/cli/postmortem-findings.ts';
import {unpack} from '../../support/session-archive.ts';

const folder = resolve(import.meta.dirname, '../../../fixtures/sessions');
const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Record<string, {about: string; yes: readonly Question[]}>;
const questions: readonly Question[] = ['timeout', 'overflow', 'dropped-error', 'came-back', 'retry-storm', 'repeat'];
const home = mkdtempSync(join(tmpdir(), 'agent-postmortem-'));
afterAll(() => rmSync(home, {recursive: true, force: true}));

async function judged(name: string) {
  const {records, blobs} = unpack(join(folder, `${name}.json.zst`));
  const store = blobStore(join(home, name));
  for (const bytes of blobs.values()) await store.put(bytes);
  return findings(
    (async function* () {
      yield* records;
    })(),
    store,
  );
}

describe('the labelled sessions', () => {
  test('are enough, and half of them have nothing to find', () => {
    const all = Object.values(labels);
    expect(all.length).toBeGreaterThanOrEqual(30);
    expect(all.filter(({yes}) => yes.length === 0).length * 2).toBeGreaterThanOrEqual(all.length - 1);
  });

  test('are judged as they are labelled: precision and recall of each question', {timeout: 60_000}, async () => {
    const tally = new Map(questions.map(question => [question, {right: 0, wrong: 0, missed: 0}]));
    const mistakes: string[] = [];
    for (const [name, {yes}] of Object.entries(labels)) {
      const found = await judged(name);
      for (const question of questions) {
        const answers = found.filter(finding => finding.question === question);
        expect(answers.length, `${name}: ${question} is answered`).toBeGreaterThan(0);
        const [said, is] = [answers.some(({verdict}) => verdict === 'yes'), yes.includes(question)];
        const count = tally.get(question)!;
        if (said && is) count.right++;
        else if (said) count.wrong++;
        else if (is) count.missed++;
        if (said !== is) mistakes.push(`${name}: ${question} should be ${is ? 'yes' : 'no'}; ${answers.map(({says}) => says).join(' / ')}`);
      }
    }
    const percent = (part: number, whole: number) => (whole === 0 ? 100 : Math.round((100 * part) / whole));
    const table = [...tally].map(([question, {right, wrong, missed}]) => ({
      question,
      positives: right + missed,
      precision: percent(right, right + wrong),
      recall: percent(right, right + missed),
    }));
    console.table(table);
    expect(mistakes).toEqual([]);
    expect(table.filter(({positives}) => positives === 0)).toEqual([]);
  });
});
