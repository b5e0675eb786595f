import type {Found, Redacted} from '../../agent/erase/redact.ts';
import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {confirmed} from './confirm.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {namedSession} from './named-session.ts';
import {secretValue} from './secret-value.ts';

export type RedactOptions = {id: string; file: string | null; all: boolean; yes: boolean; json: boolean};

/** `agent sessions redact`. Says where the value stands before anything is changed, and never says the value. */
export async function redactSession({id: prefix, file, all, yes, json}: RedactOptions, program: Program, io: Io): Promise<ExitCode> {
  const id = await namedSession({session: prefix, dir: program.cwd}, program);
  const value = await secretValue(file, io);
  let asked = false;
  const confirm = (found: Found): Promise<boolean> => {
    asked = true;
    for (const line of foundLines(found)) io.progress(line);
    return confirmed(`Put ${found.placeholder} in its place, for good?`, {yes, io});
  };
  const redacted = await program.redact({id, value, all, confirm});
  if (json) io.print(JSON.stringify(answerOf(redacted), null, 2));
  for (const line of doneLines(redacted, asked)) io.progress(line);
  return asked && !redacted.done ? 1 : 0;
}

function foundLines({sessions, unnamed, files, home, missing}: Found): readonly string[] {
  return [
    ...sessions.map(
      ({id, places, records, blobs, blob_places}) =>
        `${id}: ${plural(places, 'place')} in ${plural(records, 'record')}, ${plural(blob_places, 'place')} in ${plural(blobs, 'stored output')}`,
    ),
    ...(unnamed.length > 0 ? [`${plural(unnamed.length, 'stored output')} that no session names`] : []),
    ...(home > 0 ? [`the log of what you granted: ${plural(home, 'place')}`] : []),
    ...files.map(file => `the file ${file}`),
    ...(missing.length > 0
      ? [
          `${plural(missing.length, 'stored output')} that should be there ${missing.length === 1 ? 'is' : 'are'} missing, and could not be looked into`,
        ]
      : []),
  ];
}

function doneLines({found, done, removed, kept, unproven}: Redacted, asked: boolean): readonly string[] {
  if (!done)
    return [
      ...(asked ? ['Nothing was changed.'] : ['The value was found nowhere.']),
      ...(removed > 0 ? [`What an earlier run had left over is removed: ${plural(removed, 'stored output')}.`] : []),
      ...othersLines(found),
    ];
  return [
    `Done: ${found.placeholder} stands in its place. ${plural(removed, 'stored output')} that held it ${removed === 1 ? 'is' : 'are'} removed.`,
    ...(unproven.length > 0
      ? [`Not provable any more: the requests of ${unproven.map(({id, step}) => `${id} step ${step}`).join(', ')}.`]
      : []),
    ...(kept.length > 0
      ? [`${plural(kept.length, 'stored output')} still ${kept.length === 1 ? 'holds' : 'hold'} it, for the sessions below.`]
      : []),
    ...othersLines(found),
    'Not looked into: files in worktrees, their checkpoints and your repository; archives, backups. Where the value leaked, change it.',
  ];
}

function othersLines({others}: Found): readonly string[] {
  if (others.length === 0) return [];
  const lines = others.map(
    ({id, places, blobs}) =>
      `  ${id}: ${plural(places, 'place')} in its log, ${plural(blobs.length, 'stored output')} shared with this one`,
  );
  return ['Other sessions hold it too, and are as they were. Take it out of all with --all:', ...lines];
}

function answerOf({found, done, removed, kept, unproven}: Redacted): object {
  const {placeholder, sessions, others, unnamed, files, home, missing} = found;
  return {v: 1, done, placeholder, sessions, others, unnamed, files, home, missing, removed, kept, unproven};
}
