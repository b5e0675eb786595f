import {globSync} from 'node:fs';
import {basename, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {packed, unpacked} from '../../../src/core/projections/packed-row.ts';
import {rowing, rowOf} from '../../../src/core/projections/session-row.ts';
import {sessionState} from '../../../src/core/projections/session-state.ts';
import {replay} from '../../../src/core/log/fold.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {recordsOf} from '../../support/records.ts';
import {referenceSession, settings, versions} from '../../support/reference-session.ts';
import {unpack} from '../../support/session-archive.ts';

const folder = join(import.meta.dirname, '../../../fixtures/sessions');
const fixtures = globSync('*.json.zst', {cwd: folder}).map(
  file => [basename(file, '.json.zst'), unpack(join(folder, file)).records] as const,
);

/** Forked, rewound, renamed and resumed behind the reference session. */
const tree = 'd'.repeat(40);
const lived: SessionEvent[] = [
  ...referenceSession,
  {type: 'user.steered', text: 'and the docs'},
  {type: 'session.titled', title: 'The docs'},
  {
    type: 'session.forked',
    session: 'forked0000' as SessionId,
    run: 'run00001' as never,
    from: {session: 'session000' as SessionId, seq: referenceSession.length + 1, hash: 'f'.repeat(64) as never, step: 3},
    place: {kind: 'worktree', root: '/home/worktrees/repo/forked0000', cwd: '', head: null},
    tree: tree as never,
    settings: {...settings, model: 'other/model'},
    versions,
    environment: versions.charter,
  },
  {type: 'session.rewound', to: 2, what: 'both', through: 12, files: {from: tree as never, to: 'a'.repeat(40) as never}, undoes: null},
  {type: 'user.prompted', text: 'Once more'},
  {type: 'worktree.discarded'},
];
const logs: (readonly [string, readonly Recorded[]])[] = [['lived', recordsOf(lived).records], ...fixtures];

describe.each(logs)('%s', (_, records) => {
  const whole = replay(rowing, records);

  test('a row that was packed after any record and gone on from is the row of the whole', () => {
    const cuts =
      records.length > 60 ? [1, 7, Math.floor(records.length / 2), records.length - 1, records.length] : records.map((__, at) => at);
    for (const cut of cuts) {
      const first = replay(rowing, records.slice(0, cut));
      const second = records.slice(cut).reduce(rowing.apply, unpacked(packed(first)));
      expect(rowOf(second)).toEqual(rowOf(whole));
      expect([...first.said, ...second.said]).toEqual([...whole.said]);
    }
  });

  test('it says what the session itself says', () => {
    const {card, changes, turn} = replay(sessionState, records);
    const row = rowOf(whole);
    expect(row).toMatchObject({title: card.title, steps: card.steps, prompts: card.prompts, model: card.model, mode: card.mode});
    expect({root: row.work.place?.root, owes: row.owes}).toEqual({root: changes.place?.root, owes: turn.owes !== 'human'});
    for (const {text} of whole.said) expect(text.length).toBeLessThanOrEqual(20_000);
  });
});

test('what was said, by kind and step', () => {
  const said = [...replay(rowing, recordsOf(lived).records).said].map(({kind, step, text}) => `${kind} ${step} ${text}`);
  expect(said).toEqual([
    'prompt 1 Mend the test. Привет, 世界, \u2028 and a lone \ufffd',
    'answer 1 I look first.',
    'path 1 a.ts',
    'command 2 npm test',
    'answer 3 Done.',
    'prompt 4 and the docs',
    'prompt 4 Once more',
  ]);
});

test('a fork is of its parent, where it was opened stays, and its files are as it left them', () => {
  const row = rowOf(replay(rowing, recordsOf(lived).records));
  expect(row).toMatchObject({
    root: '/repo',
    title: 'The docs',
    parent: {session: 'session000', step: 3},
    model: 'other/model',
    files: ['a.ts'],
    work: {state: 'discarded', place: {root: '/home/worktrees/repo/forked0000'}},
    word: 'unfinished',
    owes: true,
  });
});

test('paths are said once, and a session that touches more of them than anyone looks for stays small', () => {
  const many = Array.from({length: 5_000}, (_, index) => `src/${index}.ts`);
  const events: SessionEvent[] = [
    ...referenceSession,
    {type: 'files.checkpointed', step: 3, tree: tree as never, changed: many, left_out: []},
    {type: 'files.checkpointed', step: 4, tree: tree as never, changed: many, left_out: []},
  ];
  const state = replay(rowing, recordsOf(events).records);
  expect([...state.said].filter(({kind}) => kind === 'path')).toHaveLength(2_000);
  expect(rowOf(state).files).toHaveLength(1_000);
});
