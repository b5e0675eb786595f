import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';

/** A session that nobody else can write, as it is. */
export type Held = {id: SessionId; records: readonly Recorded<{type: string}>[]; release: () => Promise<void>};

/** Takes the lock of each, and reads it; of none where one of them is busy or damaged. */
export async function holdSessions(ids: readonly SessionId[], catalogue: Catalogue): Promise<readonly Held[]> {
  const held: Held[] = [];
  try {
    for (const id of ids) {
      const {log} = await catalogue.open(id);
      const release = () => log.close();
      held.push({id, release, records: []});
      held[held.length - 1] = {id, release, records: await Array.fromAsync(log.read())};
    }
    return held;
  } catch (error) {
    for (const session of held) await session.release();
    throw error;
  }
}
