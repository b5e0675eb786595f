import {statfs} from 'node:fs/promises';
import {systemClock} from '../adapters/clock/clock.ts';
import type {HomeGrants} from '../core/projections/home-grants.ts';
import type {Models, Program} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Catalogue} from '../ports/catalogue.ts';
import type {Config, ConfigProblem, ConfigValues, LoadedConfig} from '../ports/config.ts';
import type {Search} from '../ports/search.ts';
import type {Secrets} from '../ports/secrets.ts';
import type {SessionIndex} from '../ports/session-index.ts';
import type {Worktrees} from '../ports/worktree.ts';
import {agentHome, configFolder} from './home.ts';
import {fixtures} from './fixtures.ts';
import type {Parts, Start} from './parts.ts';
import {foldsBuild, version} from './version.ts';

/** The one place that names adapters and surfaces together. Every adapter is loaded when it is first asked for, and made once. */
export function compose({env, cwd, config: file = null}: Start): Program {
  const home = agentHome(env);
  const userFolder = configFolder(env);
  const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => (made ??= make());
  };

  const catalogue = once(async (): Promise<Catalogue> => {
    const [{sessionCatalogue}, {startTimeOf}] = await Promise.all([
      import('../adapters/session/catalogue.ts'),
      import('../adapters/processes/process-table.ts'),
    ]);
    return sessionCatalogue({home, now: systemClock.now, startTimeOf});
  });
  const index = once(async (): Promise<SessionIndex> => {
    const {sessionIndex} = await import('../adapters/catalogue-db/session-index.ts');
    return sessionIndex({home, folds: foldsBuild, catalogue});
  });
  const grants = once(async (): Promise<HomeGrants> => (await import('../adapters/session/home-grants.ts')).readHomeGrants(home));
  const config = once(async (): Promise<Config> => {
    const [{tomlConfig}, {trusted}] = await Promise.all([import('../adapters/config/toml-config.ts'), grants()]);
    return tomlConfig({userDir: userFolder, env, trusted: (path, sha256) => trusted.get(path) === sha256});
  });
  const blobs = once(async (): Promise<Blobs> => (await import('../adapters/session/blob-store.ts')).blobStore(`${home}/blobs`));
  const secrets = once(async (): Promise<Secrets> => (await import('./secrets.ts')).composeSecrets(home, env));
  const search = once(async (): Promise<Search> => (await import('../adapters/files/ripgrep.ts')).ripgrepSearch());
  const worktrees = once(async (): Promise<Worktrees> => {
    const [{gitWorktrees}, {startTimeOf}] = await Promise.all([
      import('../adapters/worktree/git-worktrees.ts'),
      import('../adapters/processes/process-table.ts'),
    ]);
    const {values} = await settings({dir: cwd, file, flags: {}});
    return gitWorktrees({home, maxFileBytes: values.worktree.max_file_mb * 1e6, dependencies: values.worktree.dependencies, startTimeOf});
  });
  const models = async (values: ConfigValues): Promise<Models> => (await import('./models.ts')).composeModels({env, values});

  const settings: Program['settings'] = async ({dir, file, flags}) => {
    const {locate} = await import('../adapters/worktree/locate.ts');
    const at = await locate(dir);
    const loaded = await (await config()).read({repo: 'root' in at && at.kind !== 'bare' ? at.root : null, file, flags});
    if ('problems' in loaded) throw new Stop(3, loaded.problems.map(describeProblem).join('\n'));
    return loaded satisfies LoadedConfig;
  };

  const parts: Parts = {
    home,
    userFolder,
    env,
    cwd,
    catalogue,
    index,
    grants,
    blobs,
    secrets,
    worktrees,
    models,
    settings,
    freeDisk: () => freeDisk(home),
  };
  return {
    version,
    home,
    cwd,
    configFile: `${userFolder}/config.toml`,
    env,
    fixtures,
    catalogue,
    index,
    config,
    settings,
    blobs,
    search,
    masking: async keep => (await import('./masking.ts')).masking(keep, {home, env, cwd}),
    worktrees,
    models: async () => models((await settings({dir: cwd, file, flags: {}})).values),
    at: place => compose({env: {...env, AGENT_HOME: home}, cwd: place.dir, config: place.config}),
    open: async request => (await import('./open-session.ts')).openSession(request, parts),
    resume: async (id, request) => (await import('./resume-session.ts')).resumeSession(id, request, parts),
    fork: async (id, request) => (await import('./fork-session.ts')).forkSession(id, request, parts),
    rewind: async (id, request) => (await import('./rewind-session.ts')).rewindSession(id, request, parts),
    pick: async picking => (await import('./pick.ts')).pickOnTerminal(picking, parts),
    terminal: async options => (await import('./terminal.ts')).runTerminal(options, parts),
    player: async options => (await import('./player.ts')).composePlayer(options, parts),
    actions: opened => ({
      diff: async () => (await import('./session-actions.ts')).sessionActions(opened, parts).diff(),
      apply: async () => (await import('./session-actions.ts')).sessionActions(opened, parts).apply(),
    }),
    newest: async dir => (await import('./newest-session.ts')).newestSession(dir, parts),
    withChanges: async (id, to, use) => (await import('./session-changes.ts')).withChanges(id, to, use, parts),
    remove: async id => {
      const {removeSession} = await import('./session-changes.ts');
      await removeSession(id, parts).finally(async () => (await index()).forget(id));
    },
    redact: async request => (await import('./redact.ts')).composeRedact(request, parts),
    exportArchive: async request => (await import('./portable.ts')).composeExport(request, parts),
    importArchive: async request => (await import('./portable.ts')).composeImport(request, parts),
    rerun: async (id, request) => (await import('./rerun.ts')).rerunSession(id, request, parts),
    repair: async request => (await import('./repair.ts')).composeRepair(request, parts),
    gc: async () => (await import('./gc.ts')).composeGc(parts),
    doctor: async () => (await import('./doctor.ts')).composeDoctor(parts)(),
  };
}

async function freeDisk(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}

function describeProblem({file, line, key, found, expected}: ConfigProblem): string {
  const where = line === null ? file : `${file}:${line}`;
  return `${where}: ${key === null ? '' : `${key}: `}found ${found}, expected ${expected}. See the settings with: agent config list`;
}
