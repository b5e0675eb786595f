import {compose} from '../../src/main/compose.ts';
import {processIo} from '../../src/surfaces/cli/io.ts';
import {replayVerify} from '../../src/surfaces/cli/replay-verify.ts';

// Verifies every session of the home that the environment names, as `agent replay <id> --verify` does, under whatever node, zone and language this runs.
const program = compose({env: process.env, cwd: process.cwd()});
const io = processIo();
const sessions = (await (await program.catalogue()).list()).map(({id}) => id).toSorted();
const codes = new Set<number>();
for (const session of sessions) codes.add(await replayVerify({session, last: false, dir: program.cwd, json: false}, program, io));
process.exitCode = Math.max(...codes);
