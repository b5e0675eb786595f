import {compose} from '../../src/main/compose.ts';
import {processIo} from '../../src/surfaces/cli/io.ts';
import {replayVerify} from '../../src/surfaces/cli/replay-verify.ts';

// Verifies one session of the home that the environment names, as `agent replay <id> --verify` does, from these sources: under whatever node, zone and locale this runs.
const [session = '', ...more] = process.argv.slice(2);
const program = compose({env: process.env, cwd: process.cwd()});
process.exitCode = await replayVerify({session, last: false, dir: program.cwd, json: more.includes('--json')}, program, processIo());
