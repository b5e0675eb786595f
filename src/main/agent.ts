import type {Program} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import {processIo, runCli} from '../surfaces/cli/cli.ts';
import {report} from '../surfaces/cli/failures.ts';
import {compose} from './compose.ts';
import {startFolder} from './start-folder.ts';

const io = processIo();
const program = composed();
process.exitCode = typeof program === 'number' ? program : await runCli(process.argv.slice(2), program, io);

/** The program, or the exit code where the environment names no place to work in. */
function composed(): Program | number {
  try {
    const cwd = startFolder();
    if (cwd === null) throw new Stop(2, 'The folder that this was started in is gone.\nGo to one that is there, and type it again: cd');
    return compose({env: process.env, cwd});
  } catch (error) {
    if (error instanceof Stop) return report(error, {io, debug: false});
    throw error;
  }
}
