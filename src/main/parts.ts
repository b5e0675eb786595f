import type {Models, Program} from '../agent/program.ts';
import type {HomeGrants} from '../core/projections/home-grants.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Catalogue} from '../ports/catalogue.ts';
import type {ConfigValues} from '../ports/config.ts';
import type {Secrets} from '../ports/secrets.ts';
import type {SessionIndex} from '../ports/session-index.ts';
import type {Worktrees} from '../ports/worktree.ts';

/** `config` is a configuration file that was named beside the usual ones. */
export type Start = {env: Readonly<Record<string, string | undefined>>; cwd: string; config?: string | null};

/** What opening, resuming and changing sessions share. */
export type Parts = {
  home: string;
  userFolder: string;
  env: Start['env'];
  cwd: string;
  catalogue: () => Promise<Catalogue>;
  index: () => Promise<SessionIndex>;
  grants: () => Promise<HomeGrants>;
  blobs: () => Promise<Blobs>;
  /** Makes the home's key where there is none; stops the program where it is damaged. */
  secrets: () => Promise<Secrets>;
  worktrees: () => Promise<Worktrees>;
  models: (values: ConfigValues) => Promise<Models>;
  settings: Program['settings'];
  freeDisk: () => Promise<number>;
};
