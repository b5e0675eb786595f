import type {Recorded} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import type {Catalogue} from '../../ports/catalogue.ts';

type Records = readonly Recorded<{type: string}>[];

/** A session that nobody else can write. `records` reads all of it anew: of many sessions only one has to be in memory. */
export type Held = {id: SessionId; records: () => Promise<Records>; release: () => Promise<void>};

/** Takes the lock of each; of none where one of them is busy or damaged at its end. */
export async function holdSessions(ids: readonly SessionId[], catalogue: Catalogue): Promise<readonly Held[]> {
  const held: Held[] = [];
  try {
    for (const id of ids) {
      const {log} = await catalogue.open(id);
      held.push({id, records: () => Array.fromAsync(log.read()), release: () => log.close()});
    }
    return held;
  } catch (error) {
    for (const session of held) await session.release();
    throw error;
  }
}
