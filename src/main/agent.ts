import {compose} from './compose.ts';
import {version} from './version.ts';

// Asked by scripts and prompts all the time: answered before anything is loaded.
if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  const {runCli, processIo} = await import('../surfaces/cli/cli.ts');
  process.exitCode = await runCli(process.argv.slice(2), compose({env: process.env, cwd: process.cwd()}), processIo());
}
