import {expect, test} from 'vitest';
import type {RewindRequest} from '../../../src/agent/rewind.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';
import {driven} from './harness/driven.ts';
import {assembled, replied, said} from './harness/records.ts';

const prompted = (text: string): SessionEvent => ({type: 'user.prompted', text});

/** Two turns of one step each: records 1 to 3 and 4 to 6. */
function talked() {
  const ui = driven();
  ui.record(prompted('one'), assembled(1, 1), replied(1, [said('First.')]));
  ui.record(prompted('two\nlines'), assembled(2, 4), replied(2, [said('Second.')]));
  ui.effects();
  return ui;
}

const rewound = (
  through: number,
  what: 'talk' | 'files' | 'both',
  undoes: number | null = null,
): Extract<SessionEvent, {type: 'session.rewound'}> => ({
  type: 'session.rewound',
  to: 0,
  what,
  through,
  files: null,
  undoes,
});

const requested = (request: RewindRequest) => [{do: 'rewind', request}];

test('Esc twice at rest offers the prompts, the newest first; Enter and a letter say what goes back', () => {
  const ui = talked();
  ui.press('escape');
  expect(ui.frame()).toContain('Press Esc again to go back to an earlier prompt.');
  ui.press('escape');
  expect(ui.frame()).toContain('❯ two  after step 1');
  ui.press('up', 'up', 'up');
  expect(ui.frame()).toContain('❯ one  after step 0');
  ui.press('down', 'up', 'enter');
  expect(ui.frame()).toContain('Go back to before: one');
  ui.type('x');
  expect(ui.effects()).toEqual([]);
  ui.type('f');
  expect(ui.effects()).toEqual(requested({to: {through: 0}, what: 'files', force: false}));
  expect(ui.ui().dialog).toBeNull();
});

test('Esc leads back through the question, and a slow second Esc asks nothing', () => {
  const ui = talked();
  ui.press('escape');
  ui.wait(2_000);
  ui.press('escape');
  expect(ui.ui().dialog).toBeNull();
  ui.press('escape', 'enter', 'escape');
  expect(ui.ui().dialog).toEqual({kind: 'rewind', at: 1});
  ui.press('escape');
  expect(ui.ui().dialog).toBeNull();
});

test('in a prompt that holds something, and while the agent works, Esc does what it always does', () => {
  const ui = talked();
  ui.type('words');
  ui.press('escape', 'escape');
  expect([ui.ui().dialog, ui.ui().editor.text]).toEqual([null, 'words']);
  ui.press('delete-to-start');
  ui.record(prompted('three'), assembled(3, 7));
  ui.press('escape');
  expect(ui.commands()).toEqual([{type: 'interrupt'}]);
  ui.type('/undo');
  ui.press('enter');
  expect(ui.effects().filter(({do: what}) => what === 'rewind')).toEqual([]);
  expect(ui.frame()).toContain('still working');
});

test('/undo takes the newest prompt that still counts, and its words come back', () => {
  const ui = talked();
  ui.type('/undo');
  ui.press('enter');
  const request: RewindRequest = {to: {through: 3}, what: 'both', force: false};
  expect(ui.effects().slice(1)).toEqual(requested(request));
  const event = rewound(3, 'both');
  ui.record(event);
  ui.take({type: 'rewound', request, done: {kind: 'rewound', event, prompt: 'two\nlines', files: ['a.txt']}});
  expect(ui.ui().editor.text).toBe('two\nlines');
  expect(ui.frame()).toContain('Changed: a.txt.');
  ui.press('delete-to-end', 'delete-to-start', 'backspace', 'delete-to-start');
  ui.type('/undo');
  ui.press('enter');
  expect(ui.effects().slice(1)).toEqual(requested({to: {through: 0}, what: 'both', force: false}));
});

test('/redo asks for the undoing, and what is typed meanwhile is not written over', () => {
  const ui = talked();
  ui.type('/redo');
  ui.press('enter');
  expect(ui.effects().slice(1)).toEqual(requested({to: 'undo', what: 'both', force: false}));
  ui.type('my words');
  ui.take({
    type: 'rewound',
    request: {to: {through: 3}, what: 'both', force: false},
    done: {kind: 'rewound', event: rewound(3, 'both'), prompt: 'two', files: []},
  });
  expect(ui.ui().editor.text).toBe('my words');
});

test('what would be overwritten is asked about; only a typed y does it', () => {
  const ui = talked();
  const request: RewindRequest = {to: {through: 3}, what: 'both', force: false};
  const differs = () => ui.take({type: 'rewound', request, done: {kind: 'differs', files: ['mine.txt', 'a\u001b[2Jb']}});
  differs();
  expect(ui.frame()).toContain('mine.txt');
  expect(ui.frame()).not.toContain('\u001b');
  ui.type('y');
  expect(ui.effects()).toEqual([]);
  differs();
  ui.wait(300);
  ui.paste('y');
  expect(ui.effects()).toEqual([]);
  differs();
  ui.wait(300);
  ui.type('y');
  expect(ui.effects()).toEqual(requested({...request, force: true}));
});

test('nothing said, nothing to go back to', () => {
  const ui = driven();
  ui.press('escape', 'escape');
  expect(ui.ui().dialog).toBeNull();
  ui.type('/rewind');
  ui.press('enter');
  expect(ui.frame()).toContain('Nothing was said yet');
});
