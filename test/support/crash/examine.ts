import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {blobStore} from '../../../src/adapters/session/blob-store.ts';
import {survivors} from '../../../src/adapters/processes/process-table.ts';
import {sha256} from '../../../src/core/log/chain.ts';
import type {Recorded, SessionEvent} from '../../../src/core/vocabulary/event.ts';
import type {BlobRef} from '../../../src/core/vocabulary/ids.ts';
import {bytesOf, gitFolderOf} from '../git-repository.ts';
import {unlooked} from '../unlooked.ts';
import {rebuildRequests} from '../rebuild-requests.ts';
import {notAgain} from '../replayed-home.ts';
import {contents} from './reference.ts';
import {logOf, recordsOf, sessionsOf, type Scene} from './scene.ts';

/** How a stopped session lies on the disk, before anything goes on with it. */
export type Left = {log: Buffer; records: readonly Recorded[]; problems: readonly string[]};

/** Right after the stop: whatever can be read is whole, and names nothing that is not there. */
export async function examineLeft(scene: Scene): Promise<Left> {
  const file = logOf(scene)?.file;
  const bytes = file === undefined ? Buffer.alloc(0) : readFileSync(file);
  const records = await recordsOf(scene);
  return {
    log: bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1),
    records,
    problems: [...(await damagedBlobs(scene, records)), ...(ofType(records, 'worktree.prepared').length > 0 ? wrongContents(scene) : [])],
  };
}

/** At rest again: nothing lost, nothing run twice, nothing damaged, nothing left running, nothing left lying about. */
export async function examineRest(scene: Scene, left: Left): Promise<readonly string[]> {
  const records = await recordsOf(scene);
  const log = logOf(scene);
  if (log === null) return ['there is no log'];
  return [
    ...(readFileSync(log.file).subarray(0, left.log.length).equals(left.log)
      ? []
      : ['records that were on the log before are not there as they were']),
    ...(await damagedBlobs(scene, records)),
    ...wrongCalls(records),
    ...unlooked(records.map(({event}) => event)),
    ...wrongEffects(scene, records),
    ...wrongContents(scene),
    ...(await wrongRequests(scene, records)),
    ...(await notAgain(scene.home, log.id)),
    ...leftRunning(scene, records),
    ...leftLying(scene, log.id, records),
  ];
}

export const ofType = <Type extends SessionEvent['type']>(
  records: readonly Recorded[],
  type: Type,
): readonly Extract<SessionEvent, {type: Type}>[] =>
  records.map(({event}) => event).filter((event): event is Extract<SessionEvent, {type: Type}> => event.type === type);

const naming = new Set(['blob', 'view', 'response', 'environment', 'charter', 'tools']);
/** Those that a record may name before they are on the disk: they can be made again, or say nothing that the record does not. */
const unsynced = new Set(['view', 'response']);

/** Every blob that an event names, wherever it names it. */
function blobsIn(value: unknown, cut: boolean, key = ''): readonly BlobRef[] {
  if (typeof value === 'string')
    return naming.has(key) && !(cut && unsynced.has(key)) && /^[0-9a-f]{64}$/.test(value) ? [value as BlobRef] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => blobsIn(inner, cut, name));
}

async function damagedBlobs({home, cut}: Scene, records: readonly Recorded[]): Promise<readonly string[]> {
  const blobs = blobStore(join(home, 'blobs'));
  const named = new Set(records.flatMap(({event}) => blobsIn(event, cut)));
  const verified = await Promise.all([...named].map(async ref => ({ref, result: await blobs.verify(ref)})));
  return verified.flatMap(({ref, result}) => (result.ok ? [] : [`blob ${ref.slice(0, 8)} is named on the log: ${JSON.stringify(result)}`]));
}

/** A call starts once and ends once; one that an earlier run had started is lost. */
function wrongCalls(records: readonly Recorded[]): readonly string[] {
  const problems: string[] = [];
  const running = new Set<string>();
  const lost = new Set<string>();
  const seen = {started: new Set<string>(), finished: new Set<string>(), allowed: new Set<string>()};
  for (const {event} of records) {
    if (event.type === 'session.resumed') for (const call of running) lost.add(call);
    if (event.type === 'tool.judged' && event.verdict.kind === 'allow') seen.allowed.add(event.call);
    if (event.type === 'tool.started') {
      if (seen.started.has(event.call)) problems.push(`call ${event.call} started twice`);
      if (!seen.allowed.has(event.call)) problems.push(`call ${event.call} started without an allow`);
      seen.started.add(event.call);
      running.add(event.call);
    }
    if (event.type === 'tool.finished') {
      if (seen.finished.has(event.call)) problems.push(`call ${event.call} ended twice`);
      if ((event.outcome.kind === 'lost') !== lost.has(event.call)) problems.push(`call ${event.call} is ${event.outcome.kind}`);
      seen.finished.add(event.call);
      running.delete(event.call);
    }
  }
  return [...problems, ...[...running].map(call => `call ${call} never ended`)];
}

/** Each key at most once, and only of a call whose start is on the log. */
function wrongEffects({effects}: Scene, records: readonly Recorded[]): readonly string[] {
  const keys = existsSync(effects) ? readFileSync(effects, 'utf8').split('\n').filter(Boolean) : [];
  const started = new Set(ofType(records, 'tool.started').map(({idempotency_key}): string => idempotency_key));
  return [
    ...(new Set(keys).size === keys.length ? [] : ['a command took effect twice']),
    ...keys.filter(key => !started.has(key)).map(key => `a command took effect whose start is not on the log: ${key.slice(0, 8)}`),
    ...missingEffects(keys, records),
  ];
}

