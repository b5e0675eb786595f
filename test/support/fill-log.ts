import {openJsonlLog} from '../../src/adapters/session/jsonl-log.ts';
import type {SessionEvent} from '../../src/core/vocabulary/event.ts';

// Appends until the file may not grow any more, and says how far it came: run under a limit on the file size.
const {log} = openJsonlLog<SessionEvent>({
  file: process.argv[2]!,
  name: 'test',
  now: () => '2026-01-01T00:00:00.000Z',
  check: async () => () => null,
});
let recorded = 0;
let refused: unknown = null;
while (refused === null && recorded < 1_000) {
  try {
    log.append({type: 'user.prompted', text: 'x'.repeat(300)});
    recorded++;
  } catch (error) {
    refused = (error as Error).message;
  }
}
log.append({type: 'user.interrupted'});
console.log(JSON.stringify({refused, recorded: recorded + 1}));
