import type {Program} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import {processIo, runCli} from '../surfaces/cli/cli.ts';
import {report} from '../surfaces/cli/failures.ts';
import {compose} from './compose.ts';

const io = processIo();
const program = composed();
process.exitCode = typeof program === 'number' ? program : await runCli(process.argv.slice(2), program, io);

/** The program, or the exit code where the environment names no place to work in. */
function composed(): Program | number {
  try {
    return compose({env: process.env, cwd: process.cwd()});
  } catch (error) {
    if (error instanceof Stop) return report(error, {io, debug: false});
    throw error;
  }
}
