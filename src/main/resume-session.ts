import {randomIds} from '../adapters/clock/clock.ts';
import type {OpenSession, ResumeRequest} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import {maskedGroup} from '../agent/masking.ts';
import {startSession} from '../agent/session.ts';
import {movedTo} from '../core/projections/changes.ts';
import type {SessionState} from '../core/projections/session-state.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {SessionBusy} from '../ports/catalogue.ts';
import type {Parts} from './parts.ts';
import {stopIfDamaged} from './damaged-session.ts';
import {endLeftovers} from './end-leftovers.ts';
import {grantedFolders} from './open-session.ts';
import {endCrashedLater} from './end-crashed.ts';
import {findWorktree, stopIfGone} from './find-worktree.ts';
import {foldedSession} from './folded-session.ts';
import {keepSnapshots} from './keep-snapshots.ts';
import {sessionPorts} from './session-ports.ts';
import {sessionSettings} from './session-settings.ts';
import {staySmall} from './stay-small.ts';
import {versionsOf} from './versions.ts';
import {broughtHere} from './whereabouts.ts';

/** Goes on with a session: folds its log, ends what a crash left running, finds its worktree again, and only then continues. */
export async function resumeSession(id: SessionId, request: ResumeRequest, parts: Parts): Promise<OpenSession> {
  const catalogue = await parts.catalogue();
  const {log, torn} = await catalogue.open(id).catch(explain(id, parts.home));
  try {
    const {state: folded, snapshot} = await foldedSession(id, log, parts.home).catch(explain(id, parts.home));
    const {opened, settings: recorded} = folded;
    if (opened === null || recorded === null || folded.changes.place === null) throw new Stop(1, nowhere(id, folded));
    const brought = await broughtHere(folded.changes, {id, repo: request.repo ?? null, environment: opened.environment}, parts);
    // As the record of this resume will have it: files are found, and settings read, where the repository is now.
    const state = brought === null ? folded : {...folded, changes: movedTo(folded.changes, brought.moved)};
    const {changes} = state;
    const folder = changes.repo ?? (changes.place ?? folded.changes.place).root;
    stopIfGone(id, folder);
    const kept = restored(recorded, brought?.moved.clone === true);
    const loaded = await parts.settings({dir: folder, file: request.config, flags: {...kept.flags, ...request.flags}});
    const {settings, model, models} = await sessionSettings({
      request: {...request, add_dirs: grantedFolders({add_dirs: [...kept.add_dirs, ...request.add_dirs], dir: parts.cwd})},
      loaded,
      repo: changes.repo,
      parts,
    });
    const secrets = settings.redaction?.enabled === false ? null : await parts.secrets();
    const around = {ports: {secrets}, state: () => state};
    const recovered = (await endLeftovers(state)).map(event =>
      event.type === 'process.ended' ? {...event, group: maskedGroup(event.group, around)} : event,
    );
    const found = await findWorktree(state, {id, trust: request.trust ?? 'folder', worktrees: await parts.worktrees()});
    const ports = await sessionPorts({log, id, model, models, secrets, parts});
    const versions = await versionsOf(await parts.blobs());
    const session = startSession(
      ports,
      [
        {
          type: 'session.resumed',
          run: randomIds.run(),
          versions,
          settings,
          worktree: found.worktree,
          ...(brought === null ? {} : {moved: brought.moved}),
        },
        ...recovered,
        ...found.events,
      ],
      state,
    );
    staySmall(session);
    keepSnapshots({id, session, log, home: parts.home, snapshot});
    endCrashedLater(session, log, parts);
    return {
      id,
      session,
      notices: [
        ...(torn === null
          ? []
          : [`The last line of the log was torn (${torn.bytes} bytes of it were written). It was set aside: ${torn.file}`]),
        ...(brought === null || brought.notice === null ? [] : [brought.notice]),
      ],
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

const nowhere = (id: SessionId, {card}: SessionState): string =>
  card.opened === ''
    ? `Session ${id} was never opened: its log has no first record. Remove it with: agent sessions rm ${id}`
    : `Session ${id} cannot be gone on with: where it works stood in a part of its log that was lost.\nIt can be read: agent replay ${id}`;

/** What a resume keeps of the run before it. `full` is never restored: it is given anew, or not. What somebody allowed on another machine, nobody has allowed here. */
function restored(
  {mode, model, add_dirs}: NonNullable<SessionState['settings']>,
  elsewhere: boolean,
): Pick<ResumeRequest, 'flags' | 'add_dirs'> {
  return elsewhere ? {flags: {model}, add_dirs: []} : {flags: {model, ...(mode === 'full' ? {} : {mode})}, add_dirs};
}

function explain(id: SessionId, home: string): (error: unknown) => never {
  return error => {
    if (error instanceof SessionBusy) throw new Stop(1, `${error.message} Wait until it is done, or stop that process.`, {cause: error});
    return stopIfDamaged(id, home)(error);
  };
}
