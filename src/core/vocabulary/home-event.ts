import type {SessionId, Sha256} from './ids.ts';
import type {Rule} from './verdict.ts';

/** What belongs to no session. Same line format as a session's log. */
export type HomeEvent =
  /** The last record of a session at a moment when it was on the disk: a log shortened by whole lines is found by it. */
  | {type: 'session.anchored'; session: SessionId; seq: number; hash: Sha256}
  /** The user took a session away: that its log is gone is no loss. */
  | {type: 'session.removed'; session: SessionId}
  /** A value is being taken out of a session's log: its record `seq`, whose hash `was` another, gets this one. A crash may leave it as it was. */
  | {type: 'session.redacted'; session: SessionId; seq: number; was: Sha256; hash: Sha256}
  /** A session's log was damaged, and is another from record `seq` on, the first that is new: what was known of it before does not count. */
  | {type: 'log.repaired'; session: SessionId; seq: number; hash: Sha256}
  /**
   * The session came from another home: `repo` is where its repository is on this machine, as the user said; null where nobody said so yet. It counts until the session's own log says
   * the same.
   */
  | {type: 'session.located'; session: SessionId; repo: string | null}
  /** The user trusts a repository's configuration file of exactly this content. */
  | {type: 'config.trusted'; path: string; sha256: Sha256}
  | {type: 'config.distrusted'; path: string}
  /** A grant for always, in one repository. */
  | {type: 'rule.granted'; repo: string; rule: Rule}
  | {type: 'rule.revoked'; repo: string; rule: Rule};
