import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {CallId} from '../../../src/core/vocabulary/ids.ts';
import {wakesAt} from '../../../src/surfaces/ui/update/update.ts';
import {nearest} from '../../../src/surfaces/ui/update/nearest.ts';
import {driven} from './harness/driven.ts';
import {asks, assembled, call, done, id, opened, ran, replied, said, started, thought} from './harness/records.ts';

const prompted = (text: string) => ({type: 'user.prompted' as const, text});

/** A session whose agent works on step 1. */
function working() {
  const ui = driven();
  ui.record(prompted('go'), assembled(1, 1));
  return ui;
}

/** A session that waits for an answer about `npm test`. */
function asking(risk: 'runs-command' | 'destroys' = 'runs-command') {
  const ui = working();
  ui.record(replied(1, [call('1.1', 'shell', {command: 'npm test'})]), asks('1.1', risk));
  ui.effects();
  return ui;
}

test('Enter sends, remembers, and empties the prompt', () => {
  const ui = driven();
  ui.type('fix it');
  ui.press('enter');
  expect(ui.effects()).toEqual([
    {do: 'remember', text: 'fix it'},
    {do: 'submit', command: {type: 'prompt', text: 'fix it'}},
  ]);
  expect(ui.ui().editor.text).toBe('');
});

test('a backslash before Enter breaks the line', () => {
  const ui = driven();
  ui.type('one\\');
  ui.press('enter');
  ui.type('two');
  ui.press('break');
  ui.type('three');
  ui.press('enter');
  expect(ui.commands()).toEqual([{type: 'prompt', text: 'one\ntwo\nthree'}]);
});

test('a pasted text with line breaks is not sent', () => {
  const ui = driven();
  ui.paste('one\ntwo\n');
  expect([ui.commands(), ui.ui().editor.text]).toEqual([[], 'one\ntwo\n']);
});

test('while the agent works Enter queues, Ctrl+S steers, and what waits is sent at rest, one by one', () => {
  const ui = working();
  ui.type('first');
  ui.press('enter');
  ui.type('second');
  ui.press('enter');
  ui.type('steering');
  ui.press('steer');
  expect(ui.commands()).toEqual([{type: 'steer', text: 'steering'}]);
  expect(ui.ui().queue).toEqual(['first', 'second']);
  ui.record(replied(1, [said('Done.')]));
  expect(ui.commands()).toEqual([{type: 'prompt', text: 'first'}]);
  expect(ui.ui().queue).toEqual(['second']);
});

test('after an interrupt what waited comes back to be looked at', () => {
  const ui = working();
  ui.type('later');
  ui.press('enter');
  ui.type('draft');
  ui.press('escape');
  expect(ui.commands()).toEqual([{type: 'interrupt'}]);
  ui.record({type: 'user.interrupted'});
  expect([ui.ui().queue, ui.ui().editor.text, ui.commands()]).toEqual([[], 'later\ndraft', []]);
});

test('what the session does not take comes back', () => {
  const ui = driven();
  ui.type('next');
  ui.take({type: 'refused', why: 'The agent is still working.', text: 'sent'});
  expect(ui.ui().editor.text).toBe('sent\nnext');
  expect(ui.frame()).toContain('✗ The agent is still working.');
});

test('up takes back what waits, then goes through the history', () => {
  const ui = working();
  ui.type('queued');
  ui.press('enter', 'up');
  expect([ui.ui().queue, ui.ui().editor.text]).toEqual([[], 'queued']);
  ui.press('delete-to-start', 'up');
  expect(ui.ui().editor.text).toBe('queued');
});

test('Ctrl+C: stops, clears, and twice quits', () => {
  const ui = working();
  ui.press('interrupt');
  expect(ui.commands()).toEqual([{type: 'interrupt'}]);
  ui.record({type: 'user.interrupted'});
  ui.wait(3_000);
  ui.type('words');
  ui.press('interrupt');
  expect([ui.ui().editor.text, ui.ui().ended]).toEqual(['', null]);
  ui.press('yank');
  expect(ui.ui().editor.text).toBe('words');
  ui.press('interrupt', 'interrupt');
  expect([ui.ui().ended, ui.effects()]).toEqual(['interrupted', [{do: 'end'}]]);
});

