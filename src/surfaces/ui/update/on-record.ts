import {transcript, type Entry} from '../../../core/projections/transcript.ts';
import type {SessionState} from '../../../core/projections/session-state.ts';
import type {Recorded} from '../../../core/vocabulary/event.ts';
import {withText} from '../input/editor.ts';
import {isBusy, noLive, note, only, print, type Dialog, type Item, type Ui, type Updated} from '../state.ts';
import {lastLines} from '../view/safe-text.ts';
import {armedAt} from './arming.ts';
import {withThought} from './on-progress.ts';

/** A record came onto the log: its entries are printed, and what it ends or begins shows. */
export function onRecord(before: Ui, record: Recorded, session: SessionState): Updated {
  const {event} = record;
  const broken = event.type === 'user.interrupted' || event.type === 'model.failed' ? flush(before) : before;
  const folded = transcript.apply(broken.transcript, record);
  let ui: Ui = {...broken, session, transcript: folded};
  for (const entry of folded.done.from(broken.transcript.done.length)) ui = printEntry(ui, entry);
  if (event.type === 'model.replied' || event.type === 'user.prompted') ui = {...ui, live: {...noLive, outputs: ui.live.outputs}};
  ui = {...ui, dialog: dialogOf(ui), working: isBusy(ui) ? (ui.working ?? {since: ui.now}) : null};
  return isBusy(before) && !isBusy(ui) ? atRest(ui) : only(ui);
}

const shownOfPast = 60;

/** Everything before now, without the effects it had then. */
export function past(before: Ui, records: readonly Recorded[], session: SessionState): Updated {
  let folded = before.transcript;
  for (const record of records) folded = transcript.apply(folded, record);
  const hidden = Math.max(0, folded.done.length - shownOfPast);
  const isWhole = (records[0]?.seq ?? 0) === 0;
  const earlier = isWhole ? `${hidden} earlier entries` : 'What came earlier';
  const ui = isWhole && hidden === 0 ? before : note(before, `${earlier}: agent replay ${before.id}`);
  const items = Array.from(folded.done.from(hidden), (entry): Item => ({kind: 'entry', entry, seen: []}));
  const shown = print({...ui, session, transcript: folded}, ...items);
  return only({...shown, dialog: dialogOf(shown), working: isBusy(shown) ? {since: shown.now} : null});
}

/** What was already seen of a reply that will not be whole stays in sight. */
function flush(ui: Ui): Ui {
  const {text, committed} = ui.live;
  if (text.trim() === '') return {...ui, live: {...noLive, outputs: ui.live.outputs}};
  const shown = print(withThought(ui), {kind: 'part', text, first: committed === ''});
  return {...shown, live: {...noLive, outputs: ui.live.outputs}};
}

function printEntry(ui: Ui, entry: Entry): Ui {
  switch (entry.kind) {
    case 'answer':
      return printAnswer(ui, entry);
    case 'thought':
      return ui.live.thought && ui.live.step === entry.step ? ui : print(ui, {kind: 'entry', entry, seen: []});
    case 'call': {
      const {id} = entry.card.call;
      const outputs = new Map(ui.live.outputs);
      outputs.delete(id);
      return {...print(ui, {kind: 'entry', entry, seen: seenOf(ui, entry)}), live: {...ui.live, outputs}};
    }
    default:
      return print(ui, {kind: 'entry', entry, seen: []});
  }
}

/** Only what was not printed while it came in. */
function printAnswer(ui: Ui, entry: Extract<Entry, {kind: 'answer'}>): Ui {
  const {committed, step} = ui.live;
  const text = entry.text.trimStart();
  const printed = committed.trimStart();
  if (printed === '' || step !== entry.step) return print(ui, {kind: 'entry', entry, seen: []});
  if (printed.startsWith(text.trimEnd())) return {...ui, live: {...ui.live, committed: printed.slice(text.length)}};
  const rest: Item = text.startsWith(printed)
    ? {kind: 'part', text: text.slice(printed.length), first: false}
    : {kind: 'entry', entry, seen: []};
  return {...print(ui, rest), live: {...ui.live, committed: ''}};
}

const shownOfCommand = 3;

const seenOf = (ui: Ui, {card}: Extract<Entry, {kind: 'call'}>): readonly string[] =>
  card.call.tool === 'shell' ? lastLines(new TextDecoder().decode(ui.live.outputs.get(card.call.id)), shownOfCommand) : [];

/** The first call that waits for an answer; what is being typed as a reason stays while its call waits. */
function dialogOf(ui: Ui): Dialog | null {
  const asking = [...ui.session.turn.calls.values()].find(({at}) => at === 'asking')?.call.id;
  const {dialog} = ui;
  const asked = dialog?.kind === 'approval' || dialog?.kind === 'reason' ? dialog : null;
  if (!isBusy(ui)) return asked === null ? dialog : null;
  if (asking === undefined) return dialog?.kind === 'confirm-full' ? dialog : null;
  if (asked?.call === asking) return asked;
  return {kind: 'approval', call: asking, armed_at: armedAt(ui)};
}

/** The agent rests. What waits is sent; after an interrupt or a failure the user has the word first, and gets it back to look at. */
function atRest(ui: Ui): Updated {
  const {rest} = ui.session.turn;
  const told = rest.why === 'cut' ? note(ui, 'The answer reached the length limit of the model. Say "go on" for the rest.', 'warning') : ui;
  const [next, ...queue] = ui.queue;
  if (next === undefined) return only(told);
  if (rest.why === 'done' || rest.why === 'cut' || rest.why === 'refused')
    return only({...told, queue}, {do: 'submit', command: {type: 'prompt', text: next}});
  const text = [...ui.queue, ...(ui.editor.text === '' ? [] : [ui.editor.text])].join('\n');
  return only({...told, queue: [], editor: withText(ui.editor, text)});
}