/** A command that ended well has taken effect. */
function missingEffects(keys: readonly string[], records: readonly Recorded[]): readonly string[] {
  const ended = new Set(
    ofType(records, 'tool.finished').flatMap(({call, outcome}) => (outcome.kind === 'ran' && outcome.exit === 0 ? [call] : [])),
  );
  const expected = ofType(records, 'tool.started').filter(({call}) => ended.has(call));
  return expected.filter(({idempotency_key}) => !keys.includes(idempotency_key)).map(({call}) => `the effect of call ${call} is missing`);
}

function wrongContents(scene: Scene): readonly string[] {
  const root = worktreeOf(scene);
  if (root === null) return [];
  return Object.entries(contents).flatMap(([path, allowed]) => {
    const text = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
    return allowed.includes(text) ? [] : [`${path} holds ${JSON.stringify(text)}`];
  });
}

/** Every request can be made again from the log, and says of each lost call that its outcome is unknown. */
async function wrongRequests({home}: Scene, records: readonly Recorded[]): Promise<readonly string[]> {
  const requests = await rebuildRequests(records, blobStore(join(home, 'blobs')));
  const told = JSON.stringify(requests.at(-1)?.prompt.messages ?? []);
  const lost = ofType(records, 'tool.finished').filter(({outcome}) => outcome.kind === 'lost');
  return [
    ...requests.filter(({rebuilt, recorded}) => rebuilt !== recorded).map(({prompt}) => `request ${prompt.step} cannot be made again`),
    ...(told.split('Outcome unknown').length - 1 >= lost.length ? [] : ['the model was not told of a lost call']),
  ];
}

export function leftRunning(scene: Scene, records: readonly Recorded[]): readonly string[] {
  const session = ofType(records, 'session.opened')[0]?.session;
  const calls = ofType(records, 'model.replied').flatMap(({content}) => content.filter(block => block.type === 'call').map(({id}) => id));
  const found = survivors(
    [],
    calls.map(call => sha256(JSON.stringify([session, call]))),
  );
  return [...found.map(({command}) => `still running: ${command}`), ...inSandbox(scene)];
}

/** Where there is a /proc, whatever was started with this sandbox's environment is found, git included. */
function inSandbox({home}: Scene): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  const mine = readdirSync('/proc').filter(name => /^\d+$/.test(name) && textOf(`/proc/${name}/environ`).includes(`AGENT_HOME=${home}\0`));
  return mine.map(pid => `still running: ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

const documented = (id: string): readonly RegExp[] => [
  /^log\.jsonl(\.torn-\d+)?$/,
  /^redaction\.key$/,
  new RegExp(`^sessions/${id}/log\\.jsonl(\\.torn-\\d+)?$`),
  // A session that was stopped before its first record is a folder that nothing lists.
  new RegExp(`^sessions/(?!${id})\\w+/(lock(\\.\\d+)?|log\\.jsonl(\\.torn-0)?)$`),
  /^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}\.zst$/,
  // Taken away when they are a day old.
  /^blobs\/tmp\/[\w-]+$/,
  /^checkpoints\/[\w-]+\.git\//,
  /^worktrees\//,
];

function leftLying(scene: Scene, id: string, records: readonly Recorded[]): readonly string[] {
  const {home, repo, dotGit} = scene;
  const lying = Object.keys(bytesOf(home)).filter(path => !documented(id).some(pattern => pattern.test(path)));
  const linked = existsSync(join(repo, '.git', 'worktrees')) ? readdirSync(join(repo, '.git', 'worktrees')) : [];
  return [
    ...lying.map(path => `left lying: ${path}`),
    ...linked.filter(name => name !== id).map(name => `left in .git/worktrees: ${name}`),
    ...(JSON.stringify(gitFolderOf(repo)) === JSON.stringify(dotGit) ? [] : ['the .git of the checkout changed']),
    ...strangers(scene, id, records),
  ];
}

/** Nothing but the session's files is in the worktree, nor in what `agent apply` would bring over. */
function strangers(scene: Scene, id: string, records: readonly Recorded[]): readonly string[] {
  const root = worktreeOf(scene);
  const tree = ofType(records, 'files.checkpointed').at(-1)?.tree;
  const [store] = readdirSync(join(scene.home, 'checkpoints')).filter(name => name.endsWith('.git'));
  const env = {...scene.env, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(scene.repo, '.git', 'objects')};
  const list = ['--git-dir', join(scene.home, 'checkpoints', store ?? ''), 'ls-tree', '-r', '--name-only', tree ?? ''];
  const kept = tree === undefined ? [] : execFileSync('git', list, {env, encoding: 'utf8'}).trim().split('\n');
  const there = root === null ? [] : Object.keys(bytesOf(root)).filter(path => path !== '.git');
  const other = (path: string) => !(path in contents);
  return [
    ...there.filter(other).map(path => `in the worktree of ${id}: ${path}`),
    ...kept.filter(other).map(path => `in the checkpoint: ${path}`),
    ...(tree !== undefined && kept.join() !== there.toSorted().join()
      ? [`the checkpoint holds ${kept.join()}, the worktree ${there.join()}`]
      : []),
  ];
}

function worktreeOf(scene: Scene): string | null {
  const [id] = sessionsOf(scene);
  const folder = join(scene.home, 'worktrees');
  const [slug] = existsSync(folder) ? readdirSync(folder) : [];
  const root = join(folder, slug ?? '', logOf(scene)?.id ?? id ?? '');
  return slug !== undefined && existsSync(join(root, '.git')) ? root : null;
}