test('leaving at rest is quitting, by Ctrl+C twice, Ctrl+D or /quit', () => {
  for (const leave of ['ctrl-c', 'ctrl-d', 'command'] as const) {
    const ui = driven();
    if (leave === 'ctrl-c') ui.press('interrupt', 'interrupt');
    if (leave === 'ctrl-d') ui.press('end-of-input');
    if (leave === 'command') ui.paste('/quit');
    if (leave === 'command') ui.press('enter');
    expect([leave, ui.ui().ended]).toEqual([leave, 'quit']);
  }
});

test('Ctrl+D deletes where something is typed', () => {
  const ui = driven();
  ui.type('ab');
  ui.press('line-start', 'end-of-input');
  expect([ui.ui().editor.text, ui.ui().ended]).toEqual(['b', null]);
});

const answers = [
  ['y', {answer: 'allow'}],
  ['s', {answer: 'allow', remember: {rule: {effect: 'allow', tool: 'shell', pattern: 'npm test'}, for: 'session'}}],
  ['a', {answer: 'allow', remember: {rule: {effect: 'allow', tool: 'shell', pattern: 'npm test'}, for: 'always'}}],
  ['n', {answer: 'deny'}],
] as const;

test.each(answers)('%s answers once the question can be read, and only once', (letter, answer) => {
  const ui = asking();
  ui.wait(260);
  ui.type(letter + letter);
  expect(ui.commands()).toEqual([{type: 'answer', call: '1.1', ...answer}]);
});

test('a reason goes with the refusal', () => {
  const ui = asking();
  ui.wait(260);
  ui.type('euse pnpm');
  ui.press('enter');
  expect(ui.commands()).toEqual([{type: 'answer', call: '1.1', answer: 'deny', says: 'use pnpm'}]);
});

test('Esc leaves the reason, and the prompt keeps what was typed before', () => {
  const ui = working();
  ui.type('draft');
  ui.record(replied(1, [call('1.1', 'shell', {command: 'npm test'})]), asks('1.1'));
  ui.wait(800);
  ui.type('ewhy');
  ui.press('escape');
  expect([ui.ui().dialog?.kind, ui.ui().editor.text]).toEqual(['approval', 'draft']);
});

test('no key typed ahead and no paste answers', () => {
  const ui = asking();
  ui.type('y');
  ui.wait(260);
  ui.type('n');
  expect([ui.commands(), ui.ui().editor.text]).toEqual([[], 'yn']);
  ui.wait(800);
  ui.paste('y');
  ui.take({type: 'key', key: {type: 'text', text: 'yes', pasted: false}});
  expect([ui.commands(), ui.ui().editor.text]).toEqual([[], 'ynyyes']);
});

test('someone in the middle of a sentence answers nothing, however the keys fall', () => {
  const pauses = fc.array(fc.integer({min: 0, max: 700}), {minLength: 3, maxLength: 12});
  fc.assert(
    fc.property(pauses, gaps => {
      const ui = working();
      ui.type('x');
      ui.record(replied(1, [call('1.1', 'shell', {command: 'npm test'})]));
      ui.wait(-1);
      ui.type('n');
      ui.record(asks('1.1'));
      const start = ui.ui().editor.text;
      // The record came within the second, so the sentence goes on.
      if (ui.ui().now - ui.ui().last_typed >= 1_000) return true;
      for (const gap of gaps) {
        ui.wait(gap);
        ui.type('y');
      }
      return ui.commands().length === 0 && ui.ui().editor.text === start + 'y'.repeat(gaps.length);
    }),
  );
});

test('what may destroy is not offered to be remembered', () => {
  const ui = asking('destroys');
  ui.wait(260);
  ui.type('sa');
  expect(ui.commands()).toEqual([]);
  expect(ui.frame()).not.toContain('in this session');
});

