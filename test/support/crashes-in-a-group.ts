/**
 * Starts the command of its second argument as the shell adapter does, and is killed by the outermost means at the moment that its first
 * argument names. Writes the group's record, as one line of JSON, at the time at which a session would have it on disk.
 */
import {writeFileSync, writeSync} from 'node:fs';
import {processGroups} from '../../src/adapters/processes/process-groups.ts';

const [moment, command = '', key = '', record = ''] = process.argv.slice(2);
const die = (): void => void process.kill(process.pid, 'SIGKILL');

setTimeout(die, moment?.startsWith('after ') === true ? Number(moment.slice(6)) : 10_000);
await processGroups().run(
  {
    command,
    cwd: process.cwd(),
    env: {PATH: process.env['PATH'] ?? '', AGENT_IDEMPOTENCY_KEY: key},
    timeout_ms: 60_000,
    spawned: group => {
      if (moment === 'before the record') die();
      writeFileSync(record, JSON.stringify(group), {flush: true});
      if (moment === 'after the record') die();
      if (moment === 'at the gate') process.nextTick(die);
    },
    out: (_stream, bytes) => {
      if (moment === 'at the first output') die();
      writeSync(1, bytes);
      return 'go-on';
    },
  },
  new AbortController().signal,
);
