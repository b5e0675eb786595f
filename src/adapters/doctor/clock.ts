import type {Catalogue} from '../../ports/catalogue.ts';
import type {Check} from '../../ports/doctor.ts';

const minute = 60_000;
const oldest = Date.parse('2026-01-01T00:00:00Z');

/** A clock that went back makes records look as if they came before their causes. */
export async function clockCheck(catalogue: () => Promise<Catalogue>, now: number): Promise<Check> {
  const name = 'clock';
  const mend = 'set the clock, or let the system set it (timedatectl set-ntp true)';
  const shown = new Date(now).toISOString();
  if (now < oldest) return {name, state: 'warning', found: `${shown} is before this program was made`, mend};
  const [newest] = await (await catalogue()).list();
  if (newest !== undefined && newest.changed > now + 5 * minute) {
    return {
      name,
      state: 'warning',
      found: `${shown}, and session ${newest.id} was changed at ${new Date(newest.changed).toISOString()}: the clock went back`,
      mend,
    };
  }
  return {name, state: 'ok', found: shown, mend: null};
}