test('the mode goes round, and full only after a yes', () => {
  const ui = driven();
  ui.press('shift-tab');
  expect(ui.commands()).toEqual([{type: 'set-mode', mode: 'accept-edits'}]);
  const settings = ui.ui().session.settings;
  if (settings === null) throw new Error('not opened');
  ui.record({type: 'settings.changed', settings: {...settings, mode: 'accept-edits'}});
  ui.press('shift-tab');
  expect([ui.commands(), ui.ui().dialog?.kind]).toEqual([[], 'confirm-full']);
  ui.type('y');
  expect([ui.commands(), ui.ui().editor.text]).toEqual([[], 'y']);
  ui.press('backspace', 'shift-tab');
  ui.wait(260);
  ui.type('y');
  expect(ui.commands()).toEqual([{type: 'set-mode', mode: 'full'}]);
});

test('slash commands', () => {
  const run = (text: string) => {
    const ui = driven();
    ui.type(text);
    ui.press('enter');
    return {effects: ui.effects().slice(1), frame: ui.frame(), text: ui.ui().editor.text};
  };
  expect(run('/model local/other').effects).toEqual([{do: 'submit', command: {type: 'set-model', model: 'local/other'}}]);
  expect(run('/mode plan').effects).toEqual([{do: 'submit', command: {type: 'set-mode', mode: 'plan'}}]);
  expect(run('/mode fast').frame).toContain('There is no mode "fast".');
  expect(run('/mode full').frame).toContain('y  switch to full');
  expect(run('/diff').effects).toEqual([{do: 'act', on: 'diff'}]);
  expect(run('/apply').effects).toEqual([{do: 'act', on: 'apply'}]);
  expect(run('/cost').frame).toContain('$0.00');
  expect(run('/help').frame).toContain('Shift+Tab');
  expect(run('/title A name').effects).toEqual([{do: 'submit', command: {type: 'set-title', title: 'A name'}}]);
  expect(run('/modle x')).toMatchObject({text: '/modle x', effects: []});
  expect(run('/appyl').frame).toContain('Did you mean /apply?');
  expect(run('/zzzzzz').frame).toContain('There is no command /zzzzzz. See /help.');
  expect(run('/constructor').effects).toEqual([]);
  expect(run('/etc/hosts is wrong').effects).toEqual([{do: 'submit', command: {type: 'prompt', text: '/etc/hosts is wrong'}}]);
  expect(nearest('hlep', ['help', 'quit'])).toBe('help');
});

test('Tab completes a command', () => {
  const ui = driven();
  ui.type('/mo');
  ui.press('tab');
  expect(ui.ui().editor.text).toBe('/mode');
  ui.type('l');
  ui.press('tab');
  expect(ui.ui().editor.text).toBe('/model ');
});

test('an answer is printed once, whether it was seen coming or not', () => {
  const text = 'First paragraph.\n\nSecond one.\n\nThird.';
  for (let size = 1; size <= text.length; size++) {
    const ui = working();
    ui.show({type: 'thinking', step: 1, delta: 'a plan'});
    for (let from = 0; from < text.length; from += size) ui.show({type: 'text', step: 1, delta: text.slice(from, from + size)});
    ui.record(replied(1, [thought('a plan'), said(text)]));
    expect(ui.frame().split('\n').slice(0, 9)).toEqual(['› go', '', '✻ a plan', '', 'First paragraph.', '', 'Second one.', '', 'Third.']);
  }
});

test('texts between calls are each printed once', () => {
  const parts = ['First.\n\n', 'Second.\n\nThird.\n\n'];
  const ui = working();
  for (const part of parts) ui.show({type: 'text', step: 1, delta: part});
  ui.record(replied(1, [said(parts[0] ?? ''), call('1.1', 'read', {path: 'a'}), said(parts[1] ?? '')]));
  expect(
    ui
      .frame()
      .split('\n')
      .filter(line => /^(First|Second|Third)/.test(line)),
  ).toEqual(['First.', 'Second.', 'Third.']);
});

