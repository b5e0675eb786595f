import {realpathSync, statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {release, type} from 'node:os';
import {join, resolve} from 'node:path';
import {randomIds, systemClock} from '../adapters/clock/clock.ts';
import {maskedText, maskingTold} from '../agent/masking.ts';
import {startSession} from '../agent/session.ts';
import type {OpenRequest, OpenSession} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import type {Environment} from '../core/vocabulary/environment.ts';
import type {Place, SessionEvent} from '../core/vocabulary/event.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Secrets} from '../ports/secrets.ts';
import type {Location} from '../ports/worktree.ts';
import type {Parts} from './parts.ts';
import {endCrashedLater} from './end-crashed.ts';
import {keepSnapshots} from './keep-snapshots.ts';
import {sessionPorts} from './session-ports.ts';
import {sessionSettings} from './session-settings.ts';
import {staySmall} from './stay-small.ts';
import {versionsOf} from './versions.ts';

/** A new session: finds the place, names the model, and begins the log. The worktree itself is made when the first prompt is under way. */
export async function openSession(request: OpenRequest, parts: Parts): Promise<OpenSession> {
  const [worktrees, catalogue, blobs, loaded] = await Promise.all([
    parts.worktrees(),
    parts.catalogue(),
    parts.blobs(),
    parts.settings({dir: request.dir, file: request.config, flags: request.flags}),
  ]);
  const at = await worktrees.locate(request.dir);
  const id = randomIds.session();
  const place = placeFor(at, request, located => worktrees.plan(located, id));
  const repo = at.kind === 'repository' || at.kind === 'no-commits' ? at.root : null;
  const {settings, model, models} = await sessionSettings({request: {...request, add_dirs: grantedFolders(request)}, loaded, repo, parts});
  const log = await catalogue.create(id);
  try {
    const secrets = settings.redaction?.enabled === false ? null : await parts.secrets();
    const ports = await sessionPorts({log, id, model, models, secrets, parts});
    const opening = await openingEvents({id, repo, place, settings, blobs, secrets, at, userFolder: parts.userFolder});
    const session = startSession(ports, opening);
    staySmall(session);
    keepSnapshots({id, session, log, home: parts.home, snapshot: -1});
    endCrashedLater(session, log, parts);
    return {id, session, notices: noticesOf(at, loaded.ignored)};
  } catch (error) {
    // A session that could not be opened leaves no folder that would be listed.
    await log.close();
    if (log.last.seq === -1) await rm(join(parts.home, 'sessions', id), {recursive: true, force: true});
    throw error;
  }
}

function placeFor(at: Location, {dir, in_place}: OpenRequest, plan: (at: Extract<Location, {kind: 'repository'}>) => Place): Place {
  switch (at.kind) {
    case 'repository':
      return in_place ? {kind: 'in-place', root: at.root, cwd: at.cwd, head: at.head} : plan(at);
    case 'no-commits':
      if (in_place) return {kind: 'in-place', root: at.root, cwd: at.cwd, head: null};
      throw new Stop(
        2,
        `${at.root} is a git repository without commits, so there is nothing to make a worktree from.\nCommit once (git commit --allow-empty -m start), or work in the folder itself: agent --in-place`,
      );
    case 'none':
      if (in_place) return {kind: 'in-place', root: realpathSync(resolve(dir)), cwd: '', head: null};
      throw new Stop(
        2,
        `${resolve(dir)} is not in a git repository, so the agent cannot work in a worktree of its own.\nGo to one, make one (git init), or work in this folder itself: agent --in-place`,
      );
    case 'bare':
      throw new Stop(
        2,
        `${at.root} is a bare git repository: it has no files to work on.\nClone it (git clone ${at.root}) and run agent in the clone.`,
      );
    case 'broken':
      if (in_place) return {kind: 'in-place', root: realpathSync(resolve(dir)), cwd: '', head: null};
      throw new Stop(
        2,
        `${at.root} looks like a git repository, but git cannot use it: ${at.why}\nMend it (git -C ${at.root} status shows what is wrong), or work in the folder itself: agent --in-place`,
      );
  }
}

/** The folders of `--add-dir`, real and each once. */
export function grantedFolders({add_dirs, dir}: Pick<OpenRequest, 'add_dirs' | 'dir'>): readonly string[] {
  const real = add_dirs.map(folder => {
    const path = resolve(dir, folder);
    if (statSync(path, {throwIfNoEntry: false})?.isDirectory() !== true) throw new Stop(2, `--add-dir ${folder}: ${path} is not a folder.`);
    return realpathSync(path);
  });
  return [...new Set(real)];
}

type Beginning = {
  id: SessionId;
  repo: string | null;
  place: Place;
  settings: Extract<SessionEvent, {type: 'session.opened'}>['settings'];
  blobs: Blobs;
  secrets: Secrets | null;
  at: Location;
  userFolder: string;
};

async function openingEvents({id, repo, place, settings, blobs, secrets, at, userFolder}: Beginning): Promise<SessionEvent[]> {
  const {readInstructions} = await import('../adapters/files/instructions.ts');
  const found = readInstructions({root: repo ?? place.root, cwd: place.cwd, userFolder, limit: settings.context.window});
  const environment: Environment = {
    platform: `${type()} ${release()}`,
    shell: 'bash',
    cwd: join(place.root, place.cwd),
    kind: place.kind,
    branch: at.kind === 'repository' ? at.branch : null,
    date: systemClock.now().slice(0, 10),
    granted: settings.add_dirs,
  };
  const around = {ports: {secrets}, state: () => ({changes: {repo, place}})};
  const put = (text: string) => blobs.put(Buffer.from(text), {durable: true});
  const [environmentBlob, versions, ...instructions] = await Promise.all([
    put(maskedText(JSON.stringify(environment), around).text),
    versionsOf(blobs),
    ...found.map(async ({file, text}): Promise<SessionEvent[]> => {
      const masked = maskedText(text, around);
      return [{type: 'instructions.read', file, blob: await put(masked.text)}, ...maskingTold(masked.count, file)];
    }),
  ]);
  return [
    {type: 'session.opened', session: id, run: randomIds.run(), repo, place, settings, versions, environment: environmentBlob},
    ...instructions.flat(),
  ];
}

function noticesOf(at: Location, ignored: readonly {file: string; keys: readonly string[]}[]): readonly string[] {
  const notices = ignored.map(
    ({file, keys}) => `${file} sets ${keys.join(', ')}: these count only after you trust it (agent config trust).`,
  );
  if (at.kind === 'repository' && at.submodules.length > 0)
    notices.push(`This repository has submodules (${at.submodules.join(', ')}): their files are in the worktree as plain files.`);
  return notices;
}
