import {version} from './version.ts';

// Asked by scripts and prompts all the time: answered before anything else is loaded.
if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) process.stdout.write(`${version}\n`);
else await import('./command-line.ts');
