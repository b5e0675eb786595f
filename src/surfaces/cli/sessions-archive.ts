import {resolve} from 'node:path';
import type {Exported} from '../../agent/portable/export-session.ts';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {size} from '../../core/projections/call-title.ts';
import {plural} from './format/amounts.ts';
import type {Io} from './io.ts';
import {whichSession, type Named} from './named-session.ts';
import {tellBytes} from './tell-bytes.ts';
import {targetOf} from './write-out.ts';

/** `file` null: `<id>.agent.tar.zst` in this folder. */
export type ArchiveOptions = Named & {file: string | null; force: boolean; partial: boolean};

export const archiveEnding = '.agent.tar.zst';

/** `agent sessions export --format archive`: everything of a session in one file, to be taken in on another machine. */
export async function archiveSession({file, force, partial, ...named}: ArchiveOptions, program: Program, io: Io): Promise<ExitCode> {
  if (file === '-') throw new Stop(2, 'An archive is written to a file, and -o names stdout.\nType: agent sessions export --help');
  const id = await whichSession(named, program);
  const name = file ?? `${id}${archiveEnding}`;
  const target = await targetOf({
    file: name,
    dir: named.dir,
    force,
    again: `agent sessions export ${id} --format archive -o ${name} --force`,
  });
  const telling = tellBytes(io);
  try {
    const exported = await program.exportArchive({id, file: target?.path ?? resolve(named.dir, name), partial, told: telling.told});
    for (const line of lines(exported)) io.progress(line);
    io.print(target?.path ?? name);
    return 0;
  } finally {
    telling.stop();
  }
}

/** What leaves the machine is said each time. */
function lines({manifest: {session, records, missing}, outputs, trees, contents, torn}: Exported): readonly string[] {
  const left = missing.blobs.length + missing.trees.length;
  return [
    `Session ${session}: ${plural(records, 'record')} of what was said and done, ${plural(outputs, 'stored output')} with the model's replies, ${plural(trees, 'checkpoint')} with ${plural(contents, 'content')} of files of the repository.`,
    'Secrets that were masked when it was recorded are masked in it; files of the repository are as they were. Look at it before you give it away: agent sessions redact takes a value out.',
    ...(torn > 0 ? [`Its last line is not finished (${size(torn)}): what stands before it was exported.`] : []),
    ...(left > 0
      ? [
          `Left out, since it cannot be read here: ${plural(missing.blobs.length, 'stored output')}, ${plural(missing.trees.length, 'checkpoint')}.`,
        ]
      : []),
  ];
}
