import {processIo, runCli} from '../surfaces/cli/cli.ts';
import {compose} from './compose.ts';

process.exitCode = await runCli(process.argv.slice(2), compose({env: process.env, cwd: process.cwd()}), processIo());
