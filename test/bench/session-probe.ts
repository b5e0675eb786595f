import {sessionCatalogue} from '../../src/adapters/session/catalogue.ts';
import {snapshotFiles} from '../../src/adapters/session/snapshot-file.ts';
import {encodeSnapshot} from '../../src/core/projections/snapshot.ts';
import type {SessionId} from '../../src/core/vocabulary/ids.ts';
import {foldedSession} from '../../src/main/folded-session.ts';
import {foldsBuild} from '../../src/main/version.ts';

// What a resume does before it goes on, in a process of its own: opens a session of this home and folds it. With `keep` a snapshot is left there.
// node session-probe.js <home> <session> [keep]
const [home = '', session = '', keep] = process.argv.slice(2);
const id = session as SessionId;
const catalogue = sessionCatalogue({home, now: () => new Date().toISOString(), startTimeOf: () => '1'});
const {log} = await catalogue.open(id);
const {state, snapshot} = await foldedSession(id, log, home);
const ms = performance.now();
const {maxRSS} = process.resourceUsage();
if (keep !== undefined) await snapshotFiles(home).write(id, encodeSnapshot({build: await foldsBuild(), behind: log.end, state}));
const kept = performance.now() - ms;
await log.close();
console.log(JSON.stringify({ms, kept, rss: maxRSS * 1024, snapshot}));
