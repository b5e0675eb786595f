import {Option, type Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import {textFormats, type TextFormat} from '../export-formats.ts';
import {act, add, withSession, type Running} from './command.ts';

type Options = {last?: true; format?: TextFormat | 'archive'; output?: string; force?: true; partial?: true};

/** `agent sessions export`. */
export function exportCommand(sessions: Command, running: Running): void {
  const command = add(sessions, {
    name: 'export',
    does: 'write a session out: as Markdown, as one page with a time slider, as JSON, or all of it as an archive',
    examples: [
      ['agent sessions export k3f -o session.md', 'prompts, answers, calls and what they printed'],
      ['agent sessions export --last -o session.html', 'a page to open in any browser, or to send'],
      ['agent sessions export k3f --format json | jq .session', 'every record and every output, for programs'],
      ['agent sessions export k3f --format archive', 'one file, to be taken in on another machine'],
    ],
  });
  withSession(command)
    .addOption(new Option('--format <format>', "the form (default: as the file's name ends, else md)").choices([...textFormats, 'archive']))
    .option('-o, --output <file>', 'where to write it (default: stdout; an archive: `<id>.agent.tar.zst` here)')
    .option('--force', 'overwrite a file that is there')
    .option('--partial', 'an archive: leave out what cannot be read here any more, and say so in it')
    .action(async (id: string | undefined, {last, format, output, force, partial}: Options) =>
      act(running, command, async ({program, io}) => {
        const named = {session: id ?? null, last: last ?? false, dir: program.cwd, file: output ?? null, force: force ?? false};
        if (format === 'archive' || (format === undefined && output?.endsWith('.agent.tar.zst') === true))
          return (await import('../sessions-archive.ts')).archiveSession({...named, partial: partial ?? false}, program, io);
        if (partial === true)
          throw new Stop(2, '--partial is for archives, and --format archive is missing.\nType: agent sessions export --help');
        return (await import('../sessions-export.ts')).exportSession({...named, format: format ?? null}, program, io);
      }),
    );
}
