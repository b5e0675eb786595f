import {expect, test} from 'vitest';
import {homeKey} from '../../../src/adapters/secrets/home-key.ts';
import {logRewriting} from '../../../src/adapters/session/log-rewriting.ts';
import {redact} from '../../../src/agent/erase/redact.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {compose} from '../../../src/main/compose.ts';
import {openSession} from '../../support/open-session.ts';
import {sandbox} from '../../support/sandbox.ts';

const value = 'a value that leaked';

test('of many sessions one at a time is read, and its outputs looked into, while all are locked', async () => {
  const at = sandbox({'leak.txt': `${value}\n`});
  const program = compose({env: at.env, cwd: at.repo});
  const ids: SessionId[] = [];
  for (const command of ['cat leak.txt', 'cat leak.txt; echo two', 'cat leak.txt; echo three']) {
    const model = at.script([{calls: [{tool: 'shell', input: {command}}]}, {text: 'Done.'}]);
    const {id, session} = await openSession(at, model);
    await session.submit({type: 'prompt', text: `Print it: ${command}`});
    await session.settled();
    await session.close();
    ids.push(id);
  }

  const [catalogue, blobs] = [await program.catalogue(), await program.blobs()];
  const seen: string[] = [];
  const watched = {
    ...catalogue,
    async open(id: SessionId) {
      const {log, torn} = await catalogue.open(id);
      const read = () => {
        seen.push(id);
        return log.read();
      };
      return {torn, log: {...log, last: log.last, read, close: () => log.close()} as typeof log};
    },
  };
  const looked: typeof blobs = {
    ...blobs,
    size(ref) {
      if (seen.at(-1) !== 'outputs') seen.push('outputs');
      return blobs.size(ref);
    },
  };
  const confirm = async () => {
    for (const id of ids) await expect(catalogue.open(id)).rejects.toThrow('open in another process');
    return true;
  };
  const ports = {catalogue: watched, blobs: looked, rewriting: logRewriting(at.home), now: () => '2026-01-01T00:00:00.000Z'};
  const {done, found} = await redact({id: ids[0]!, value, all: true, confirm}, {...ports, key: homeKey(at.home)});
  expect([done, found.sessions.map(({id}) => id).toSorted()]).toEqual([true, ids.toSorted()]);
  expect(seen.slice(0, 6)).toEqual(seen.slice(0, 6).map((_, n) => (n % 2 === 1 ? 'outputs' : expect.stringMatching(/^(?!outputs)/))));
  expect(new Set(seen.filter((_, n) => n < 6 && n % 2 === 0))).toEqual(new Set(ids));
});
