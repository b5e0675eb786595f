import type {Mode} from '../../../core/vocabulary/verdict.ts';
import {withText} from '../input/editor.ts';
import {isBusy, note, only, print, type Ui, type Updated} from '../state.ts';
import {costText, helpText} from '../view/help.ts';
import {confirmFull} from './arming.ts';
import {nearest} from './nearest.ts';
import {chooseRewind, redo, undoPrompt} from './rewinding.ts';

export type SlashCommand = {name: string; argument: string};

export type CommandCard = {usage: string; about: string; run: (ui: Ui, argument: string) => Updated};

/** Every slash command, as `/help` lists them. */
const commands: Readonly<Record<string, CommandCard>> = {
  help: {
    usage: '/help',
    about: 'the keys and commands',
    run: ui => only(print(ui, {kind: 'text', text: helpText(Object.values(commands))})),
  },
  model: {usage: '/model NAME', about: 'go on with another model', run: setModel},
  mode: {usage: '/mode plan|ask|accept-edits|full', about: 'what runs without asking', run: setMode},
  title: {usage: '/title TEXT', about: 'name this session', run: setTitle},
  diff: {usage: '/diff', about: 'the changes in the worktree', run: ui => only(ui, {do: 'act', on: 'diff'})},
  apply: {usage: '/apply', about: 'bring the changes into your checkout', run: apply},
  undo: {usage: '/undo', about: 'take the last prompt back, with what it did to the files', run: undoPrompt},
  rewind: {usage: '/rewind', about: 'go back to an earlier prompt: conversation, files or both', run: chooseRewind},
  redo: {usage: '/redo', about: 'take the last rewind back', run: redo},
  cost: {
    usage: '/cost',
    about: 'steps, tokens and money so far',
    run: ui => only(print(ui, {kind: 'text', text: costText(ui.session.usage)})),
  },
  quit: {usage: '/quit', about: 'end; the session can be resumed', run: ui => only({...ui, ended: 'quit'}, {do: 'end'})},
};

/** A message that is a command: `/` and a word. A path (`/etc/hosts is wrong`) is none. */
export function commandIn(message: string): SlashCommand | null {
  const match = /^\/([a-z][a-z-]*)(?:\s+(.*))?$/is.exec(message);
  return match?.[1] === undefined ? null : {name: match[1].toLowerCase(), argument: (match[2] ?? '').trim()};
}

export function runCommand(ui: Ui, {name, argument}: SlashCommand): Updated {
  const card = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (card !== undefined) return card.run(ui, argument);
  const near = nearest(name, Object.keys(commands));
  const hint = near === null ? 'See /help.' : `Did you mean /${near}? See /help for all.`;
  // What was typed comes back, to be mended or sent as it is.
  return only({
    ...note(ui, `There is no command /${name}. ${hint}`, 'error'),
    editor: withText(ui.editor, argument === '' ? `/${name}` : `/${name} ${argument}`),
  });
}

/** The commands that a text may become. */
export const suggestions = (text: string): readonly CommandCard[] => {
  const typed = /^\/([a-z-]*)$/i.exec(text)?.[1]?.toLowerCase();
  return typed === undefined ? [] : Object.keys(commands).flatMap(name => (name.startsWith(typed) ? (commands[name] ?? []) : []));
};

/** Tab: as much of the command's name as is certain. */
export function completed(text: string): string {
  const names = suggestions(text).map(({usage}) => usage.split(' ')[0] ?? '');
  const [first] = names;
  if (first === undefined) return text;
  let length = first.length;
  while (!names.every(name => name.startsWith(first.slice(0, length)))) length--;
  return names.length === 1 ? `${first} ` : first.slice(0, length);
}

function setModel(ui: Ui, name: string): Updated {
  if (name === '') return only(note(ui, `The model is ${ui.session.settings?.model ?? 'not set'}. Change it with: /model NAME`));
  return only(ui, {do: 'submit', command: {type: 'set-model', model: name}});
}

const modes: readonly Mode[] = ['plan', 'ask', 'accept-edits', 'full'];

function setMode(ui: Ui, name: string): Updated {
  const mode = modes.find(each => each === name);
  if (mode === 'full') return only(confirmFull(ui));
  if (mode !== undefined) return only(ui, {do: 'submit', command: {type: 'set-mode', mode}});
  const now = `The mode is ${ui.session.settings?.mode ?? 'not set'}.`;
  return only(
    note(ui, `${name === '' ? now : `There is no mode "${name}".`} The modes are ${modes.join(', ')}.`, name === '' ? 'info' : 'error'),
  );
}

function setTitle(ui: Ui, title: string): Updated {
  if (title === '') return only(note(ui, 'Say which: /title TEXT', 'error'));
  return only(note(ui, `The session is called "${title}".`), {do: 'submit', command: {type: 'set-title', title}});
}

function apply(ui: Ui): Updated {
  if (isBusy(ui)) return only(note(ui, 'The agent is still working. Apply when it rests, or press Esc to stop it.', 'warning'));
  return only(ui, {do: 'act', on: 'apply'});
}
