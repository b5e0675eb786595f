import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import type {Io} from './io.ts';
import type {Named} from './named-session.ts';
import {exportSession} from './sessions-export.ts';

/** `agent replay --html FILE`: the session as one page with a time slider. A file that is there is overwritten only with `force`. */
export const replayHtml = ({file, force, ...named}: Named & {file: string; force: boolean}, program: Program, io: Io): Promise<ExitCode> =>
  exportSession(
    {...named, file, force, format: 'html', again: name => `agent replay ${named.session ?? '--last'} --html ${name} --force`},
    program,
    io,
  );
