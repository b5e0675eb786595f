import {resolve} from 'node:path';
import type {Imported} from '../../agent/portable/import-session.ts';
import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {tellBytes} from './tell-bytes.ts';

/** `file` and `repo` as they were typed, relative to the folder that the program stands in. */
export type ImportOptions = {file: string; repo: string | null; force: boolean; json: boolean};

/** `agent sessions import`. As JSON: `{v: 1, session, how, records, outputs, repo, missing}`. */
export async function importSession({file, repo, force, json}: ImportOptions, program: Program, io: Io): Promise<ExitCode> {
  const telling = tellBytes(io);
  try {
    const dir = repo === null ? null : resolve(program.cwd, repo);
    const imported = await program.importArchive({file: resolve(program.cwd, file), repo: dir, force, told: telling.told});
    if (json) io.print(JSON.stringify(answerOf(imported, dir), null, 2));
    else io.print(imported.manifest.session);
    for (const line of lines(imported, dir)) io.progress(line);
    return 0;
  } finally {
    telling.stop();
  }
}

function lines({manifest: {session, missing}, how, outputs, records}: Imported, repo: string | null): readonly string[] {
  const left = missing.blobs.length + missing.trees.length;
  return [
    `${said(session, how)}${how === 'new' || how === 'replaced' ? `: ${plural(records, 'record')}, ` : '; '}${plural(outputs, 'stored output')} new here.`,
    ...(left > 0
      ? [
          `The archive says itself that it lacks ${plural(missing.blobs.length, 'stored output')} and ${plural(missing.trees.length, 'checkpoint')}.`,
        ]
      : []),
    `Prove it: agent audit verify ${session} · read it: agent replay ${session} · its changes: agent diff ${session}`,
    goOnLine(session, how, repo),
  ];
}

/** One that was here already may well stand in its repository; where it does not, `agent resume` says what is missing. */
function goOnLine(session: string, how: Imported['how'], repo: string | null): string {
  if (repo !== null) return `Go on with it in ${repo}: agent resume ${session}`;
  return how === 'new'
    ? `To go on with it, name a clone of its repository: agent resume ${session} --repo DIR`
    : `Go on with it: agent resume ${session}`;
}

function said(session: string, how: Imported['how']): string {
  switch (how) {
    case 'new':
      return `Session ${session} is here now`;
    case 'same':
      return `Session ${session} was here already, and is the same`;
    case 'longer-here':
      return `Session ${session} is here already, and goes on where the archive ends`;
    case 'replaced':
      return `Session ${session} goes on with the records of the archive`;
  }
}

function answerOf({manifest: {session, missing}, how, outputs, records}: Imported, repo: string | null): object {
  return {v: 1, session, how, records, outputs, repo, missing};
}