test('a reply that breaks off stays in sight, and the next try is a new one', () => {
  const ui = working();
  ui.show({type: 'text', step: 1, delta: 'Half a sen'});
  ui.record({
    type: 'model.failed',
    step: 1,
    attempt: 1,
    error: {code: 'dropped', message: 'The stream ended early.', retryable: true},
    retry_in_ms: 500,
  });
  ui.show({type: 'text', step: 1, delta: 'A whole sentence.'});
  ui.record(replied(1, [said('A whole sentence.')]));
  expect(ui.frame()).toContain('Half a sen\n\n! The stream ended early. Trying again (attempt 2).\n\nA whole sentence.\n');
});

test('nothing that comes after an interrupt is shown', () => {
  const ui = working();
  ui.record({type: 'user.interrupted'});
  ui.show({type: 'text', step: 1, delta: 'late'});
  expect(ui.frame()).not.toContain('late');
});

test('the end of a flood is kept, and no more', () => {
  const ui = working();
  ui.record(replied(1, [call('1.1', 'shell', {command: 'seq'})]), started('1.1'));
  for (let line = 0; line < 5_000; line++)
    ui.show({type: 'output', call: '1.1' as CallId, stream: 'stdout', bytes: Buffer.from(`line ${line}\n`)});
  expect(ui.ui().live.outputs.get('1.1' as CallId)).toHaveLength(4_096);
  expect(ui.frame()).toContain('line 4999');
  ui.record(ran('1.1', 1, 5_000));
  expect(ui.frame()).toContain('    line 4997\n    line 4998\n    line 4999\n    20 + 50 of 5,000 lines');
  expect(ui.ui().live.outputs.size).toBe(0);
});

test('the screen changes by itself only while the agent works', () => {
  const ui = driven();
  expect(wakesAt(ui.ui())).toBeNull();
  ui.record(prompted('go'), assembled(1, 1));
  expect(wakesAt(ui.ui())).toBe((ui.ui().working?.since ?? 0) + 2_000);
  ui.record(replied(1, [call('1.1', 'shell', {command: 'npm test'})]), asks('1.1'));
  expect(wakesAt(ui.ui())).toBeNull();
  ui.record(
    {type: 'human.answered', call: '1.1' as CallId, answer: 'allow'},
    started('1.1'),
    done('1.1', 1),
    assembled(2, ui.seq() + 3),
    replied(2, [said('Done.')]),
  );
  expect(wakesAt(ui.ui())).toBeNull();
});

test('of a long past only the end is printed', () => {
  const past = Array.from({length: 100}, (_, index) => [
    prompted(`prompt ${index}`),
    assembled(index + 1, 1),
    replied(index + 1, [said(`answer ${index}`)]),
  ]).flat();
  const frame = driven([opened, ...past]).frame();
  expect(frame.split('\n')[0]).toBe(`· 140 earlier entries: agent replay ${id}`);
  expect(frame).not.toContain('prompt 69');
  expect(frame).toContain('prompt 70');
});

test('what a terminal would obey or hide in a call is written out in the question, in all of it and in its title', () => {
  const command = 'npm test \u001b]0;$(touch x)\u0007 2>/dev/null \u202e';
  const written = String.raw`npm test \x1b]0;$(touch x)\x07 2>/dev/null \u202e`;
  const ui = working();
  ui.record(replied(1, [call('1.1', 'shell', {command})]), asks('1.1', 'runs-command'));
  const shown = () => ui.frame({columns: 120, rows: 40});
  expect(shown()).toContain(written);
  expect(shown()).toContain('It holds control characters or invisible ones');
  ui.wait(2_000);
  ui.type('v');
  expect(shown()).toContain(`command: ${written}`);
  ui.type('e');
  expect(shown()).toContain(`Refuse shell ${written}`);
});

test('what an edit would write is shown whole', () => {
  const ui = working();
  const input = {path: 'a\u0007.sh', old: 'one', new: 'two\u001b[2K\u200b'};
  ui.record(replied(1, [call('1.1', 'edit', input)]), asks('1.1', 'runs-command'));
  const shown = ui.frame({columns: 120, rows: 40});
  expect(shown).toContain(String.raw`a\x07.sh`);
  expect(shown).toContain(String.raw`+ two\x1b[2K\u200b`);
});
