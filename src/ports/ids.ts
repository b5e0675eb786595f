import type {RunId, SessionId} from '../core/vocabulary/ids.ts';

export type Ids = {session: () => SessionId; run: () => RunId};
