import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {packed} from './replay-archive.ts';
import {replaySessions, runReplaySession} from './replay-sessions.ts';

// Makes the sessions of `fixtures/replays`, whole with every blob: those that are missing. One that is there is never made anew: it must come out the same for ever.
// node test/support/make-replays.ts
const folder = resolve(import.meta.dirname, '../../fixtures/replays');
mkdirSync(folder, {recursive: true});
for (const [name, session] of Object.entries(replaySessions)) {
  const file = join(folder, `${name.replaceAll(/[^a-z]+/g, '-')}.json.zst`);
  if (existsSync(file)) continue;
  const {at, id} = await runReplaySession(session);
  const bytes = await packed(at.home, id);
  writeFileSync(file, bytes);
  rmSync(at.root, {recursive: true, force: true});
  console.log(`${name}: ${bytes.length} bytes`);
}
