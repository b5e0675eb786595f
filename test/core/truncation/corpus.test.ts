import {join} from 'node:path';
import {expect, test} from 'vitest';
import {missing, readCorpus} from '../../bench/corpus.ts';
import {agentView} from '../../bench/corpus-view.ts';

/** Percent of a folder's outputs of which every critical line is shown at 2,000 tokens. `npm run corpus` prints what it is. */
const floors = {corpus: 88, 'held-out': 90};

test.each(Object.entries(floors))(
  'of real outputs in %s the lines that matter are shown, within the budget and counted right',
  (folder, floor) => {
    const samples = readCorpus(join(import.meta.dirname, '../../../fixtures/outputs', folder));
    const wrong = samples.flatMap(sample =>
      [1_000, 4_000].flatMap(tokens => agentView(sample, tokens).wrong.map(what => [sample.name, tokens, what])),
    );
    const shown = samples.map(sample => ({sample, ...agentView(sample, 2_000)}));
    expect([...wrong, ...shown.flatMap(({sample, wrong}) => wrong.map(what => [sample.name, 2_000, what]))]).toEqual([]);
    const failing = shown.filter(({sample, text}) => missing(sample, text).length > 0).map(({sample}) => sample.name);
    expect(samples.length).toBeGreaterThanOrEqual(40);
    expect(100 - (100 * failing.length) / samples.length, `missing something: ${failing.join(', ')}`).toBeGreaterThanOrEqual(floor);
  },
);
