import {unreachable} from '../../../core/log/fold.ts';
import type {Progress} from '../../../core/vocabulary/command.ts';
import {isBusy, noLive, note, print, type Live, type Ui} from '../state.ts';
import {settledPart} from '../view/markdown.ts';

/** What goes by while the agent works. What comes after an interrupt is not shown: the log does not know of it either. */
export function onProgress(ui: Ui, progress: Progress): Ui {
  if (progress.type === 'notice') return note(ui, progress.text, 'warning');
  if (!isBusy(ui)) return ui;
  if (progress.type === 'output') return {...ui, live: withOutput(ui.live, progress)};
  const live = progress.step === ui.live.step ? ui.live : {...noLive, step: progress.step, outputs: ui.live.outputs};
  switch (progress.type) {
    case 'text':
      return commit({...ui, live: {...live, text: live.text + progress.delta, waiting: null}}, progress.delta.includes('\n'));
    case 'thinking':
      return {...ui, live: {...live, thinking: (live.thinking + progress.delta).slice(-longestThought), waiting: null}};
    case 'sent':
      return {...ui, live: {...live, waiting: null}};
    case 'calling':
      return {...ui, live: {...live, calling: progress.tool, waiting: null}};
    case 'waiting':
      return {...ui, live: {...live, waiting: {until: ui.now + progress.ms, why: progress.why}}};
    default:
      return unreachable(progress);
  }
}

/** Blocks that are complete go to the scroll-back while the rest comes: the live part stays shorter than the screen. */
function commit(ui: Ui, mayEndBlock: boolean): Ui {
  if (!mayEndBlock) return ui;
  const {settled, open} = settledPart(ui.live.text);
  if (settled.trim() === '') return ui;
  const first = ui.live.committed === '';
  const live = {...ui.live, text: open, committed: ui.live.committed + settled, thought: ui.live.thought || ui.live.thinking.trim() !== ''};
  return {...print(withThought(ui), {kind: 'part', text: settled, first}), live};
}

/** What was thought stands before what was said. */
export function withThought(ui: Ui): Ui {
  const {thinking, thought, step} = ui.live;
  if (thought || thinking.trim() === '') return ui;
  return print(ui, {kind: 'entry', entry: {kind: 'thought', seq: -1, step, text: thinking}, seen: []});
}

const longestThought = 4_000;
const keptOutput = 4_096;

// A copy, so that a chunk of a flood is not kept alive by its last bytes.
function withOutput(live: Live, {call, bytes}: Extract<Progress, {type: 'output'}>): Live {
  const before = live.outputs.get(call) ?? new Uint8Array(0);
  const part = bytes.subarray(-keptOutput);
  const kept = new Uint8Array(Math.min(keptOutput, before.length + part.length));
  kept.set(part, kept.length - part.length);
  const room = kept.length - part.length;
  if (room > 0) kept.set(before.subarray(before.length - room), 0);
  return {...live, outputs: new Map(live.outputs).set(call, kept)};
}
