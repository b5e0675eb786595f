import {size} from '../../core/projections/call-title.ts';
import type {Check} from '../../ports/doctor.ts';
import type {SessionIndex} from '../../ports/session-index.ts';

/** What lists and searches of sessions are made of. Without it their logs are read. */
export async function indexCheck(index: () => Promise<SessionIndex>): Promise<Check> {
  const name = 'index';
  const looked = await (await index()).look();
  switch (looked.state) {
    case 'none':
      return {name, state: 'ok', found: 'will be made when sessions are first listed', mend: null};
    case 'ok':
      return {name, state: 'ok', found: `${looked.sessions} sessions in ${size(looked.bytes)}`, mend: null};
    case 'unusable':
      return {
        name,
        state: 'warning',
        found: `${looked.file} cannot be used, so lists of sessions are slower: ${looked.why}`,
        mend: `rm ${looked.file} (it is made again from the sessions)`,
      };
  }
}
