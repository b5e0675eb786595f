import {existsSync} from 'node:fs';
import type {Place} from '../../core/vocabulary/event.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {WorktreeRefused, type Worktrees} from '../../ports/worktree.ts';
import {adoptTrees} from './adopt.ts';
import {applyChanges, undoChanges} from './apply.ts';
import {takeCheckpoint} from './checkpoint.ts';
import {removeWorktree} from './discard.ts';
import {storeOf, worktreeFolder} from './layout.ts';
import {listWorktrees} from './list.ts';
import {locate} from './locate.ts';
import {openPlace} from './open.ts';
import {prepareWorktree, type Setup} from './prepare.ts';
import {byItsPid, type StartTimeOf} from './process.ts';
import {restoreFiles} from './restore.ts';
import {settle, settleClosed} from './settle.ts';
import {changedFiles, diffTrees} from './trees.ts';
import {inTurn, type Workplace} from './workplace.ts';

type Given = Omit<Setup, 'startTimeOf'> & {startTimeOf?: StartTimeOf};

/** `home` is AGENT_HOME, absolute. Files over `maxFileBytes` come into the worktree, but into checkpoints only where they are tracked. */
export function gitWorktrees({startTimeOf = byItsPid, ...given}: Given): Worktrees {
  const options: Setup = {...given, startTimeOf};
  const opened = new Map<SessionId, Workplace>();
  const workplace = (id: SessionId): Workplace => {
    const at = opened.get(id);
    if (at === undefined) throw new Error(`session ${id} has no open place: prepare or open it first`);
    return at;
  };
  const store = (place: Place): string => storeOf(options.home, place);
  const take = <T>({at, prepared}: {at: Workplace; prepared: T}): T => {
    opened.set(at.id, at);
    settleSoon(at);
    return prepared;
  };
  return {
    locate,
    plan: (at, id) => ({kind: 'worktree', root: worktreeFolder(options.home, at.root, id), cwd: at.cwd, head: at.head}),
    prepare: async (repo, place, id) => take(await prepareWorktree(options, repo, place, id)),
    open: async (repo, place, id, last) => take(await openPlace(options, {repo, place, id, last})),
    adopt: async (repo, place, to) => await adoptTrees(options, {repo, place, ...to}),
    checkpoint: async (_place, id) => await inTurn(workplace(id), () => takeCheckpoint(workplace(id))),
    restore: async (_place, id, to) => await inTurn(workplace(id), () => restoreFiles(workplace(id), to, options.startTimeOf)),
    changed: async (place, from, to) => await changedFiles(store(place), from, to),
    diff: (place, from, to, how) => diffTrees(store(place), from, to, how),
    apply: async request => await applyChanges(options, request),
    undo: async request => await undoChanges(options, request),
    ready: async id => await workplace(id).dependencies,
    settle: async id => await settle(workplace(id)),
    leave: async id => {
      const at = workplace(id);
      at.stopping.abort();
      await at.dependencies;
      await settle(at);
    },
    discard: async (repo, place, id) => {
      const at = opened.get(id);
      opened.delete(id);
      at?.stopping.abort();
      // What is just being copied would come back after the folder is gone.
      await at?.dependencies;
      if (existsSync(repo)) await settleClosed(store(place), id);
      if (place.kind === 'worktree') await removeWorktree({home: options.home, repo, root: place.root});
    },
    list: async () => await listWorktrees(options.home),
    prune: async only => {
      const orphans = (await listWorktrees(options.home)).filter(entry => entry.orphan && only.includes(entry.session));
      for (const {repo, root} of orphans) await removeWorktree({home: options.home, repo: repo === '' ? null : repo, root});
      return orphans;
    },
  };
}

/** Past the busy start of a session. Where it fails, the session leans on the user's objects until it is settled by name or opened again. */
function settleSoon(at: Workplace): void {
  const failed = (error: unknown): void => {
    if (!(error instanceof WorktreeRefused) && (error as NodeJS.ErrnoException).code === undefined) throw error;
  };
  setTimeout(() => void settle(at).catch(failed), 5000).unref();
}
