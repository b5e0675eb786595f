// Prints so many megabytes of log text.
import {once} from 'node:events';
import {logText} from './log-text.ts';

for (const piece of logText(Number(process.argv[2]) * 1e6)) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
