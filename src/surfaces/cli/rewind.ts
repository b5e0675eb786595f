import type {Program} from '../../agent/program.ts';
import type {Rewind, RewindRequest} from '../../agent/rewind.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {rewoundNote} from '../../core/projections/moved-note.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {confirmed} from './confirm.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';

export type RewindOptions = Named & Pick<RewindRequest, 'to' | 'what'> & {yes: boolean; json: boolean};

/** `agent rewind`: takes conversation, files or both back to a step. What somebody else changed since is overwritten only when that was asked for. */
export async function rewind({to, what, yes, json, ...named}: RewindOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  let done = await program.rewind(id, {to, what, force: yes});
  if (done.kind === 'differs') {
    io.progress(`Changed since the last checkpoint, and not by the session:\n${listed(done.files)}`);
    const kept = to === 'undo' ? 'They are kept in a checkpoint.' : 'They are kept in a checkpoint, and --undo brings them back.';
    if (!(await confirmed(`Overwrite them? ${kept}`, {yes, io}))) throw new Stop(1, 'Nothing was taken back.');
    done = await program.rewind(id, {to, what, force: true});
  }
  return tell(id, done, {io, json});
}

function tell(id: SessionId, done: Rewind, {io, json}: {io: Io; json: boolean}): ExitCode {
  if (done.kind === 'refused') throw new Stop(2, `${done.why}\nSee the steps: agent replay ${id}`);
  if (done.kind === 'differs') throw new Stop(1, `Files were changed meanwhile:\n${listed(done.files)}`);
  const {event, files, prompt} = done;
  if (json) io.print(JSON.stringify({v: 1, session: id, to: event.to, what: event.what, undoes: event.undoes, files, prompt}));
  else {
    io.progress(rewoundNote(event));
    if (files.length > 0) io.progress(`${plural(files.length, 'file')} changed:\n${listed(files)}`);
    if (event.undoes === null) io.progress(`Take this back: agent rewind ${id} --undo`);
    io.progress(`Go on: agent resume ${id}`);
  }
  return 0;
}

const most = 20;

function listed(files: readonly string[]): string {
  const lines = files.slice(0, most).map(path => `  ${oneLine(path)}`);
  return [...lines, ...(files.length > most ? [`  and ${files.length - most} more`] : [])].join('\n');
}
